"""Networks that once went wrong, or that many people bring: each with what it shows."""

import numpy as np

from network_moves import FullBuilder
from one_network import Case


class Plain:
    """A builder, its input, and what becomes a case."""

    def __init__(self, name, folder, shape, opset=13, exact=True):
        self.name, self.folder = name, folder
        self.build = FullBuilder(np.random.default_rng(1), opset, exact)
        self.x = self.build.input(shape)

    def case(self, output, *options, is_refused=False):
        path = self.folder / "net.onnx"
        self.build.save(path, output)
        samples = np.random.default_rng(2).integers(-16, 17, (4, *self.build.input_shape)) / 16
        return Case(self.name, path, samples, options or ("--threshold", "max"), self.build.exact, is_refused)

    def op(self, op, inputs, shape, **attributes):
        return self.build.node(op, inputs, shape, **attributes)

    def relu(self, x):
        return self.op("Relu", [x], x.shape)


def flatten_before_linear(name, folder):
    """A LeNet's head: maps of several rows and columns, flattened."""
    net = Plain(name, folder, (3, 8, 8))
    y = net.relu(net.build.conv(net.x, 4))
    return net.case(net.build.linear(net.op("Flatten", [y], (y.size,)), 5, "gemm"))


def flatten_first(name, folder):
    """An MLP on images."""
    net = Plain(name, folder, (1, 6, 6))
    y = net.relu(net.build.linear(net.op("Flatten", [net.x], (36,)), 12, "gemm"))
    return net.case(net.build.linear(y, 5, "gemm"))


def norm_behind_flatten(name, folder):
    """The scale of each flattened element must not lose which element it is."""
    net = Plain(name, folder, (1, 2, 4))
    y = net.op("Flatten", [net.relu(net.build.conv(net.x, 4))], (32,))
    y = net.relu(net.build.linear(net.build.batch_norm(y), 7, "matmul"))
    return net.case(net.build.linear(y, 5, "matmul"))


def separable_stream(name, folder):
    """x + pointwise(depthwise(relu(x))), several times, no activation on the sums."""
    net = Plain(name, folder, (3, 6, 6))
    x = net.build.conv(net.x, 6)
    for _ in range(4):
        y = net.build.conv(net.relu(x), 6, groups=6)
        x = net.op("Add", [x, net.build.conv(y, 6, kernel=1)], x.shape)
    y = net.op("Flatten", [net.op("GlobalAveragePool", [net.build.average_pool(net.relu(x), 3, 1)], (6, 1, 1))], (6,))
    return net.case(net.build.linear(y, 5, "gemm"))


def wide_separable_stream(name, folder):
    """So many channels and blocks that composing does not pay: sums are made in populations that do not spike."""
    net = Plain(name, folder, (3, 4, 4))
    x = net.build.conv(net.x, 88)
    for _ in range(9):
        y = net.build.conv(net.relu(x), 88, groups=88)
        x = net.op("Add", [x, net.build.conv(y, 88, kernel=1)], x.shape)
    y = net.op("Flatten", [net.op("GlobalAveragePool", [net.relu(x)], (88, 1, 1))], (88,))
    return net.case(net.build.linear(y, 5, "gemm"))


def dense_block(name, folder):
    """Every layer reads the concatenated sums of all before it, scaled anew, as DenseNet's do."""
    net = Plain(name, folder, (3, 4, 4))
    parts = [net.build.conv(net.x, 16)]
    for _ in range(7):
        joined = net.build.concat(*parts) if len(parts) > 1 else parts[0]
        y = net.build.conv(net.relu(net.build.batch_norm(joined)), 48, kernel=1)
        parts.append(net.build.conv(net.relu(y), 32))
    y = net.op("GlobalAveragePool", [net.relu(net.build.concat(*parts))], (240, 1, 1))
    return net.case(net.build.linear(net.op("Flatten", [y], (240,)), 5, "gemm"))


