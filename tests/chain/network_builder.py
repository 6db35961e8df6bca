"""Writes ONNX networks operator by operator, in the spelling of a given opset. Shapes are without the batch."""

import math

import numpy as np
import onnx
from onnx import helper, numpy_helper

MOVES = {"Reshape", "Flatten", "Transpose", "Identity", "Dropout", "Gather", "Slice", "Split", "Squeeze", "Unsqueeze", "Pad"}


class Value:
    def __init__(self, name, shape):
        self.name, self.shape = name, tuple(shape)
        self.is_activated = False  # the result of an activation, perhaps moved

    @property
    def size(self):
        return math.prod(self.shape)


class Builder:
    """`exact`: weights, biases and steps are sums of few powers of two, so that float64 rounds nothing."""

    def __init__(self, rng, opset=13, exact=True, batch="N"):
        self.rng, self.opset, self.exact, self.batch = rng, opset, exact, batch
        self.nodes, self.initializers, self.count = [], [], 0

    # -- what networks are written with ------------------------------------------------------------------------------

    def chance(self, share):
        return self.rng.random() < share

    def pick(self, *choices):
        return choices[self.rng.integers(len(choices))]

    def constant(self, array, word="c"):
        """As an initializer, as a node, or behind an Identity, as exporters do."""
        self.count += 1
        name = f"{word}{self.count}"
        array = np.asarray(array)
        if array.dtype.kind == "f":
            array = array.astype(np.float32)
        if self.chance(0.15):
            self.nodes.append(helper.make_node("Constant", [], [name], value=numpy_helper.from_array(array, name), name=f"Constant_{self.count}"))
        elif self.chance(0.05):
            self.initializers.append(numpy_helper.from_array(array, name + ".shared"))
            self.nodes.append(helper.make_node("Identity", [name + ".shared"], [name], name=f"Identity_{self.count}"))
        else:
            self.initializers.append(numpy_helper.from_array(array, name))
        return name

    def integers(self, values):
        return self.constant(np.array(values, np.int64), "i")

    def node(self, op, inputs, shape, outputs=1, **attributes):
        self.count += 1
        names = [f"v{self.count}" + (f".{i}" if outputs > 1 else "") for i in range(outputs)]
        is_activated = op in MOVES and inputs[0].is_activated
        inputs = [i.name if isinstance(i, Value) else i for i in inputs]
        self.nodes.append(helper.make_node(op, inputs, names, name=f"{op}_{self.count}", **attributes))
        if outputs > 1:
            results = [Value(n, s) for n, s in zip(names, shape)]
        else:
            results = [Value(names[0], shape)]
        for result in results:
            result.is_activated = is_activated
        return results if outputs > 1 else results[0]

    def input(self, shape):
        self.input_shape = tuple(shape)
        return Value("x", shape)

    def save(self, path, output):
        # The output's name is fixed; an Identity would be one more operator.
        for node in self.nodes:
            for i, name in enumerate(node.output):
                if name == output.name:
                    node.output[i] = "y"
            for i, name in enumerate(node.input):
                if name == output.name:
                    node.input[i] = "y"
        entry = helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [self.batch, *self.input_shape])
        result = helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [self.batch, *output.shape])
        graph = helper.make_graph(self.nodes, "chain", [entry], [result], self.initializers)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)])
        model.ir_version = 8
        onnx.save(model, str(path))

    # -- numbers -----------------------------------------------------------------------------------------------------

    def weights(self, shape, fan_in):
        if not self.exact:
            return self.rng.standard_normal(shape) * 1.5 / math.sqrt(fan_in)
        step = 2.0 ** -max(0, round(math.log2(1.9 * math.sqrt(fan_in))))
        return self.rng.integers(-4, 5, shape) * step

    def biases(self, count):
        return self.rng.integers(-6, 9, count) / 16 if self.exact else self.rng.standard_normal(count) * 0.2 + 0.05

    def factors(self, shape):
        if self.exact:
            return self.rng.choice([0.5, 1.0, 2.0, -1.0, 1.5], shape)
        return self.rng.uniform(0.5, 1.6, shape) * self.rng.choice([1.0, 1.0, 1.0, -1.0], shape)

    # -- linear operators --------------------------------------------------------------------------------------------

    def spatial_output(self, size, kernel, stride, dilation, before, after, rounds_up=False):
        rest = size + before + after - ((kernel - 1) * dilation + 1)
        count = rest // stride + 1
        return count + (1 if rounds_up and rest % stride and count * stride < size + before else 0)

    def conv(self, x, channels, kernel=3, stride=1, groups=1, dilation=1, pads=None, auto=None, bias=None):
        rank = len(x.shape) - 1
        kernels = [min(kernel, e + 2) if e > 1 else 1 for e in x.shape[1:]]
        kernels = kernels if dilation == 1 else [min(k, 3) for k in kernels]
        if pads is None:
            pads = [(k - 1) * dilation // 2 for k in kernels] * 2
        attributes = {"group": groups} if groups > 1 or self.chance(0.3) else {}
        if self.chance(0.7) or auto:
            attributes["kernel_shape"] = kernels
        if stride > 1 or self.chance(0.5):
            attributes["strides"] = [stride] * rank
        if dilation > 1 or self.chance(0.3):
            attributes["dilations"] = [dilation] * rank
        if auto == "VALID":
            pads = [0] * (2 * rank)
        if auto:
            attributes["auto_pad"] = auto
        else:
            attributes["pads"] = pads
        if auto in ("SAME_UPPER", "SAME_LOWER"):
            sizes = [-(-e // stride) for e in x.shape[1:]]
        else:
            sizes = [self.spatial_output(e, kernels[a], stride, dilation, pads[a], pads[a + rank]) for a, e in enumerate(x.shape[1:])]
        fan_in = x.shape[0] // groups * math.prod(kernels)
        inputs = [x, self.constant(self.weights((channels, x.shape[0] // groups, *kernels), fan_in), "w")]
        if bias if bias is not None else self.chance(0.8):
            inputs.append(self.constant(self.biases(channels), "b"))
        return self.node("Conv", inputs, (channels, *sizes), **attributes)

    def linear(self, x, outputs, form=None):
        """A fully connected layer on vectors: Gemm, MatMul, or MatMul and Add."""
        inputs = x.shape[-1]
        weights = self.weights((inputs, outputs), inputs)
        form = form or self.pick("gemm", "gemm", "matmul", "matmul add")
        if form == "gemm":
            attributes = {}
            if self.chance(0.6):
                weights, attributes = weights.T, {"transB": 1}
            if self.chance(0.2):
                attributes["alpha"] = self.pick(0.5, 2.0, -1.0)
            operands = [x, self.constant(weights, "w")]
            if self.chance(0.85):
                operands.append(self.constant(self.biases(outputs), "b"))
                if self.chance(0.2):
                    attributes["beta"] = self.pick(0.5, 2.0)
            elif self.opset < 11:
                operands.append(self.constant(np.zeros(outputs), "b"))
            return self.node("Gemm", operands, (outputs,), **attributes)
        y = self.node("MatMul", [x, self.constant(weights, "w")], (*x.shape[:-1], outputs))
        if form == "matmul":
            return y
        bias = self.constant(self.biases(outputs), "b")
        return self.node("Add", [y, bias] if self.chance(0.7) else [bias, y], y.shape)

    def batch_norm(self, x):
        channels = x.shape[0]
        if self.exact:
            epsilon = 2.0**-10
            variance = self.rng.choice([0.25, 1.0, 4.0], channels) - epsilon
            mean, shift = self.rng.integers(-2, 3, channels) / 8, self.rng.integers(-2, 4, channels) / 16
            scale = self.rng.choice([0.5, 1.0, 2.0, -1.0], channels)
        else:
            epsilon, variance = 1e-5, self.rng.uniform(0.3, 2.0, channels)
            mean, shift = self.rng.standard_normal((2, channels)) * 0.1
            scale = self.rng.uniform(0.5, 1.5, channels)
        operands = [x] + [self.constant(p, "n") for p in (scale, shift, mean, variance)]
        return self.node("BatchNormalization", operands, x.shape, epsilon=epsilon)

    def scaled(self, x, shape=None):
        """Times, or divided by, a constant for each channel, each element, or all."""
        shape = shape or self.pick((x.shape[0],) + (1,) * (len(x.shape) - 1), x.shape, (1,))
        if self.exact and self.chance(0.3):
            return self.node("Div", [x, self.constant(self.rng.choice([0.5, 2.0, -2.0], shape))], x.shape)
        factor = self.constant(self.factors(shape))
        return self.node("Mul", [x, factor] if self.chance(0.7) else [factor, x], x.shape)

    def shifted(self, x):
        if x.shape[0] == 1:  # before a step, a bias of one channel could as well be part of its shift
            return x
        shape = self.pick((x.shape[0],) + (1,) * (len(x.shape) - 1), x.shape)
        values = self.constant(self.biases(shape), "b")
        if self.chance(0.25):
            return self.node("Sub", [x, values] if self.chance(0.6) else [values, x], x.shape)
        return self.node("Add", [x, values], x.shape)

    def average_pool(self, x, kernel=2, stride=2, pad=0, counts_padding=None, rounds_up=False):
        rank = len(x.shape) - 1
        kernels = [min(kernel, e) for e in x.shape[1:]]
        pads = [min(pad, k - 1) for k in kernels] * 2
        attributes = {"kernel_shape": kernels, "strides": [stride] * rank}
        if pad or self.chance(0.3):
            attributes["pads"] = pads
        if counts_padding if counts_padding is not None else self.chance(0.5):
            attributes["count_include_pad"] = 1
        if rounds_up and self.opset >= 10 and pad == 0 and min(kernels) >= stride:  # else files disagree on the number of windows
            attributes["ceil_mode"] = 1
        sizes = [self.spatial_output(e, kernels[a], stride, 1, pads[a], pads[a + rank], "ceil_mode" in attributes) for a, e in enumerate(x.shape[1:])]
        return self.node("AveragePool", [x], (x.shape[0], *sizes), **attributes)

    def max_pool(self, x, kernel=2, stride=2, pad=0):
        rank = len(x.shape) - 1
        kernels = [min(kernel, e) for e in x.shape[1:]]
        pads = [min(pad, k // 2) for k in kernels] * 2
        sizes = [self.spatial_output(e, kernels[a], stride, 1, pads[a], pads[a + rank], False) for a, e in enumerate(x.shape[1:])]
        return self.node("MaxPool", [x], (x.shape[0], *sizes), kernel_shape=kernels, strides=[stride] * rank, pads=pads)

    def global_pool(self, x):
        shape = (x.shape[0],) + (1,) * (len(x.shape) - 1)
        if self.chance(0.5):
            return self.node("GlobalAveragePool", [x], shape)
        return self.mean(x, list(range(2, len(x.shape) + 1)), keeps=True)

    def mean(self, x, axes, keeps):
        shape = [1 if a + 1 in axes else e for a, e in enumerate(x.shape) if keeps or a + 1 not in axes]
        if self.opset >= 18:
            return self.node("ReduceMean", [x, self.integers(axes)], shape, keepdims=int(keeps))
        return self.node("ReduceMean", [x], shape, axes=axes, keepdims=int(keeps))

    def add(self, a, b):
        return self.node(self.pick("Add", "Add", "Sum"), [a, b], a.shape)

    def concat(self, *parts):
        return self.node("Concat", parts, (sum(p.shape[0] for p in parts), *parts[0].shape[1:]), axis=1)
