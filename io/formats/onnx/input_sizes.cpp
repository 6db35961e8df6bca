#include "io/formats/onnx/input_sizes.hpp"

#include "core/error.hpp"

#include <algorithm>

namespace syncopate::onnx {

namespace {

/// "3x224x224"; letters stand for what is not known.
std::string by_cross(const std::vector<std::int64_t>& sample) {
    const std::string letters = sample.size() == 3 ? "CHW" : sample.size() == 2 ? "CL" : "F";
    std::string text;
    for (std::size_t i = 0; i < sample.size(); ++i) {
        text += i == 0 ? "" : "x";
        text += sample[i] >= 1 ? std::to_string(sample[i]) : std::string(1, letters[std::min(i, letters.size() - 1)]);
    }
    return text;
}

}  // namespace

void fix_sizes(std::vector<std::int64_t>& dims, const std::vector<std::int64_t>& stated, const std::string& name) {
    const std::string sample = by_cross({dims.begin() + 1, dims.end()});
    if (!stated.empty() && stated.size() + 1 != dims.size()) {
        throw UsageError("--input-shape " + by_cross(stated) + ": the network's " + name + " takes samples of " +
                         std::to_string(dims.size() - 1) + " dimensions (" + sample + ")");
    }
    for (std::size_t i = 1; i < dims.size(); ++i) {
        if (!stated.empty() && dims[i] >= 1 && stated[i - 1] != dims[i]) {
            throw UsageError("--input-shape " + by_cross(stated) + ": the file fixes the network's " + name + " to " +
                             sample);
        }
        if (!stated.empty()) dims[i] = stated[i - 1];
        if (dims[i] >= 1) continue;
        throw Error(name + ": dimension " + std::to_string(i) +
                    " is not fixed; say which size your data have (--input-shape " + sample + ", with numbers)");
    }
}

}  // namespace syncopate::onnx
