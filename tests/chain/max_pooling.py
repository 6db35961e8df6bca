"""Max pooling of spike trains, from its definition: a pooling neuron knows what each input of its window has sent so far."""

import numpy as np

import neurons as finding
from onnx_operators import pooled_inputs

POOLS = ("MaxPool", "GlobalMaxPool")


def behind_activations(network, shapes):
    """The nodes of a network whose maxima that stand before a ReLU stand behind it, which is the same: ReLU(max(x)) =
    max(ReLU(x)). `shapes`: of every value."""
    nodes = list(network.nodes)
    for activation in finding.activations(network, shapes):
        pool = network.producer.get(activation.start)
        inside = {id(node) for node in activation.nodes}
        is_own = pool is not None and pool.op in POOLS and all(id(reader) in inside for reader in network.readers[activation.start])
        if not is_own:
            continue
        last, between = activation.nodes[-1], activation.start
        for node in activation.nodes:
            node.inputs = [pool.inputs[0] if name == between else name for name in node.inputs]
        last.outputs[0], pool.outputs[0], pool.inputs[0] = between, last.outputs[0], between
        nodes.remove(pool)
        nodes.insert(nodes.index(last) + 1, pool)
    return nodes


class SpikingMaximum:
    """counts: what the largest sum of an input grows by. gate: what the input with the largest sum sends; of several, one
    that sends something, then the first."""

    def __init__(self, node, rule):
        self.node, self.rule = node, rule
        self.sent = None

    def tick(self, values):
        x = pooled_inputs(self.node, values[self.node.inputs[0]])
        before = np.where(np.isinf(x), x, 0.0) if self.sent is None else self.sent
        self.sent = before + x
        if self.rule == "counts":
            result = self.sent.max(2) - before.max(2)
        else:
            leads = self.sent == self.sent.max(2, keepdims=True)
            result = np.where(leads, x, -np.inf).max(2)
        values[self.node.outputs[0]] = result
