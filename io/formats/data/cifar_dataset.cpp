#include "io/formats/data/cifar_dataset.hpp"

#include "core/assert.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "io/files/byte_source.hpp"
#include "io/formats/data/folder.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace syncopate {

namespace {

constexpr std::size_t pixels = std::size_t{3} * 32 * 32;

/// One of the two record formats.
struct Format {
    std::string_view name;
    std::size_t label_bytes = 1;  // the last of them is the class
    int classes = 10;
    std::string_view names_file;

    std::uint64_t record() const { return label_bytes + pixels; }
};
constexpr Format cifar10{.name = "CIFAR-10", .label_bytes = 1, .classes = 10, .names_file = "batches.meta.txt"};
constexpr Format cifar100{.name = "CIFAR-100", .label_bytes = 2, .classes = 100, .names_file = "fine_label_names.txt"};

bool holds_records(std::uint64_t size, const Format& format) { return size > 0 && size % format.record() == 0; }

/// The class labels of a file of records, or nothing and, in `problem`, the first that cannot be.
std::optional<std::vector<std::int32_t>> read_labels(const ByteSource& source, const Format& format,
                                                     std::string& problem) {
    const std::uint64_t count = source.size() / format.record();
    std::vector<std::int32_t> labels(to_size(count));
    constexpr std::size_t records_at_once = 64;
    std::vector<std::byte> buffer(records_at_once * to_size(format.record()));
    for (std::uint64_t first = 0; first < count; first += records_at_once) {
        const auto here = to_size(std::min<std::uint64_t>(records_at_once, count - first));
        source.read(first * format.record(), std::span(buffer).first(here * format.record()));
        for (std::size_t i = 0; i < here; ++i) {
            const int label = std::to_integer<int>(buffer[i * format.record() + format.label_bytes - 1]);
            if (label >= format.classes) {
                problem = "label " + std::to_string(label) + " of record " + std::to_string(first + i) + " (byte " +
                          std::to_string((first + i) * format.record() + format.label_bytes - 1) + ")";
                return std::nullopt;
            }
            labels[first + i] = label;
        }
    }
    return labels;
}

[[noreturn]] void fail_on_size(const ByteSource& source) {
    const auto over = [&](const Format& format) { return std::to_string(source.size() % format.record()); };
    throw Error(source.name() + ": has " + std::to_string(source.size()) +
                " bytes, no whole number of records: CIFAR-10's have 3073 bytes (" + over(cifar10) +
                " are left over), CIFAR-100's 3074 (" + over(cifar100) +
                "): the file is truncated or of another format");
}

/// Of the formats that the size allows, the one whose labels fit.
const Format& recognise(const ByteSource& source) {
    std::string problem;
    std::vector<const Format*> fitting;
    for (const Format* format : {&cifar10, &cifar100}) {
        if (!holds_records(source.size(), *format)) continue;
        if (read_labels(source, *format, problem)) fitting.push_back(format);
    }
    if (fitting.size() == 1) return *fitting.front();
    if (fitting.size() == 2)
        throw Error(source.name() + ": can be read as CIFAR-10 and as CIFAR-100: split it into smaller files");
    if (problem.empty()) fail_on_size(source);
    throw Error(source.name() + ": " + problem + " is no class of CIFAR: the file is damaged or of another format");
}

std::vector<std::string> class_names_beside(const std::filesystem::path& file, const Format& format) {
    constexpr std::uint64_t most = std::uint64_t{1} << 16U;
    const auto place = file.parent_path() / format.names_file;
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(place, ignored)) return {};
    std::vector<std::string> names;
    std::string line;
    for (const char c : read_text_file(place, most) + "\n") {
        if (c == '\r') continue;
        if (c != '\n') {
            line += c;
        } else if (!line.empty()) {
            names.push_back(std::exchange(line, {}));
        }
    }
    // A list of another length names something else.
    return std::ssize(names) == format.classes ? names : std::vector<std::string>{};
}

struct Part {
    std::unique_ptr<ByteSource> source;
    std::int64_t first = 0;  // number of its first record in the data set
};

class CifarSamples final : public SampleReader {
public:
    CifarSamples(std::vector<Part> parts, const Format& format) : parts_(std::move(parts)), format_(format) {}

    void read(std::int64_t sample, std::span<double> values) const override {
        const auto part = std::ranges::upper_bound(parts_, sample, {}, &Part::first) - 1;
        const auto record = static_cast<std::uint64_t>(sample - part->first);
        std::array<std::byte, pixels> bytes = {};
        part->source->read(record * format_.record() + format_.label_bytes, bytes);
        std::ranges::transform(bytes, values.begin(), [](std::byte b) { return std::to_integer<int>(b); });
    }

private:
    std::vector<Part> parts_;
    Format format_;
};

void append(const Format& format, std::vector<Part>& parts, Dataset& dataset, std::unique_ptr<ByteSource> source) {
    if (!holds_records(source->size(), format)) fail_on_size(*source);
    std::string problem;
    const auto labels = read_labels(*source, format, problem);
    if (!labels)
        throw Error(source->name() + ": " + problem + ": " + std::string(format.name) + " has the classes 0 to " +
                    std::to_string(format.classes - 1) + ", the file is damaged or of another format");
    parts.push_back({.source = std::move(source), .first = dataset.count});
    dataset.labels.insert(dataset.labels.end(), labels->begin(), labels->end());
    dataset.count += std::ssize(*labels);
}

bool is_there(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored);
}

}  // namespace

bool is_cifar_size(const std::filesystem::path& file) {
    const std::uint64_t size = open_file(file)->size();
    return holds_records(size, cifar10) || holds_records(size, cifar100);
}

std::vector<std::filesystem::path> find_cifar_files(const std::filesystem::path& folder, const std::string& split) {
    std::vector<std::filesystem::path> train;
    std::vector<std::filesystem::path> test;
    for (const auto& path : entries_of(folder)) {
        const std::string name = path.filename().string();
        if (!is_there(path)) continue;
        if ((name.starts_with("data_batch_") && name.ends_with(".bin")) || name == "train.bin") train.push_back(path);
        if (name == "test_batch.bin" || name == "test.bin") test.push_back(path);
    }
    if (train.empty() && test.empty()) {
        if (is_there(folder / "batches.meta") || (is_there(folder / "meta") && is_there(folder / "test")))
            throw Error(folder.string() + ": is the Python version of CIFAR: get the binary version");
        return {};
    }
    const auto& wanted = split == "train" ? train : test;
    if (wanted.empty())
        throw Error(folder.string() + ": has no " + (split == "train" ? "training" : "test") + " records, only " +
                    list_names(split == "train" ? test : train) + ": choose the other split");
    return wanted;
}

Dataset open_cifar_dataset(const std::vector<std::filesystem::path>& files) {
    SYNCOPATE_ASSERT(!files.empty());
    const Format& format = recognise(*open_file(files.front()));
    Dataset dataset;
    dataset.format = format.name;
    dataset.files = files;
    dataset.shape = {3, 32, 32};
    dataset.label_place = files.front().string();
    dataset.class_names = class_names_beside(files.front(), format);
    std::vector<Part> parts;
    for (const auto& file : files) append(format, parts, dataset, open_file(file));
    dataset.reader = std::make_unique<CifarSamples>(std::move(parts), format);
    return dataset;
}

}  // namespace syncopate
