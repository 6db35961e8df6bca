"""An ONNX file as a list of operators, evaluated in float64: what the network computes, by the standard and nothing else."""

import numpy as np
import onnx
from onnx import numpy_helper

from onnx_operators import OPERATORS


class Node:
    def __init__(self, proto, opset):
        self.name = proto.name
        self.op = proto.op_type
        self.inputs = list(proto.input)
        self.outputs = list(proto.output)
        self.opset = opset
        self.attributes = {}
        for attribute in proto.attribute:
            value = onnx.helper.get_attribute_value(attribute)
            if isinstance(value, bytes):
                value = value.decode()
            if isinstance(value, onnx.TensorProto):
                value = as_number(numpy_helper.to_array(value))
            self.attributes[attribute.name] = value

    def evaluate(self, values):
        """Adds its outputs to `values`."""
        inputs = [values[name] if name else None for name in self.inputs]
        while inputs and inputs[-1] is None:
            inputs.pop()
        for name, result in zip(self.outputs, OPERATORS[self.op](self, inputs)):
            values[name] = np.asarray(result)


def as_number(array):
    return array.astype(np.float64) if array.dtype.kind == "f" else array


class Network:
    """The live part of the graph: `constants`, and `nodes` that depend on the input, in an order of evaluation."""

    def __init__(self, path):
        model = onnx.load(str(path))
        graph = model.graph
        opset = max(o.version for o in model.opset_import if o.domain in ("", "ai.onnx"))
        self.constants = {t.name: as_number(numpy_helper.to_array(t)) for t in graph.initializer}
        self.input = next(i.name for i in graph.input if i.name not in self.constants)
        self.output = graph.output[0].name
        entry = next(i for i in graph.input if i.name == self.input)
        dims = [d.dim_value for d in entry.type.tensor_type.shape.dim]
        self.sample_shape = tuple(dims[1:])
        self.batch = dims[0] if dims[0] > 0 else None  # None: any
        self.nodes = self._ordered([Node(n, opset) for n in graph.node])
        self._index()

    def rearrange(self, nodes):
        """Other nodes that compute the same, in an order of evaluation."""
        self.nodes = nodes
        self._index()

    def _index(self):
        self.producer = {name: node for node in self.nodes for name in node.outputs}
        self.readers = {}
        for node in self.nodes:
            for name in node.inputs:
                self.readers.setdefault(name, []).append(node)

    def _ordered(self, nodes):
        producer = {name: node for node in nodes for name in node.outputs if name}
        live, stack = set(), [self.output]
        while stack:
            node = producer.get(stack.pop())
            if node is not None and id(node) not in live:
                live.add(id(node))
                stack += [name for name in node.inputs if name]
        known = set(self.constants) | {self.input, ""}
        open_nodes = [node for node in nodes if id(node) in live]
        dynamic, ordered = {self.input}, []
        while open_nodes:
            ready = [node for node in open_nodes if known.issuperset(node.inputs)]
            if not ready:
                raise ValueError("the graph has a cycle")
            for node in ready:
                known.update(node.outputs)
                if dynamic.intersection(node.inputs):
                    dynamic.update(node.outputs)
                    ordered.append(node)
                else:
                    node.evaluate(self.constants)
            done = {id(node) for node in ready}
            open_nodes = [node for node in open_nodes if id(node) not in done]
        return ordered

    def batches(self, count):
        """Ranges of samples that the file can take at once."""
        step = self.batch or count
        return [slice(i, i + step) for i in range(0, count, step)]

    def evaluate(self, samples):
        """Every value of the graph for the samples, of shape N × sample."""
        parts = []
        for chosen in self.batches(len(samples)):
            values = dict(self.constants)
            values[self.input] = np.asarray(samples[chosen], np.float64)
            for node in self.nodes:
                node.evaluate(values)
            parts.append(values)
        dynamic = [self.input] + [name for node in self.nodes for name in node.outputs if name]
        return {name: np.concatenate([np.atleast_1d(part[name]) for part in parts]) for name in dynamic if name in parts[0]}

    @property
    def logits(self):
        """The value before a softmax (or another function that keeps the order of classes) at the end."""
        name, found = self.output, None
        while name in self.producer:
            node = self.producer[name]
            if node.op in ("Softmax", "LogSoftmax", "Sigmoid", "Log"):
                found = node.inputs[0]
            elif node.op not in ("Identity", "Dropout", "Flatten", "Reshape", "Squeeze", "Unsqueeze", "Cast"):
                break
            name = node.inputs[0]
        return found or self.output
