#include "io/formats/data/idx_dataset.hpp"

#include "core/error.hpp"
#include "io/formats/data/array_dataset.hpp"
#include "io/formats/data/folder.hpp"
#include "io/formats/data/idx.hpp"

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

namespace syncopate {

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string without_gz(const std::filesystem::path& path) {
    return path.extension() == ".gz" ? path.stem().string() : path.filename().string();
}

bool is_file(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(path, ignored);
}

/// All IDX files of images; of a file and its gzipped twin only the first, which needs no unpacking.
std::vector<std::filesystem::path> image_files(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> found;
    for (const auto& path : entries_of(folder)) {
        const std::string name = lower_case(path.filename().string());
        if (!contains(name, "images") || !contains(name, "idx") || !is_file(path)) continue;
        if (!found.empty() && without_gz(found.back()) == without_gz(path)) continue;
        found.push_back(path);
    }
    return found;
}

std::optional<std::string> replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t place = text.rfind(from);
    if (place == std::string::npos) return std::nullopt;
    return text.replace(place, from.size(), to);
}

/// "t10k-images-idx3-ubyte.gz" → "t10k-labels-idx1-ubyte"; nothing if the name is not of that kind.
std::optional<std::string> label_name(const std::filesystem::path& images) {
    auto name = replaced(without_gz(images), "images", "labels");
    for (const char* dimensions : {"idx2", "idx3", "idx4"})
        if (name) name = replaced(*name, dimensions, "idx1").value_or(*name);
    return name;
}

struct LabelPlace {
    std::filesystem::path file;  // empty: not found
    std::string looked_for;
};

LabelPlace find_labels(const DatasetRequest& request) {
    if (!request.labels.empty()) return {.file = request.labels, .looked_for = ""};
    const auto name = label_name(request.path);
    if (!name) return {};
    const std::filesystem::path plain = request.path.parent_path() / *name;
    std::filesystem::path packed = plain;
    packed += ".gz";
    if (is_file(plain)) return {.file = plain, .looked_for = ""};
    if (is_file(packed)) return {.file = packed, .looked_for = ""};
    return {.file = {}, .looked_for = plain.string() + "[.gz]"};
}

}  // namespace

std::optional<std::filesystem::path> find_idx_images(const std::filesystem::path& folder, const std::string& split) {
    const auto all = image_files(folder);
    if (all.empty()) return std::nullopt;
    std::vector<std::filesystem::path> fitting = all;
    std::erase_if(fitting, [&](const std::filesystem::path& path) {
        return contains(lower_case(path.filename().string()), "train") != (split == "train");
    });
    // Without a stated split, a folder with one file of images means that one.
    if (fitting.empty() && split.empty() && all.size() == 1) fitting = all;
    if (fitting.size() == 1) return fitting.front();
    throw Error(folder.string() + ": has " + (fitting.empty() ? "no" : std::to_string(fitting.size())) + " files of " +
                (split == "train" ? "training" : "test") + " images among " + list_names(all) +
                ": give the file itself" + (split.empty() ? " or a split" : ""));
}

Dataset open_idx_dataset(const DatasetRequest& request) {
    NumericArray images = open_idx(request.path);
    if (images.dimensions().size() == 1)
        throw Error(request.path.string() + ": is an IDX file of labels (shape " + to_string(images.dimensions()) +
                    "): give the file of images, its labels are found beside it");
    const LabelPlace place = find_labels(request);
    Dataset dataset;
    dataset.format = "IDX";
    dataset.files = {request.path};
    dataset.label_place = place.looked_for;
    std::optional<NumericArray> labels;
    if (!place.file.empty()) {
        labels = open_array(place.file);
        dataset.files.push_back(place.file);
    }
    return make_array_dataset(std::move(dataset), std::move(images), labels, request.network_input);
}

}  // namespace syncopate
