#include "io/study/study_tally.hpp"

#include "core/assert.hpp"
#include "core/error.hpp"
#include "core/index.hpp"
#include "io/files/byte_order.hpp"
#include "io/files/new_file.hpp"
#include "io/files/sha256.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <span>
#include <type_traits>

namespace syncopate {

namespace {

constexpr std::string_view magic = "syncopate-study-checkpoint/1\n";

// Writing, reading and computing the size go through this one list, so they cannot differ in order or extent; that is
// why the file needs no tags and no lengths. Its size follows from the study, which the identity names.

/// Passes over every number of a tally in one order; `visit` takes a reference to it.
template <class Tally, class Visit>
void for_each_number(Tally& tally, const Visit& visit) {
    for (auto& done : tally.is_done) visit(done);
    for (auto& ann : tally.ann) visit(ann);
    for (auto& run : tally.predictions) {
        for (auto& prediction : run) visit(prediction);
    }
    for (auto& run : tally.layers) {
        for (auto& layer : run) {
            visit(layer.spikes);
            visit(layer.synaptic_operations);
        }
    }
}

template <class Number>
void append(std::string& bytes, Number number) {
    std::array<std::byte, sizeof(Number)> word{};
    store_little_endian(static_cast<std::make_unsigned_t<Number>>(number), word.data());
    for (const std::byte byte : word) bytes.push_back(static_cast<char>(byte));
}

template <class Number>
void take(std::span<const std::byte>& bytes, Number& number) {
    number = static_cast<Number>(load_word<std::make_unsigned_t<Number>>(bytes.data(), std::endian::little));
    bytes = bytes.subspan(sizeof(Number));
}

std::string digest_of(const std::string& bytes) {
    Sha256 hash;
    hash.update(std::as_bytes(std::span(bytes)));
    return hash.digest();
}

}  // namespace

StudyTally::StudyTally(std::size_t runs, std::size_t layer_count, std::size_t samples)
    : is_done(samples, 0),
      ann(samples, -1),
      predictions(runs, std::vector<std::int32_t>(samples, -1)),
      layers(runs, std::vector<SpikeTally>(layer_count)) {}

void StudyTally::add(const SampleOutcomes& outcomes) {
    const auto s = to_size(outcomes.position);
    // Counting a sample twice would change sums that no later check could find out, above all after going on.
    SYNCOPATE_ASSERT(is_done[s] == 0);
    is_done[s] = 1;
    ann[s] = outcomes.ann;
    for (std::size_t run = 0; run < predictions.size(); ++run) {
        predictions[run][s] = outcomes.predictions[run];
        for (std::size_t layer = 0; layer < layers[run].size(); ++layer)
            layers[run][layer].add(outcomes.layers[run][layer]);
    }
}

std::int64_t StudyTally::done() const { return std::ranges::count(is_done, std::uint8_t{1}); }

void write_checkpoint(const StudyTally& tally, const std::string& identity, const std::filesystem::path& path) {
    std::string bytes = std::string(magic) + identity + "\n";
    for_each_number(tally, [&](const auto& number) { append(bytes, number); });
    // Renaming keeps a checkpoint whole when the program is killed; the hash is for what renaming does not exclude,
    // such as a bad disk or a copy with errors. A study that went on from wrong sums would look right.
    write_file(path, bytes + digest_of(bytes));
}

void read_checkpoint(StudyTally& tally, const std::string& identity, const std::filesystem::path& path) {
    const std::string remedy = "; give --restart to begin anew, or another folder to --report";
    // A folder can be opened for reading like a file and only fails later; it would be called no checkpoint, and what
    // is advised then, --restart, would fail on it too, after the first round of samples.
    if (!std::filesystem::is_regular_file(path))
        throw Error(path.string() +
                    ": is no file, though the study's checkpoint belongs there; remove it, or give "
                    "another folder to --report");
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) throw Error(path.string() + ": cannot be read: " + std::strerror(errno) + "; change its permissions");
    // The size comes from the study and not from the file, so a file of any length takes no more memory than a
    // checkpoint does. One byte more is asked for than there should be: if it comes, the file is too long.
    std::size_t size = magic.size() + identity.size() + 1 + digest_of("").size();
    for_each_number(tally, [&](const auto& number) { size += sizeof number; });
    std::string bytes(size + 1, '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    bytes.resize(to_size(file.gcount()));
    // In this order, because each message has another remedy: the checkpoint of another study has another size, and
    // would be called damaged if size or hash were looked at first. The tally is touched only when all is well.
    if (!bytes.starts_with(magic) || bytes.size() < magic.size() + identity.size())
        throw Error(path.string() + ": is no checkpoint of a study" + remedy);
    if (bytes.compare(magic.size(), identity.size(), identity) != 0) {
        throw Error(path.string() + ": belongs to another study (another network, data set, option or version)" +
                    remedy);
    }
    const std::string body = bytes.substr(0, bytes.size() - std::min(bytes.size(), digest_of("").size()));
    if (bytes.size() != size || bytes.substr(body.size()) != digest_of(body))
        throw Error(path.string() + ": the checkpoint is damaged" + remedy);
    std::span<const std::byte> rest = std::as_bytes(std::span(body)).subspan(magic.size() + identity.size() + 1);
    for_each_number(tally, [&](auto& number) { take(rest, number); });
}

}  // namespace syncopate
