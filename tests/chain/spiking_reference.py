"""A clocked simulation written from the ONNX file alone: at every tick all operators are evaluated as they stand in the
file, with the input as a constant current, but at each activation there are integrate-and-fire neurons
(v += current; a spike if v >= theta; v -= theta), whose output is theta times the spike. A maximum is one of spike
trains (max_pooling.py)."""

import numpy as np

import neurons as finding
from max_pooling import POOLS, SpikingMaximum


class Record:
    """What one activation did: arrays of samples × ticks × neurons, neurons in the order of the file's tensor."""

    def __init__(self):
        self.current, self.tested, self.after, self.spikes = [], [], [], []

    def closed(self):
        for name in ("current", "tested", "after", "spikes"):
            ticks = getattr(self, name)
            setattr(self, name, np.stack([t.reshape(t.shape[0], -1) for t in ticks], 1))
        return self


class SpikingReference:
    def __init__(self, network, values, rule="counts"):
        self.network = network
        self.rule = rule  # of maxima
        self.values = values
        self.neurons = finding.activations(network, {name: value.shape for name, value in values.items()})
        self.theta = [None] * len(self.neurons)  # what the neurons use; each broadcasts to the tensor
        self.v_init = [a.shift for a in self.neurons]  # in thresholds
        at_end = {id(a.nodes[-1]): i for i, a in enumerate(self.neurons)}
        inside = {id(node) for a in self.neurons for node in a.nodes}
        self._program = [(node, at_end.get(id(node))) for node in network.nodes if id(node) in at_end or id(node) not in inside]
        self._needed = self._leading_to(network.logits)

    def _leading_to(self, output):
        """Nodes before the logits; what lies behind them, a softmax, does not take part."""
        wanted, kept = {output}, set()
        for node, neuron in reversed(self._program):
            if wanted.intersection(node.outputs):
                wanted.update(node.inputs if neuron is None else [self.neurons[neuron].start])
                kept.add(id(node))
        return kept

    def run(self, samples, ticks, forced=None):
        """(records of the neurons, summed logits of shape samples × ticks × classes). With `forced`, spikes of every neuron,
        these are sent and subtracted instead of the neurons' own, which are still recorded."""
        parts = [self._run(np.asarray(samples[c], np.float64), ticks, forced and [f[c] for f in forced]) for c in self.network.batches(len(samples))]
        records = []
        for i in range(len(self.neurons)):
            whole = Record()
            for name in ("current", "tested", "after", "spikes"):
                setattr(whole, name, np.concatenate([getattr(p[0][i], name) for p in parts]))
            records.append(whole)
        return records, np.concatenate([p[1] for p in parts])

    def _run(self, samples, ticks, forced):
        records = [Record() for _ in self.neurons]
        potentials = [None] * len(self.neurons)
        maxima = {id(node): SpikingMaximum(node, self.rule) for node, _ in self._program if node.op in POOLS}
        total, sums = 0.0, []
        for tick in range(ticks):
            values = dict(self.network.constants)
            values[self.network.input] = samples
            for node, neuron in self._program:
                if id(node) not in self._needed:
                    continue
                if id(node) in maxima:
                    maxima[id(node)].tick(values)
                    continue
                if neuron is None:
                    node.evaluate(values)
                    continue
                activation, theta = self.neurons[neuron], self.theta[neuron]
                current = values[activation.start]
                before = self.v_init[neuron] * theta if tick == 0 else potentials[neuron]
                tested = before + current
                spikes = tested >= theta
                sent = spikes if forced is None else forced[neuron][:, tick].reshape(spikes.shape)
                potentials[neuron] = tested - theta * sent
                values[activation.end] = theta * sent
                record = records[neuron]
                record.current.append(current / theta)
                record.tested.append(tested / theta)
                record.after.append(potentials[neuron] / theta)
                record.spikes.append(spikes)
            total = total + values[self.network.logits]
            sums.append(total.reshape(len(samples), -1))
        return [r.closed() for r in records], np.stack(sums, 1)