def shift_with_bias(form):
    def make(name, folder):
        """A trained shift stays what it is, whatever node holds the bias."""
        net = Plain(name, folder, (5,))
        y = net.build.step(net.build.linear(net.x, 6, form), 1.0, 4, 0.25)
        return net.case(net.build.linear(y, 4, "matmul"), "--threshold", "qcfs")

    return make


def shift_with_own_factor(name, folder):
    """The same behind a factor for each channel that is a node of its own."""
    net = Plain(name, folder, (2, 4, 4))
    y = net.build.scaled(net.build.conv(net.x, 4), (4, 1, 1))
    y = net.op("Flatten", [net.build.step(y, 1.0, 4, 0.75)], (64,))
    return net.case(net.build.linear(y, 4, "gemm"), "--threshold", "qcfs")


def step_with_two_readers(name, folder):
    """One reader takes the step's result times a constant: still one population."""
    net = Plain(name, folder, (2, 4, 4))
    y = net.build.step(net.build.conv(net.x, 4), 1.0, 4, 0.25)
    half = net.build.node("Mul", [y, net.build.number(0.5)], y.shape)
    y = net.relu(net.build.concat(net.build.conv(half, 2), net.build.conv(y, 2)))
    return net.case(net.build.linear(net.op("Flatten", [y], (y.size,)), 4, "gemm"), "--threshold", "max")


def with_ending(*operators):
    def make(name, folder):
        """What keeps the order of the logits is left out."""
        net = Plain(name, folder, (2, 5, 5))
        y = net.op("Flatten", [net.relu(net.build.conv(net.x, 3))], (75,))
        y = net.build.linear(y, 4, "gemm")
        for operator in operators:
            y = net.op(operator, [y], y.shape)
        return net.case(y)

    return make


def transposed_layers(name, folder):
    """Transpose and Gemm with transA cancel."""
    net = Plain(name, folder, (6,))
    net.build.batch = 1
    y = net.relu(net.build.linear(net.x, 5, "gemm"))
    moved = net.build.node("Transpose", [y], (1, 5), perm=[1, 0])
    weights = net.build.constant(net.build.weights((5, 4), 5), "w")
    return net.case(net.build.node("Gemm", [moved, weights], (4,), transA=1))


def channels_last(name, folder):
    """As Keras flattens: rows, columns, channels."""
    net = Plain(name, folder, (2, 4, 6))
    y = net.relu(net.build.transpose(net.build.conv(net.x, 3), [1, 2, 0]))
    y = net.build.average_pool(net.build.transpose(y, [2, 0, 1]), 2, 2)
    y = net.op("Flatten", [net.build.transpose(y, [1, 2, 0])], (y.size,))
    return net.case(net.build.linear(y, 4, "matmul add"))


def maps_from_a_vector(name, folder):
    net = Plain(name, folder, (10,))
    y = net.relu(net.build.linear(net.x, 18, "gemm"))
    y = net.relu(net.build.conv(net.build.reshape(y, (2, 3, 3)), 4))
    return net.case(net.build.linear(net.op("Flatten", [y], (36,)), 4, "gemm"))


def padded_layer_on_one_pixel(name, folder):
    """A kernel of one pixel with padding around a map of one pixel: only the middle of its result is not bias."""
    net = Plain(name, folder, (2, 3, 3))
    y = net.build.average_pool(net.relu(net.build.conv(net.x, 4)), 2, 2)
    y = net.relu(net.build.conv(y, 3, kernel=1, pads=[1, 1, 1, 1]))
    return net.case(net.build.linear(net.op("Flatten", [y], (27,)), 4, "gemm"))


def clamps_of_other_names(name, folder):
    """Each of them is a ReLU."""
    net = Plain(name, folder, (2, 4, 4))
    y = net.op("LeakyRelu", [net.build.conv(net.x, 3)], (3, 4, 4), alpha=0.0)
    y = net.op("PRelu", [net.build.conv(y, 3), net.build.constant(np.zeros((3, 1, 1)))], y.shape)
    y = net.op("Flatten", [y], (48,))
    y = net.op("Max", [net.build.number(0.0), net.build.linear(y, 6, "gemm")], (6,))
    return net.case(net.build.linear(y, 4, "gemm"))


