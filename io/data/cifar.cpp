#include "core/error.hpp"
#include "io/data/dataset.hpp"
#include "io/data/file_bytes.hpp"

namespace syncopate {

Dataset read_cifar(const std::vector<std::filesystem::path>& files, std::int32_t label_bytes) {
    Dataset dataset;
    dataset.format = label_bytes == 1 ? "CIFAR-10 binary" : "CIFAR-100 binary";
    dataset.shape = {3, 32, 32};
    dataset.stride = label_bytes + dataset.shape.size();
    dataset.offset = label_bytes;
    dataset.files = files;
    for (const std::filesystem::path& file : files) {
        const std::vector<std::uint8_t> bytes = read_bytes(file);
        const auto size = static_cast<std::int64_t>(bytes.size());
        if (size == 0 || size % dataset.stride != 0) {
            throw Error(file.string() + ": " + std::to_string(size) + " bytes, a " + dataset.format +
                        " file has a multiple of " + std::to_string(dataset.stride) +
                        "; it is truncated or of another kind");
        }
        dataset.bytes.insert(dataset.bytes.end(), bytes.begin(), bytes.end());
    }
    dataset.count = static_cast<std::int64_t>(dataset.bytes.size()) / dataset.stride;
    const std::int32_t classes = label_bytes == 1 ? 10 : 100;
    for (std::int64_t i = 0; i < dataset.count; ++i) {
        // CIFAR-100 has the coarse label first; the fine one counts.
        const std::int32_t label = dataset.bytes[static_cast<std::size_t>(i * dataset.stride + label_bytes - 1)];
        if (label >= classes) {
            throw Error(files.front().string() + ": record " + std::to_string(i) + " has label " +
                        std::to_string(label) + ", a " + dataset.format + " file has 0 to " +
                        std::to_string(classes - 1) + "; it is damaged or of another kind");
        }
        dataset.labels.push_back(label);
    }
    return dataset;
}

}  // namespace syncopate
