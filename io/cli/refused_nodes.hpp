#pragma once

#include "core/error.hpp"

namespace syncopate {

/// An ONNX file whose nodes are refused: a message of several lines, in which every name is printable.
class RefusedNodes : public RefusedError {
public:
    using RefusedError::RefusedError;
};

}  // namespace syncopate
