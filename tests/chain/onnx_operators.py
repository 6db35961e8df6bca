"""ONNX operators in numpy, written from the standard, in float64. An operator is a function (node, inputs) -> outputs."""

import math

import numpy as np


def extents(node, name, count, otherwise):
    return list(node.attributes.get(name, [otherwise] * count))


def window_axis(node, size, kernel, axis, rank):
    """(stride, dilation, padding before, padding after, number of outputs) of one spatial axis."""
    stride = extents(node, "strides", rank, 1)[axis]
    dilation = extents(node, "dilations", rank, 1)[axis]
    pads = extents(node, "pads", 2 * rank, 0)
    before, after = pads[axis], pads[axis + rank]
    reach = (kernel - 1) * dilation + 1
    rule = node.attributes.get("auto_pad", "NOTSET")
    if rule in ("SAME_UPPER", "SAME_LOWER"):
        total = max(0, (math.ceil(size / stride) - 1) * stride + reach - size)
        small, large = total // 2, total - total // 2
        before, after = (small, large) if rule == "SAME_UPPER" else (large, small)
    elif rule == "VALID":
        before = after = 0
    rest = size + before + after - reach
    count = rest // stride + 1
    if node.attributes.get("ceil_mode", 0) and rest % stride and count * stride < size + before:
        count += 1  # a window that rounding up adds begins inside the input
    return stride, dilation, before, after, count


def patches(x, kernel, axes):
    """What each window sees: N, C, kernel..., outputs...; zeros where there is no input."""
    widths = [(0, 0), (0, 0)]
    for size, width, (stride, dilation, before, after, count) in zip(x.shape[2:], kernel, axes):
        needed = (count - 1) * stride + (width - 1) * dilation + 1 - size - before
        widths.append((before, max(after, needed)))
    x = np.pad(x, widths)
    steps = x.strides
    shape = x.shape[:2] + tuple(kernel) + tuple(axis[4] for axis in axes)
    strides = steps[:2] + tuple(s * a[1] for s, a in zip(steps[2:], axes)) + tuple(s * a[0] for s, a in zip(steps[2:], axes))
    return np.lib.stride_tricks.as_strided(x, shape, strides, writeable=False)


