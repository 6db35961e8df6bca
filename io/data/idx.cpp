#include "core/error.hpp"
#include "io/data/dataset.hpp"
#include "io/data/file_bytes.hpp"

#include <string_view>

namespace syncopate {

namespace {

namespace fs = std::filesystem;

/// The magic number of an IDX file of bytes says how many dimensions follow.
struct Idx {
    std::vector<std::uint8_t> bytes;
    std::vector<std::int64_t> extents;
    std::int64_t data = 0;  // offset
};

Idx read_idx_file(const fs::path& file) {
    Idx idx{read_bytes(file), {}, 0};
    const std::vector<std::uint8_t>& b = idx.bytes;
    if (b.size() < 4 || b[0] != 0 || b[1] != 0)
        throw Error(file.string() + ": is not an IDX file (it must begin with two zero bytes)");
    if (b[2] != 8)
        throw Error(file.string() + ": IDX type " + std::to_string(b[2]) + ", only unsigned bytes (8) are read");
    const std::size_t dimensions = b[3];
    idx.data = static_cast<std::int64_t>(4 + 4 * dimensions);
    if (dimensions < 1 || dimensions > 4 || b.size() < static_cast<std::size_t>(idx.data))
        throw Error(file.string() + ": the IDX header is damaged");
    std::uint64_t needed = 1;
    for (std::size_t d = 0; d < dimensions; ++d) {
        const std::uint8_t* const p = b.data() + 4 + 4 * d;
        const std::uint32_t extent =
            std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | p[3];
        if (extent == 0)
            throw Error(file.string() + ": dimension " + std::to_string(d) + " is 0; there are no samples");
        if (needed > largest_data / extent)
            throw Error(file.string() + ": the header claims more than the file can hold");
        needed *= extent;
        idx.extents.push_back(extent);
    }
    const std::uint64_t there = b.size() - static_cast<std::size_t>(idx.data);
    if (there != needed) {
        throw Error(file.string() + ": " + std::to_string(there) + " bytes of data where the header needs " +
                    std::to_string(needed) +
                    (there < needed ? "; the file is truncated" : "; something follows the data"));
    }
    return idx;
}

/// "t10k-images-idx3-ubyte.gz" → "t10k-labels-idx1-ubyte", with or without .gz, whichever is there.
fs::path find_labels(const fs::path& images) {
    std::string name = images.filename().string();
    const std::size_t part = name.find("images");
    if (part == std::string::npos) return {};
    name.replace(part, 6, "labels");
    const std::size_t kind = name.find("idx");
    if (kind != std::string::npos && kind + 3 < name.size()) name[kind + 3] = '1';
    const std::string bare = name.ends_with(".gz") ? name.substr(0, name.size() - 3) : name;
    for (const std::string& candidate : {name, bare, bare + ".gz"}) {
        if (fs::exists(images.parent_path() / candidate)) return images.parent_path() / candidate;
    }
    return {};
}

}  // namespace

fs::path find_idx_images(const fs::path& folder, const std::string& split) {
    const std::string prefix = split == "train" ? "train" : "t10k";
    for (const std::string_view name : {"-images-idx3-ubyte", "-images.idx3-ubyte", "-images-idx4-ubyte"}) {
        for (const char* const ending : {"", ".gz"}) {
            const fs::path file = folder / (prefix + std::string(name) + ending);
            if (fs::exists(file)) return file;
        }
    }
    return {};
}

Dataset read_idx(const DatasetRequest& request) {
    Idx images = read_idx_file(request.path);
    if (images.extents.size() < 2) throw Error(request.path.string() + ": holds labels; give the file of the images");
    Dataset dataset;
    dataset.format = "IDX";
    dataset.files = {request.path};
    const auto extent = [&](std::size_t d) { return static_cast<std::int32_t>(images.extents[d]); };
    switch (images.extents.size()) {
        case 2:
            dataset.shape = {extent(1), 1, 1};
            break;
        case 3:
            dataset.shape = {1, extent(1), extent(2)};
            break;
        default:
            dataset.shape = {extent(1), extent(2), extent(3)};
    }
    dataset.count = images.extents[0];
    dataset.stride = dataset.shape.size();
    dataset.offset = images.data;
    dataset.bytes = std::move(images.bytes);
    const fs::path file = request.labels.empty() ? find_labels(request.path) : request.labels;
    if (file.empty()) return dataset;
    const Idx labels = read_idx_file(file);
    if (labels.extents.size() != 1 || labels.extents[0] != dataset.count) {
        throw Error(file.string() + ": " + std::to_string(labels.extents[0]) + " labels for " +
                    std::to_string(dataset.count) + " images of " + request.path.string());
    }
    dataset.labels.assign(labels.bytes.begin() + labels.data, labels.bytes.end());
    dataset.files.push_back(file);
    return dataset;
}

}  // namespace syncopate
