"""Random networks of everything that can be imported, each from a seed.

    random_networks.py SEED FILE     writes one, and says what it is
"""

import sys

import numpy as np

from network_moves import FullBuilder

OPSETS = (9, 10, 11, 12, 13, 13, 14, 15, 16, 17, 17, 18, 20, 20)
MOST = 160  # elements of a layer


class Generator:
    def __init__(self, seed, has_maxima=False):
        self.has_maxima = has_maxima
        self.rng = np.random.default_rng([seed, 2026])
        self.seed = seed
        self.exact = bool(self.rng.random() < 0.75)
        batch = ["N", "N", "N", "N", 1, 2][self.rng.integers(6)]
        self.build = FullBuilder(self.rng, int(self.rng.choice(OPSETS)), self.exact, batch)
        self.kinds = self.rng.choice(["relu", "cap", "step", "mixed"], p=[0.4, 0.2, 0.25, 0.15])
        self.per_channel = self.kinds == "relu" and self.rng.random() < 0.3
        self.theta_by_channel = self.kinds == "step" and self.rng.random() < 0.25
        self.is_moved = False  # something moved elements where an activation may follow
        self.is_along_axis = False  # what is a channel to the converter lies along an axis that a maximum may be taken of
        self.levels = int(self.rng.choice([1, 2, 4, 8] if self.exact else [1, 2, 3, 4, 5, 8]))
        self.depth = 0

    def chance(self, share):
        return self.rng.random() < share

    def pick(self, *choices):
        return choices[self.rng.integers(len(choices))]

    # -- activations -------------------------------------------------------------------------------------------------

    def activation(self, x, keeps_shape=False):
        """Never on the result of another one: two functions one after the other are one."""
        self.depth += 1
        before = self.build.batch_norm(x) if x.is_activated else x
        if self.has_maxima and not keeps_shape and len(x.shape) > 1 and min(x.shape[1:]) > 1 and self.chance(0.7):
            return self.maximum(before)
        y = self.function(before)
        y.is_activated = True
        return y

    def maximum(self, x):
        """A maximum with its activation, in either order."""
        pool = (self.pick(2, 3), self.pick(1, 2, 2), self.pick(0, 0, 1))
        if self.kinds in ("relu", "cap") and self.chance(0.4):
            y = self.function(self.build.max_pool(x, *pool))
        else:
            y = self.function(x)
            y = self.build.max_pool(y, *pool)
        y.is_activated = True
        return y

    def function(self, x):
        kind = self.kinds if self.kinds != "mixed" else self.pick("cap", "step")
        if kind == "relu":
            return self.build.relu(x)
        if kind == "cap":
            return self.build.relu(x, self.pick(0.5, 1.0, 2.0) if self.exact else self.pick(0.8, 1.7, 6.0))
        theta = self.pick(0.5, 1.0, 2.0) if self.exact else float(self.rng.uniform(0.5, 2.0))
        if self.theta_by_channel and not self.is_moved and len(x.shape) == 3 and x.shape[0] > 1:
            theta = theta * self.rng.choice([0.5, 1.0, 2.0], (x.shape[0],) + (1,) * (len(x.shape) - 1))
        shift = self.pick(0.5, 0.5, 0.0, 0.25, 0.75)
        return self.build.step(x, theta, self.levels, shift)

    # -- linear operators --------------------------------------------------------------------------------------------

    def channels(self, area):
        return int(self.rng.choice([c for c in (2, 4, 6, 8) if c * area <= MOST] or [2]))

    def weighted(self, x):
        """One operator with weights."""
        build = self.build
        if len(x.shape) == 1:
            return build.linear(x, int(self.rng.integers(3, 13)))
        area = int(np.prod(x.shape[1:]))
        channels = self.channels(area)
        if len(x.shape) == 2 and self.chance(0.25):  # the same layer at each channel, along the last axis
            self.is_along_axis = True
            return build.linear(x, int(self.rng.integers(2, 8)), "matmul" if self.chance(0.5) else "matmul add")
        kind = self.pick("3", "3", "1", "grouped", "depthwise", "dilated", "strided", "auto", "lopsided")
        if kind == "1":
            return build.conv(x, channels, kernel=1)
        if kind == "grouped" and x.shape[0] % 2 == 0:
            return build.conv(x, channels, groups=2)
        if kind == "depthwise":
            return build.conv(x, x.shape[0] * self.pick(1, 1, 2 if x.size <= MOST // 2 else 1), groups=x.shape[0])
        if kind == "dilated":
            return build.conv(x, channels, dilation=2)
        if kind == "strided" and min(x.shape[1:]) > 2:
            return build.conv(x, channels, stride=2)
        if kind == "auto" and min(x.shape[1:]) > 2:
            return build.conv(x, channels, kernel=self.pick(2, 3), stride=self.pick(1, 2), auto=self.pick("SAME_UPPER", "SAME_LOWER", "VALID"))
        if kind == "lopsided":
            rank = len(x.shape) - 1
            return build.conv(x, channels, kernel=2, pads=[int(p) for p in self.rng.integers(0, 2, 2 * rank)] if min(x.shape[1:]) > 2 else [1] * 2 * rank)
        return build.conv(x, channels)

    def plain(self, x):
        """One linear operator without a matrix."""
        build = self.build
        rank = len(x.shape)
        if rank == 1:
            kind = self.pick("norm", "scale", "shift", "idle", "gather", "maps")
        else:
            kind = self.pick("norm", "scale", "shift", "idle", "pool", "pool", "pool", "shuffle", "gather", "slice", "pad", "transpose", "split", "axis", "vector")
        small = min(x.shape[1:], default=1)
        if kind == "norm":
            return build.batch_norm(x)
        if kind == "scale":
            return build.scaled(x)
        if kind == "shift":
            return build.shifted(x)
        if kind == "idle":
            return build.idle(x)
        if kind == "pool" and small > 1:
            if self.exact:
                return build.average_pool(x, 2, self.pick(1, 2, 2), self.pick(0, 0, 1), rounds_up=self.chance(0.3))
            return build.average_pool(x, self.pick(2, 3), self.pick(1, 2), self.pick(0, 1), rounds_up=self.chance(0.3))
        self.is_moved |= kind in ("shuffle", "gather", "transpose", "maps", "vector", "split", "axis")
        if kind == "shuffle" and x.shape[0] % 2 == 0:
            return build.shuffled(x, 2)
        if kind == "gather":
            return build.gathered(x, [int(i) for i in self.rng.permutation(x.shape[0])])
        if kind == "slice" and x.shape[-1] > 2:
            return build.sliced(x, rank - 1, int(self.rng.integers(0, 2)), x.shape[-1], self.pick(1, 1, 2) if build.opset >= 10 else 1)
        if kind == "pad" and x.size < MOST // 2:
            around = [0] + [int(i) for i in self.rng.integers(0, 2, rank - 1)]
            return build.padded(x, around, around[::-1] if rank == 2 else [0] + around[1:])
        if kind == "transpose":
            return build.transpose(x, [0, 2, 1] if rank == 3 else [1, 0])
        if kind == "split" and x.shape[0] > 1:
            cut = int(self.rng.integers(1, x.shape[0]))
            first, second = build.split(x, [cut, x.shape[0] - cut])
            return build.concat(second, first)
        if kind == "axis" and rank == 2:
            return self.lifted(x)
        if kind == "vector":
            return build.flatten(x)
        if kind == "maps" and x.size % 4 == 0:
            return build.reshape(x, self.pick((x.size // 4, 2, 2), (x.size // 4, 4), (x.size // 2, 2) if x.size > 2 else (x.size, 1)))
        return x

    def lifted(self, x):
        """A signal as an image of one row or one column, convolved, and a signal again."""
        axis = self.pick(2, 3)
        shape = (x.shape[0], 1, x.shape[1]) if axis == 2 else (x.shape[0], x.shape[1], 1)
        y = self.build.conv(self.build.unsqueezed(x, [axis], shape), self.channels(x.shape[1]), kernel=3)
        kept = [e for i, e in enumerate(y.shape) if i + 1 != axis]
        return self.build.squeezed(y, [axis], kept)

    def chain(self, x, most=3):
        """Linear operators one after the other, at least one with weights."""
        before = [self.plain for _ in range(self.rng.integers(0, 2))]
        behind = [self.plain for _ in range(self.rng.integers(0, most - 1))]
        again = [self.weighted] if self.chance(0.2) else []
        for operator in [*before, self.weighted, *behind, *again]:
            x = operator(x)
        return x

    # -- blocks ------------------------------------------------------------------------------------------------------

    def same_shape(self, x, shape):
        """A branch that ends with the given shape."""
        build = self.build
        if x.shape == shape and self.chance(0.6):
            return x
        if len(shape) == 1:
            return build.linear(build.flatten(x) if len(x.shape) > 1 else x, shape[0])
        if x.shape[1:] == shape[1:]:
            if x.shape[0] < shape[0] and self.chance(0.3):
                extra = shape[0] - x.shape[0]
                return build.padded(x, [extra // 2] + [0] * (len(shape) - 1), [extra - extra // 2] + [0] * (len(shape) - 1))
            return build.conv(x, shape[0], kernel=self.pick(1, 3))
        y = build.linear(build.flatten(x) if len(x.shape) > 1 else x, int(np.prod(shape)))
        return build.reshape(y, shape)

    def residual(self, x):
        y = self.chain(x, 2)
        if self.chance(0.6):
            y = self.chain(self.activation(y), 2)
        short = self.same_shape(x, y.shape)
        if self.chance(0.25):
            short = self.build.batch_norm(short)
        y = self.build.add(y, short) if self.chance(0.6) else self.build.add(short, y)
        return self.activation(y) if self.chance(0.7) else y  # else a stream of sums, the activation comes later

    def preactivation(self, x):
        y = x
        for _ in range(int(self.rng.integers(1, 4))):
            branch = self.activation(self.build.batch_norm(y) if self.chance(0.5) else y, keeps_shape=True)
            if len(x.shape) > 1 and self.chance(0.5):  # separable: no activation between depthwise and pointwise
                branch = self.build.conv(self.build.conv(branch, x.shape[0], groups=x.shape[0]), x.shape[0], kernel=1)
            else:
                branch = self.build.linear(branch, x.shape[0]) if len(x.shape) == 1 else self.build.conv(branch, x.shape[0])
            y = self.build.add(y, branch)
        return self.activation(y)

    def branches(self, x):
        parts = []
        for _ in range(int(self.rng.integers(2, 4))):
            part = x
            if len(x.shape) == 1:
                part = self.build.linear(x, int(self.rng.integers(2, 6)))
            elif not self.chance(0.2):
                part = self.build.conv(x, int(self.rng.integers(1, 4)), kernel=self.pick(1, 3))
            parts.append(self.activation(part, keeps_shape=True) if self.chance(0.6) else part)
        y = self.build.concat(*parts)
        if self.chance(0.4) and y.shape[0] % 2 == 0 and len(y.shape) > 1:
            y = self.build.shuffled(y, 2)
            self.is_moved = True
        return y

    def units(self, x):
        """ShuffleNet's unit: half of the channels pass."""
        if len(x.shape) == 1 or x.shape[0] % 4:
            return self.activation(self.chain(x))
        half = x.shape[0] // 2
        kept, changed = self.build.split(x, [half, half])
        changed = self.activation(self.build.conv(changed, half, kernel=1), keeps_shape=True)
        changed = self.build.conv(changed, half, groups=half)
        changed = self.activation(self.build.conv(changed, half, kernel=1), keeps_shape=True)
        return self.build.shuffled(self.build.concat(kept, changed), 2)

    def keras(self, x):
        """Channels last around a convolution, as exporters of Keras write it."""
        if len(x.shape) != 3:
            return self.activation(self.chain(x))
        y = self.build.transpose(x, [1, 2, 0])
        y = self.build.transpose(y, [2, 0, 1])
        y = self.build.transpose(self.build.conv(y, 4), [1, 2, 0])
        self.is_moved = True
        y = self.activation(self.build.shifted(y) if self.chance(0.5) else y)
        return self.build.flatten(y) if self.chance(0.5) else self.build.transpose(y, [2, 0, 1])

    def head(self, x):
        build, classes = self.build, int(self.rng.integers(3, 6))
        area = int(np.prod(x.shape[1:])) if len(x.shape) > 1 else 1
        is_power = area & (area - 1) == 0
        kind = self.pick("flatten", "flatten", "pool", "hidden", "norm", "convolution", "late pool")
        if len(x.shape) > 1 and (is_power or not self.exact) and kind in ("pool", "convolution", "late pool"):
            if kind == "pool":
                x = build.global_pool(x) if self.chance(0.6) else build.mean(x, list(range(2, len(x.shape) + 1)), keeps=False)
            else:
                y = build.conv(x, classes, kernel=1) if kind == "late pool" else build.conv(build.global_pool(x), classes, kernel=1)
                y = build.global_pool(y) if kind == "late pool" else y
                return build.flatten(y) if self.chance(0.7) else y
        if len(x.shape) > 1:
            x = build.flatten(x)
        if kind == "norm":
            x = build.batch_norm(x)
        if kind in ("hidden", "norm"):
            x = self.activation(build.linear(x, int(self.rng.integers(4, 10))))
        x = build.linear(x, classes)
        return build.idle(x) if self.chance(0.1) else x

    def network(self, path):
        """Writes it; returns what the test wants to know."""
        build = self.build
        shape = self.pick((2, 6, 6), (3, 5, 4), (1, 8, 8), (2, 4, 7), (2, 8, 8), (3, 6, 8), (2, 5, 5), (1, 6, 6), (3, 9), (2, 8), (4, 6), (6,), (12,))
        x = build.input(shape)
        if self.chance(0.1):
            x = self.plain(x)
        x = self.weighted(x)
        x = self.activation(self.plain(x) if self.chance(0.3) else x) if self.chance(0.8) else x
        blocks = (self.residual, self.preactivation, self.branches, self.units, self.keras, lambda v: self.activation(self.chain(v)))
        for _ in range(int(self.rng.integers(1, 4))):
            x = self.pick(*blocks, blocks[-1], blocks[-1])(x)
            if x.size > 2 * MOST:
                x = self.weighted(build.average_pool(x, 2, 2)) if len(x.shape) > 1 and min(x.shape[1:]) > 1 else build.linear(build.flatten(x) if len(x.shape) > 1 else x, 8)
        x = self.head(x)
        if self.depth == 0:
            return Generator(self.seed + 10**6, self.has_maxima).network(path)
        if self.chance(0.15) and len(x.shape) == 1:
            x = build.node(self.pick("Softmax", "LogSoftmax"), [x], x.shape, axis=self.pick(1, 1, -1) if build.opset >= 13 else 1)
        build.save(path, x)
        return self

    def inputs(self, count):
        """Samples that no reader takes for pixels: some are negative."""
        if self.exact:
            return (self.rng.integers(-16, 17, (count, *self.build.input_shape)) / 16).astype(np.float32)
        return self.rng.standard_normal((count, *self.build.input_shape)).astype(np.float32)

    def convert_options(self):
        if self.kinds in ("step", "cap", "mixed") and not (self.kinds == "cap" and self.seed % 3 == 0):
            return ["--threshold", "qcfs"]
        return ["--threshold", "max"] + (["--per-channel"] if self.per_channel and not self.is_moved and not (self.has_maxima and self.is_along_axis) else [])


if __name__ == "__main__":
    made = Generator(int(sys.argv[1])).network(sys.argv[2])
    print(f"seed {made.seed}: opset {made.build.opset}, {len(made.build.nodes)} nodes, {made.kinds}, exact {made.exact}")