def max_pooling(name, folder):
    """One behind an activation and one before one, of a concatenation and padded."""
    net = Plain(name, folder, (2, 8, 8))
    parts = [net.relu(net.build.conv(net.x, 3)), net.relu(net.build.conv(net.x, 2, kernel=1))]
    y = net.op("MaxPool", [net.build.concat(*parts)], (5, 4, 4), kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    y = net.relu(net.op("MaxPool", [net.build.conv(y, 4)], (4, 2, 2), kernel_shape=[2, 2], strides=[2, 2]))
    return net.case(net.build.linear(net.op("Flatten", [y], (16,)), 4, "gemm"))


def global_max_pooling(name, folder):
    net = Plain(name, folder, (2, 5, 5))
    y = net.op("GlobalMaxPool", [net.relu(net.build.conv(net.x, 6))], (6, 1, 1))
    return net.case(net.build.linear(net.op("Flatten", [y], (6,)), 4, "gemm"))


def max_pooling_of_sums(name, folder):
    """Refused by inspect as by convert: what is compared are no spikes."""
    net = Plain(name, folder, (2, 6, 6))
    y = net.build.conv(net.relu(net.build.conv(net.x, 3)), 3)
    y = net.op("MaxPool", [y], (3, 3, 3), kernel_shape=[2, 2], strides=[2, 2])
    return net.case(net.build.linear(net.op("Flatten", [y], (27,)), 4, "gemm"), is_refused=True)


def gate(name, folder):
    net = Plain(name, folder, (2, 4, 4))
    y = net.build.conv(net.x, 3)
    y = net.op("Mul", [y, net.op("Sigmoid", [y], y.shape)], y.shape)
    return net.case(net.build.linear(net.op("Flatten", [y], (48,)), 4, "gemm"), is_refused=True)


def activation_at_the_output(name, folder):
    net = Plain(name, folder, (5,))
    return net.case(net.relu(net.build.linear(net.x, 4, "gemm")), is_refused=True)


def unused_branch(name, folder):
    """What the output does not need is no part of the network."""
    net = Plain(name, folder, (2, 4, 4))
    y = net.relu(net.build.conv(net.x, 3))
    net.relu(net.build.conv(y, 5))
    return net.case(net.build.linear(net.op("Flatten", [y], (48,)), 4, "gemm"))


def fixed_cases():
    return {
        "flatten-before-linear": flatten_before_linear,
        "flatten-first": flatten_first,
        "norm-behind-flatten": norm_behind_flatten,
        "separable-stream": separable_stream,
        "wide-separable-stream": wide_separable_stream,
        "dense-block": dense_block,
        "shift-bias-in-gemm": shift_with_bias("gemm"),
        "shift-bias-as-add": shift_with_bias("matmul add"),
        "shift-with-factor": shift_with_own_factor,
        "step-with-two-readers": step_with_two_readers,
        "ends-with-softmax": with_ending("Softmax"),
        "ends-with-softmax-log": with_ending("Softmax", "Log"),
        "ends-with-sigmoid": with_ending("Sigmoid"),
        "ends-with-softmax-dropout": with_ending("Softmax", "Dropout"),
        "transposed-gemm": transposed_layers,
        "channels-last": channels_last,
        "maps-from-a-vector": maps_from_a_vector,
        "padded-layer-on-one-pixel": padded_layer_on_one_pixel,
        "clamps-of-other-names": clamps_of_other_names,
        "max-pooling": max_pooling,
        "global-max-pooling": global_max_pooling,
        "max-pooling-of-sums": max_pooling_of_sums,
        "gate": gate,
        "activation-at-the-output": activation_at_the_output,
        "unused-branch": unused_branch,
    }
