"""Operators that move elements, and activations, in the spelling of an opset."""

import numpy as np

from network_builder import Builder


class FullBuilder(Builder):
    def reshape(self, x, shape, by_shape_node=False):
        batch = 0 if self.chance(0.4) else -1
        target = [batch, *shape]
        if batch == 0 and self.chance(0.3):
            target[-1] = -1
        if not by_shape_node:
            return self.node("Reshape", [x, self.integers(target)], shape)
        # As torch.export writes a batch that is not fixed: its size is taken from the value itself.
        size = self.node("Shape", [x], ())
        first = self.node("Gather", [size, self.constant(np.array(0, np.int64), "i")], (), axis=0)
        first = self.unsqueezed(first, [0], ())
        parts = self.node("Concat", [first, self.integers(shape)], (), axis=0)
        return self.node("Reshape", [x, parts], shape)

    def unsqueezed(self, x, axes, shape):
        if self.opset >= 13:
            return self.node("Unsqueeze", [x, self.integers(axes)], shape)
        return self.node("Unsqueeze", [x], shape, axes=axes)

    def squeezed(self, x, axes, shape):
        if self.opset >= 13:
            return self.node("Squeeze", [x, self.integers(axes)], shape)
        return self.node("Squeeze", [x], shape, axes=axes)

    def flatten(self, x):
        size = (x.size,)
        form = self.rng.random()
        if form < 0.6:
            return self.node("Flatten", [x], size, axis=1) if self.chance(0.7) else self.node("Flatten", [x], size)
        if form < 0.8 or self.opset < 11:
            return self.reshape(x, size)
        return self.reshape(x, size, by_shape_node=True)

    def transpose(self, x, order):
        """`order` counts axes without the batch."""
        return self.node("Transpose", [x], [x.shape[i] for i in order], perm=[0] + [i + 1 for i in order])

    def sliced(self, x, axis, begin, end, step=1):
        shape = list(x.shape)
        shape[axis] = len(range(shape[axis])[begin:end:step])
        if self.opset < 10:
            return self.node("Slice", [x], shape, starts=[begin], ends=[end], axes=[axis + 1])
        return self.node("Slice", [x] + [self.integers([i]) for i in (begin, end, axis + 1, step)], shape)

    def split(self, x, lengths):
        shapes = [(length, *x.shape[1:]) for length in lengths]
        if self.opset < 13:
            return self.node("Split", [x], shapes, outputs=len(lengths), axis=1, split=list(lengths))
        if self.opset >= 18 and len(set(lengths)) == 1 and self.chance(0.5):
            return self.node("Split", [x], shapes, outputs=len(lengths), axis=1, num_outputs=len(lengths))
        return self.node("Split", [x, self.integers(lengths)], shapes, outputs=len(lengths), axis=1)

    def gathered(self, x, indices, axis=0):
        shape = list(x.shape)
        shape[axis] = len(indices)
        return self.node("Gather", [x, self.integers(indices)], shape, axis=axis + 1)

    def padded(self, x, before, after):
        """`before` and `after` for each axis without the batch."""
        shape = [b + e + a for b, e, a in zip(before, x.shape, after)]
        pads = [0, *before, 0, *after]
        if self.opset < 11:
            return self.node("Pad", [x], shape, pads=pads)
        operands = [x, self.integers(pads)]
        if self.chance(0.5):
            operands.append(self.constant(np.array(0.0, np.float32)))
        return self.node("Pad", operands, shape, mode="constant")

    def shuffled(self, x, groups):
        """Channel shuffle: reshape, transpose, reshape."""
        channels, rest = x.shape[0], x.shape[1:]
        y = self.reshape(x, (groups, channels // groups, *rest))
        y = self.transpose(y, [1, 0, *range(2, 2 + len(rest))])
        return self.reshape(y, x.shape)

    def idle(self, x):
        """Something without effect on inference."""
        if self.chance(0.5):
            return self.node("Identity", [x], x.shape)
        if self.opset < 12:
            return self.node("Dropout", [x], x.shape, ratio=0.5)
        return self.node("Dropout", [x, self.constant(np.array(0.5, np.float32))], x.shape)

    # -- activations -------------------------------------------------------------------------------------------------

    def number(self, value):
        return self.constant(np.array(value, np.float32), "k")

    def clip(self, x, low, high):
        if self.opset < 11:
            limits = {k: v for k, v in (("min", low), ("max", high)) if v is not None}
            return self.node("Clip", [x], x.shape, **limits)
        operands = [x, "" if low is None else self.number(low), "" if high is None else self.number(high)]
        return self.node("Clip", operands[:2] if high is None else operands, x.shape)

    def relu(self, x, cap=None):
        if cap is None:
            form = self.rng.random()
            if form < 0.85:
                return self.node("Relu", [x], x.shape)
            if form < 0.95 or self.opset < 11:
                return self.node("Max", [x, self.number(0.0)], x.shape)
            return self.clip(x, 0.0, None)
        form = self.rng.random()
        if form < 0.5:
            return self.clip(x, 0.0, cap)
        if form < 0.75:
            return self.node("Min", [self.node("Relu", [x], x.shape), self.number(cap)], x.shape)
        return self.clip(self.node("Relu", [x], x.shape), None if self.chance(0.5) else 0.0, cap)

    def step(self, x, theta, levels, shift):
        """theta/L · clip(floor(x·L/theta + shift), 0, L), in one of the ways in which people write it."""
        form = self.rng.integers(5)
        per_channel = isinstance(theta, np.ndarray)
        whole = self.constant(theta, "t") if per_channel else self.number(theta)
        op = lambda name, a, b: self.node(name, [a, b], x.shape)  # noqa: E731
        if form == 0:  # normalise, count, clip, restore
            y = op("Mul", op("Div", x, whole), self.number(levels))
            y = self.node("Floor", [op("Add", y, self.number(shift))], x.shape)
            y = self.clip(op("Div", y, self.number(levels)), 0.0, 1.0)
            return op("Mul", y, whole)
        if form == 1:  # clip first
            y = op("Mul", self.clip(op("Div", x, whole), 0.0, 1.0), self.number(levels))
            y = self.node("Floor", [op("Add", y, self.number(shift))], x.shape)
            if shift == 1.0:
                y = self.clip(y, 0.0, float(levels))
            return op("Div", op("Mul", y, whole), self.number(levels))
        quantum = theta / levels
        quantum = self.constant(quantum, "t") if per_channel else self.number(quantum)
        y = op("Div", x, quantum)
        if form == 2 and shift == 0.5 and not self.exact and self.opset >= 11:  # halves to even: the same but at the jumps themselves
            y = self.node("Round", [y], x.shape)
        elif form == 3 and not self.exact:  # ceil(y + s - 1): the same but at the jumps themselves
            y = self.node("Ceil", [op("Add", y, self.number(shift - 1.0))], x.shape) if shift != 1.0 else self.node("Floor", [op("Add", y, self.number(1.0))], x.shape)
        else:
            y = self.node("Floor", [op("Add", y, self.number(shift))], x.shape)
        return op("Mul", self.clip(y, 0.0, float(levels)), quantum)