def convolution(node, inputs):
    x, weights = inputs[:2]
    kernel = weights.shape[2:]
    rank = len(kernel)
    axes = [window_axis(node, x.shape[2 + a], kernel[a], a, rank) for a in range(rank)]
    groups = node.attributes.get("group", 1)
    count = math.prod(axis[4] for axis in axes)
    seen = patches(x, kernel, axes).reshape(x.shape[0], groups, -1, count)
    result = weights.reshape(1, groups, weights.shape[0] // groups, -1) @ seen
    result = result.reshape(x.shape[0], weights.shape[0], *(axis[4] for axis in axes))
    if len(inputs) > 2 and inputs[2] is not None:
        result = result + inputs[2].reshape(-1, *[1] * rank)
    return [result]


def average_pool(node, inputs):
    x = inputs[0]
    kernel = node.attributes["kernel_shape"]
    rank = len(kernel)
    axes = [window_axis(node, x.shape[2 + a], kernel[a], a, rank) for a in range(rank)]
    inner = tuple(range(2, 2 + rank))
    ones = np.ones((1, 1) + x.shape[2:])
    counted = axes
    if node.attributes.get("count_include_pad", 0):
        ones = np.pad(ones, [(0, 0), (0, 0)] + [(axis[2], axis[3]) for axis in axes], constant_values=1.0)
        counted = [(stride, dilation, 0, 0, count) for stride, dilation, _, _, count in axes]
    return [patches(x, kernel, axes).sum(inner) / patches(ones, kernel, counted).sum(inner)]


def max_pool(node, inputs):
    return [pooled_inputs(node, inputs[0]).max(2)]


def pooled_inputs(node, x):
    """What each window of a MaxPool sees: N, C, places of the window row by row, outputs...; -infinity where there is no
    input."""
    if node.op == "GlobalMaxPool":
        return x.reshape(*x.shape[:2], -1, *[1] * (x.ndim - 2))
    kernel = node.attributes["kernel_shape"]
    rank = len(kernel)
    axes = [window_axis(node, x.shape[2 + a], kernel[a], a, rank) for a in range(rank)]
    counts = [axis[4] for axis in axes]
    inside = patches(np.ones((1, 1) + x.shape[2:]), kernel, axes).reshape(1, 1, -1, *counts)
    return np.where(inside > 0, patches(x, kernel, axes).reshape(*x.shape[:2], -1, *counts), -np.inf)


def gemm(node, inputs):
    a, b = inputs[:2]
    a = a.T if node.attributes.get("transA", 0) else a
    b = b.T if node.attributes.get("transB", 0) else b
    result = node.attributes.get("alpha", 1.0) * (a @ b)
    if len(inputs) > 2 and inputs[2] is not None:
        result = result + node.attributes.get("beta", 1.0) * inputs[2]
    return [result]


def batch_normalization(node, inputs):
    x, scale, shift, mean, variance = inputs[:5]
    factor = scale / np.sqrt(variance + node.attributes.get("epsilon", 1e-5))
    shape = (1, -1) + (1,) * (x.ndim - 2)
    return [x * factor.reshape(shape) + (shift - factor * mean).reshape(shape)]


def clip(node, inputs):
    low = inputs[1] if len(inputs) > 1 else node.attributes.get("min")
    high = inputs[2] if len(inputs) > 2 else node.attributes.get("max")
    x = inputs[0]
    x = x if low is None else np.maximum(x, low)
    return [x if high is None else np.minimum(x, high)]


def stated(node, inputs, place, name):
    """A list that is an input in newer files and an attribute in older ones; None if it is neither."""
    if len(inputs) > place and inputs[place] is not None:
        return [int(i) for i in np.atleast_1d(inputs[place])]
    return node.attributes.get(name)


def reshape(node, inputs):
    x = inputs[0]
    shape = stated(node, inputs, 1, "shape")
    if not node.attributes.get("allowzero", 0):
        shape = [x.shape[i] if extent == 0 else extent for i, extent in enumerate(shape)]
    return [x.reshape(shape)]


def flatten(node, inputs):
    axis = node.attributes.get("axis", 1) % (inputs[0].ndim + 1)
    return [inputs[0].reshape(math.prod(inputs[0].shape[:axis]), -1)]


def squeeze(node, inputs):
    axes = stated(node, inputs, 1, "axes")
    return [np.squeeze(inputs[0], None if axes is None else tuple(axes))]


def unsqueeze(node, inputs):
    return [np.expand_dims(inputs[0], tuple(stated(node, inputs, 1, "axes")))]


def slices(node, inputs):
    starts, ends = stated(node, inputs, 1, "starts"), stated(node, inputs, 2, "ends")
    axes = stated(node, inputs, 3, "axes") or list(range(len(starts)))
    steps = stated(node, inputs, 4, "steps") or [1] * len(starts)
    chosen = [slice(None)] * inputs[0].ndim
    for axis, start, end, step in zip(axes, starts, ends, steps):
        size = inputs[0].shape[axis]
        stop = None if step < 0 and end < -size else end
        chosen[axis] = slice(start, stop, step)
    return [inputs[0][tuple(chosen)]]


def split(node, inputs):
    axis = node.attributes.get("axis", 0)
    lengths = stated(node, inputs, 1, "split")
    if lengths is None:
        parts = len(node.outputs)
        chunk = -(-inputs[0].shape[axis] // parts)
        lengths = [min(chunk, inputs[0].shape[axis] - i * chunk) for i in range(parts)]
    return np.split(inputs[0], np.cumsum(lengths)[:-1], axis)


def pad(node, inputs):
    x = inputs[0]
    pads = stated(node, inputs, 1, "pads")
    axes = [int(a) for a in inputs[3]] if len(inputs) > 3 and inputs[3] is not None else list(range(x.ndim))
    value = inputs[2] if len(inputs) > 2 and inputs[2] is not None else node.attributes.get("value", 0.0)
    for i, axis in enumerate(axes):
        before, after = pads[i], pads[i + len(axes)]
        widths = [(0, 0)] * x.ndim
        widths[axis] = (max(before, 0), max(after, 0))
        x = np.pad(x, widths, constant_values=float(value))
        x = x[tuple(slice(max(-before, 0), x.shape[axis] - max(-after, 0)) if a == axis else slice(None) for a in range(x.ndim))]
    return [x]


def reduction(function):
    def reduce(node, inputs):
        axes = stated(node, inputs, 1, "axes")
        if not axes and node.attributes.get("noop_with_empty_axes", 0):
            return [inputs[0]]
        keeps = bool(node.attributes.get("keepdims", 1))
        return [function(inputs[0], axis=tuple(axes) if axes else None, keepdims=keeps)]

    return reduce


def softmax(node, inputs):
    x = inputs[0]
    axes = node.attributes.get("axis", 1 if node.opset < 13 else -1)
    axes = tuple(range(axes % x.ndim, x.ndim)) if node.opset < 13 else axes
    power = np.exp(x - x.max(axes, keepdims=True))
    return [power / power.sum(axes, keepdims=True)]


def divide(node, inputs):
    a, b = inputs
    if a.dtype.kind == "i" and b.dtype.kind == "i":
        return [np.trunc(a / b).astype(np.int64)]
    return [a / b]


def cast(node, inputs):
    to = node.attributes.get("to", 1)
    if to in (1, 10, 11, 16):
        return [inputs[0].astype(np.float64)]
    return [inputs[0].astype(bool if to == 9 else np.int64)]


def constant(node, inputs):
    for name in ("value", "value_float", "value_floats", "value_int", "value_ints"):
        if name in node.attributes:
            value = np.asarray(node.attributes[name])
            return [value.astype(np.float64) if value.dtype.kind == "f" else value]
    raise NotImplementedError(f"Constant with {sorted(node.attributes)}")


def constant_of_shape(node, inputs):
    value = np.asarray(node.attributes.get("value", [0.0])).reshape(-1)[0]
    return [np.full([int(i) for i in inputs[0]], value)]


def dequantize(node, inputs):
    x, scale = inputs[0].astype(np.float64), inputs[1]
    zero = inputs[2].astype(np.float64) if len(inputs) > 2 and inputs[2] is not None else 0.0
    if np.ndim(scale) == 1 and np.size(scale) > 1:
        shape = [1] * x.ndim
        shape[node.attributes.get("axis", 1)] = -1
        scale, zero = scale.reshape(shape), np.reshape(zero, shape) if np.ndim(zero) else zero
    return [(x - zero) * scale]


def variadic(function):
    def combine(node, inputs):
        result = inputs[0]
        for other in inputs[1:]:
            result = function(result, other)
        return [result]

    return combine


def simple(function):
    return lambda node, inputs: [function(*inputs)]


def leaky(node, inputs):
    slope = inputs[1] if len(inputs) > 1 else node.attributes.get("alpha", 0.01)
    return [np.where(inputs[0] >= 0, inputs[0], slope * inputs[0])]


OPERATORS = {
    "Conv": convolution, "AveragePool": average_pool, "MaxPool": max_pool, "GlobalMaxPool": max_pool, "Gemm": gemm, "MatMul": simple(np.matmul), "BatchNormalization": batch_normalization,
    "GlobalAveragePool": lambda n, i: [i[0].mean(tuple(range(2, i[0].ndim)), keepdims=True)], "ReduceMean": reduction(np.mean),
    "ReduceSum": reduction(np.sum), "ReduceProd": reduction(np.prod), "Add": simple(np.add), "Sub": simple(np.subtract), "Mul": simple(np.multiply),
    "Div": divide, "Pow": simple(np.power), "Sum": variadic(np.add), "Min": variadic(np.minimum), "Max": variadic(np.maximum),
    "Neg": simple(np.negative), "Abs": simple(np.abs), "Sqrt": simple(np.sqrt), "Reciprocal": simple(np.reciprocal), "Exp": simple(np.exp),
    "Log": simple(np.log), "Floor": simple(np.floor), "Ceil": simple(np.ceil), "Round": simple(np.rint), "Relu": simple(lambda x: np.maximum(x, 0)),
    "LeakyRelu": leaky, "PRelu": leaky, "Clip": clip, "Sigmoid": simple(lambda x: 1 / (1 + np.exp(-x))), "Softmax": softmax,
    "LogSoftmax": lambda n, i: [np.log(softmax(n, i)[0])], "Where": simple(np.where), "Equal": simple(np.equal), "Not": simple(np.logical_not),
    "Greater": simple(np.greater), "Less": simple(np.less), "GreaterOrEqual": simple(np.greater_equal), "LessOrEqual": simple(np.less_equal),
    "And": simple(np.logical_and), "Or": simple(np.logical_or), "Reshape": reshape, "Flatten": flatten, "Squeeze": squeeze, "Unsqueeze": unsqueeze,
    "Transpose": lambda n, i: [i[0].transpose(n.attributes.get("perm"))], "Slice": slices, "Split": split, "Pad": pad,
    "Gather": lambda n, i: [np.take(i[0], i[1], n.attributes.get("axis", 0))], "Concat": lambda n, i: [np.concatenate(i, n.attributes["axis"])],
    "Tile": lambda n, i: [np.tile(i[0], [int(r) for r in i[1]])],
    "Expand": lambda n, i: [i[0] * np.ones([int(e) for e in i[1]], i[0].dtype)], "Identity": lambda n, i: [i[0]], "Dropout": lambda n, i: [i[0]],
    "Shape": lambda n, i: [np.array(i[0].shape[n.attributes.get("start", 0):n.attributes.get("end")], np.int64)],
    "Size": lambda n, i: [np.array(i[0].size, np.int64)], "Cast": cast, "CastLike": lambda n, i: [i[0].astype(i[1].dtype)], "Constant": constant,
    "ConstantOfShape": constant_of_shape, "Range": simple(np.arange), "DequantizeLinear": dequantize,
}  # fmt: skip
