#pragma once

#include "io/formats/onnx/constant.hpp"

#include <filesystem>

namespace syncopate_onnx {
class TensorProto;
}

namespace syncopate::onnx {

/// The elements of a tensor message, whatever form they are stored in; external data come from inside `folder` only.
/// Throws Error, naming the tensor, unless type, dimensions and data agree.
Constant decode_tensor(const syncopate_onnx::TensorProto& tensor, const std::filesystem::path& folder);

}  // namespace syncopate::onnx
