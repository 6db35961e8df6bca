#pragma once

#include "io/formats/onnx/workspace.hpp"

namespace syncopate::onnx {

/// Gives every node of the graph, and its weights, a unique name that the user recognises. An activation is called
/// after its own module ("l.0.a1"); if that has none, or one without meaning ("relu", "2"), after the layer that feeds
/// it
/// ("conv1"), which is then called "conv1.linear". Others are called after their module or their parameters.
void assign_names(Workspace& work);

}  // namespace syncopate::onnx
