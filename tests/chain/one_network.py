"""One network through the whole chain: inspect, convert, network file, run, record, probe, ablate, replay. Spikes and
potentials are compared with the simulation that is written from the ONNX file alone."""

import json

import numpy as np

import neurons as finding
from max_pooling import behind_activations
from onnx_reference import Network
from program import Fault, read_json, spikes_of, tensors_of
from spiking_reference import SpikingReference

TICKS = 8
MARGIN = 2.0**-10  # in thresholds


class Case:
    """What is taken through the chain, and how it is converted."""

    def __init__(self, name, path, samples, options=("--threshold", "max"), exact=False, is_refused=False):
        self.name, self.path, self.samples, self.options = name, path, np.asarray(samples, np.float32), list(options)
        self.exact, self.is_refused = exact, is_refused


class Shares:
    """How much was compared, in (neuron, tick)."""

    def __init__(self):
        self.all = self.compared = self.before_first_margin = 0
        self.exact_networks = self.networks = 0
        self.notes = []


class Chain:
    def __init__(self, program, case, folder):
        self.program, self.case, self.folder = program, case, folder
        self.shares = Shares()

    def take(self):
        """Throws Fault at the first broken step; returns the shares."""
        case = self.case
        status, text = self.program.call(self.folder, "inspect", case.path, "--json", "inspect.json")
        if case.is_refused:
            self.refused(status, text)
            return self.shares
        if status != 0:
            raise Fault(f"inspect: exit status {status}: {text[-300:]}")
        self.evaluate()
        self.parity()
        self.convert()
        self.match()
        self.thresholds()
        self.make_exact()
        self.run()
        self.compare_spikes()
        self.compare_probes()
        self.compare_classes()
        self.ablate()
        self.replay()
        self.shares.networks = 1
        return self.shares

    # -- refusals ----------------------------------------------------------------------------------------------------

    def refused(self, status, text):
        np.savez(self.folder / "data.npz", images=self.case.samples, labels=np.zeros(len(self.case.samples), np.int64))
        converted, said = self.program.call(self.folder, "convert", self.case.path, "-o", "net.json", "--calibration", "data.npz", *self.program.ready_data())
        if (status, converted) != (4, 4):
            raise Fault(f"must be refused: inspect ends with {status}, convert with {converted}: {text[-150:]} / {said[-150:]}")

    # -- the network as an ANN ---------------------------------------------------------------------------------------

    def evaluate(self):
        self.network = Network(self.case.path)
        shapes = {name: value.shape for name, value in self.network.evaluate(self.case.samples[:2]).items()}
        self.network.rearrange(behind_activations(self.network, shapes))
        self.values = self.network.evaluate(self.case.samples)
        logits = self.values[self.network.logits].reshape(len(self.case.samples), -1)
        self.ann_class = logits.argmax(1)
        ordered = np.sort(logits, 1)
        self.is_clear = ordered[:, -1] - ordered[:, -2] > (0 if self.case.exact else 1e-4)
        rule = "gate" if "gate" in self.case.options else "counts"
        self.reference = SpikingReference(self.network, self.values, rule)
        for activation in self.reference.neurons:  # a float32 may fall on the other side of a step
            if activation.levels and not self.case.exact:
                places = self.values[activation.start] * activation.levels / activation.theta + activation.shift
                at_jump = (abs(places - np.rint(places)) < 1e-4).reshape(len(self.case.samples), -1).any(1)
                self.is_clear &= ~at_jump

    def parity(self):
        chosen = self.is_clear if self.network.batch is None else np.ones(len(self.case.samples), bool)
        if not chosen.any() or (not self.is_clear.all() and self.network.batch is not None):
            return self.shares.notes.append("no parity")
        np.save(self.folder / "in.npy", self.case.samples[chosen])
        np.save(self.folder / "out.npy", self.values[self.network.output][chosen].astype(np.float32))
        status, text = self.program.call(self.folder, "inspect", self.case.path, "--parity", "in.npy", "out.npy")
        if status != 0:
            raise Fault(f"inspect --parity: exit status {status}: {text[-200:]}")

    # -- conversion --------------------------------------------------------------------------------------------------

    def convert(self):
        np.savez(self.folder / "data.npz", images=self.case.samples, labels=self.ann_class.astype(np.int64))
        self.program.require(self.folder, "convert", self.case.path, "-o", "net.json", "--calibration", "data.npz", *self.program.ready_data(), *self.case.options)
        self.file = read_json(self.folder, "net.json")
        self.populations = {p["name"]: p for p in self.file["populations"]}
        for population in self.file["populations"]:
            if isinstance(population.get("v_threshold"), dict):  # long lists stand with the weights
                population["v_threshold"] = tensors_of(self.folder, "net.safetensors")[population["v_threshold"]["tensor"]].reshape(-1).tolist()

    def match(self):
        """Which population stands for which activation, by the node that `inspect` says it came from."""
        layer_of = {node["name"]: node["layer"] for node in read_json(self.folder, "inspect.json")["nodes"]}
        firing = [p["name"] for p in self.file["populations"] if p["model"] == "integrate_and_fire"]
        self.layers = []
        for activation in self.reference.neurons:
            behind = finding.grown(self.network, activation.start)
            names = [layer_of.get(node.name) for node in activation.nodes + behind]
            named = [name for name in names if name in firing and name not in self.layers]
            if not named:
                raise Fault(f"network file: no population for the activation at {activation.name}; inspect says {names}, there are {firing}")
            self.layers.append(named[0])
        if len(firing) != len(self.layers):
            raise Fault(f"network file: populations {sorted(set(firing) - set(self.layers))} stand for no activation")
        self.layouts = []
        for activation, name in zip(self.reference.neurons, self.layers):
            orders = finding.layouts(self.network, activation.start, self.values)
            shape = self.populations[name]["shape"]
            if int(np.prod(shape)) != orders[0][0].size:
                raise Fault(f"network file: {name} has shape {shape}, its activation {orders[0][1]}")
            fits = [order for order, dims in orders if (dims + (1, 1))[:1] + (int(np.prod(dims[1:])),) == (shape[0], shape[1] * shape[2])]
            self.layouts.append(fits + [order for order, _ in orders])

    def thresholds(self):
        """Those of the file must be what the rule says; then the file's are used."""
        uses_max = "max" in self.case.options
        for i, (activation, name) in enumerate(zip(self.reference.neurons, self.layers)):
            population = self.populations[name]
            channels = population["shape"][0]
            stated = np.atleast_1d(np.array(population["v_threshold"], float))
            order = self.layouts[i][0]
            place = np.empty(order.size)
            place[order] = np.repeat(np.broadcast_to(stated, channels), order.size // channels)
            shape = activation.theta.shape[1:]
            found = place.reshape(1, *shape)
            wanted = activation.theta
            if uses_max:
                wanted = self.largest(activation, order, channels if stated.size > 1 and "--per-channel" in self.case.options else 1)
                wanted = np.minimum(wanted.reshape(1, *shape), activation.theta)
            factor = next((f for f in self.factors_behind(activation) if np.allclose(found, wanted * f, rtol=1e-5, atol=0)), None)
            if factor is None:
                raise Fault(f"thresholds: {name} has {stated[:4]}, the file's activation {activation.name} says {np.unique(wanted)[:4]}")
            # A threshold from data takes no shift over from training: convert.hpp.
            shift = np.broadcast_to(0.5 if uses_max else activation.shift, activation.theta.shape)
            if not np.allclose(population["v_init"], shift, atol=1e-5):
                raise Fault(f"v_init: {name} has {population['v_init']}, its activation {activation.name} a shift of {np.unique(shift)[:4]}")
            self.reference.theta[i], self.reference.v_init[i] = found / factor, population["v_init"]

    def factors_behind(self, activation):
        """1, and what the result is multiplied with at once: that may have become part of what a spike is worth."""
        factors, values = [1.0], {**self.network.constants, activation.end: np.ones(1)}
        for node in finding.grown(self.network, activation.end):
            if node.op not in ("Mul", "Div", "Identity", "Dropout"):
                break
            node.evaluate(values)
            factors.append(float(values[node.outputs[0]].reshape(-1)[0]))
        return factors

    def largest(self, activation, order, groups):
        """Largest activation on the calibration data, with the floor for channels that hardly fire."""
        output = self.values[activation.end].reshape(len(self.case.samples), -1)[:, order]
        largest = output.reshape(len(output), groups, -1).max((0, 2))
        top = largest.max()
        largest = np.maximum(largest, top / 256) if top > 0 else np.ones(groups)
        wanted = np.empty(order.size)
        wanted[order] = np.repeat(largest, order.size // groups)
        return wanted

    def make_exact(self):
        """For weights that are exact sums of powers of two: thresholds that are powers of two, in the file and here."""
        if not self.case.exact:
            return
        for i, name in enumerate(self.layers):
            stated = np.atleast_1d(np.array(self.populations[name]["v_threshold"], float))
            rounded = 2.0 ** np.rint(np.log2(stated))
            self.populations[name]["v_threshold"] = rounded.tolist() if stated.size > 1 else float(rounded[0])
            self.reference.theta[i] = 2.0 ** np.rint(np.log2(self.reference.theta[i]))
        (self.folder / "net.json").write_text(json.dumps(self.file), encoding="utf-8")

    # -- the run -----------------------------------------------------------------------------------------------------

    def run(self):
        count = len(self.case.samples)
        self.probed = {}
        rng = np.random.default_rng(len(self.case.name))
        for name in [self.layers[i] for i in rng.permutation(len(self.layers))[:2]]:
            size = int(np.prod(self.populations[name]["shape"]))
            self.probed[name] = sorted(int(i) for i in rng.permutation(size)[:3])
        self.read_out = next(p for p in self.file["populations"] if p["model"] == "read_out")
        self.probed[self.read_out["name"]] = list(range(int(np.prod(self.read_out["shape"]))))
        probes = [word for name, ids in self.probed.items() for word in ("--probe", f"{name}:{','.join(map(str, ids))}")]
        self.program.require(self.folder, "run", "net.json", "--data", "data.npz", "-T", TICKS, "--record", "all", "--record-samples", count,
                             "--raster", "raster.json", *probes, "--probe-file", "probe.json", "--check", count, "--json", "run.json",
                             "--executor", "serial", "-q")  # fmt: skip
        self.report = read_json(self.folder, "run.json")
        self.recorded, self.predictions = spikes_of(self.folder, "raster.json", TICKS)
        if self.report["checked_samples"] != count:
            raise Fault(f"run: {self.report['checked_samples']} samples were checked, not {count}")
        senders = set(self.layers) | {p["name"] for p in self.file["populations"] if p["model"] == "max_pool"}
        if set(self.recorded) != senders:
            raise Fault(f"run: recorded {sorted(self.recorded)}, the layers are {sorted(senders)}")

    def compare_spikes(self):
        records, self.sums = self.reference.run(self.case.samples, TICKS)
        self.orders, self.ambiguous = [], set()
        for i, name in enumerate(self.layers):  # the order of its neurons that fits best
            wrong = [np.count_nonzero(records[i].spikes[:, :, order] != self.recorded[name]) for order in self.layouts[i]]
            self.orders.append(self.layouts[i][int(np.argmin(wrong))])
            if any(w == min(wrong) and not np.array_equal(o, self.orders[-1]) for w, o in zip(wrong, self.layouts[i])):
                self.ambiguous.add(name)
        self.is_exact = self.case.exact and self.is_free_of_rounding(records)
        if not self.is_exact:
            forced = []
            for order, name in zip(self.orders, self.layers):
                trains = np.empty_like(self.recorded[name])
                trains[:, :, order] = self.recorded[name]
                forced.append(trains)
            records, self.sums = self.reference.run(self.case.samples, TICKS, forced)
        self.records = records
        clear = [np.ones_like(r.spikes) if self.is_exact else abs(r.tested - 1) >= MARGIN for r in records]
        for i, name in enumerate(self.layers):
            order = self.orders[i]
            wrong = (records[i].spikes[:, :, order] != self.recorded[name]) & clear[i][:, :, order]
            if wrong.any():
                sample, tick, neuron = (int(w[0]) for w in np.nonzero(wrong))
                raise Fault(f"spikes: {name}: {np.count_nonzero(wrong)} of {wrong.size} differ, first sample {sample}, tick {tick}, neuron {neuron} "
                            f"(v/theta = {records[i].tested[:, :, order][sample, tick, neuron]:.6f}); {'exact' if self.is_exact else 'real'}")  # fmt: skip
        self.count_shares(clear)

    def count_shares(self, clear):
        shares = self.shares
        shares.all = sum(c.size for c in clear)
        shares.compared = sum(int(np.count_nonzero(c)) for c in clear)
        shares.exact_networks = int(self.is_exact)
        for sample in range(len(self.case.samples)):
            flags = [(c[sample, tick].all(), c.shape[2]) for tick in range(TICKS) for c in clear]
            first = next((i for i, (is_clear, _) in enumerate(flags) if not is_clear), len(flags))
            shares.before_first_margin += sum(size for _, size in flags[:first])

    def is_free_of_rounding(self, records):
        """Whether all potentials are whole multiples of the fixed point's unit."""
        status, text = self.program.call(self.folder, "inspect", "net.json", "--json", "file.json")
        if status != 0:
            raise Fault(f"inspect of the network file: exit status {status}: {text[-200:]}")
        bits = {p["name"]: p.get("fraction_bits", 24) for p in read_json(self.folder, "file.json")["populations"]}
        every = [(name, record.tested) for name, record in zip(self.layers, records)] + [(self.read_out["name"], self.sums)]
        for name, values in every:
            units = values * 2.0 ** bits[name]
            if not np.array_equal(units, np.rint(units)):
                self.shares.notes.append("rounds")
                return False
        return True

    # -- what else the run says --------------------------------------------------------------------------------------

    def compare_probes(self):
        probes = read_json(self.folder, "probe.json")["probes"]
        wanted = sum(len(ids) for ids in self.probed.values())  # of the first sample
        if len(probes) != wanted:
            raise Fault(f"probes: {len(probes)} lists, not {wanted}")
        tolerance = 1e-9 if self.is_exact else 2e-4  # weights that many spikes share are rounded once
        for probe in probes:
            sample, name, neuron = probe["sample"], probe["layer"], probe["id"]
            if name in self.ambiguous:
                continue
            if name == self.read_out["name"]:
                pairs = {"potential": self.sums[sample, :, neuron]}
            else:
                i = self.layers.index(name)
                place = self.orders[i][neuron]
                record = self.records[i]
                pairs = {"current": record.current, "potential_at_test": record.tested, "potential": record.after, "spikes": record.spikes}
                pairs = {key: value[sample, :, place] for key, value in pairs.items()}
                if not self.is_exact:
                    del pairs["spikes"]
            for key, value in pairs.items():
                if not np.allclose(probe[key], value, rtol=tolerance, atol=tolerance):
                    raise Fault(f"probe: {name}:{neuron}, sample {sample}: {key} is {probe[key]}, not {value.tolist()}")

    def compare_classes(self):
        classes = self.sums.argmax(2)  # samples × ticks
        ordered = np.sort(self.sums, 2)
        is_sure = (ordered[:, :, -1] - ordered[:, :, -2] > 1e-4) | self.is_exact
        if any(is_sure[s, -1] and p != classes[s, -1] for s, p in enumerate(self.predictions)):
            raise Fault(f"run: predictions {self.predictions}, not {classes[:, -1].tolist()}")
        ann = self.report["ann_accuracy"]["count"]
        if ann < np.count_nonzero(self.is_clear):
            raise Fault(f"run: the ANN gives the file's class for {ann} of {len(self.case.samples)} samples")
        for tick, entry in enumerate(self.report["by_tick"]):
            hits = classes[:, tick] == self.ann_class
            low, high = np.count_nonzero(hits & is_sure[:, tick]), np.count_nonzero(hits | ~is_sure[:, tick])
            if not low <= entry["snn_accuracy"]["count"] <= high or entry["t"] != tick + 1:
                raise Fault(f"run: {entry['snn_accuracy']['count']} samples right after tick {tick + 1}, not {low} to {high}")

    def ablate(self):
        self.program.require(self.folder, "ablate", "net.json", "--data", "data.npz", "-T", TICKS, "--arms", "permute", "--seeds", 1,
                             "--detail-samples", 0, "--report", "study", "--executor", "serial", "-q")  # fmt: skip
        study = read_json(self.folder / "study", "study.json")
        failed = [c["name"] for c in study["controls"] if c["outcome"] == "failed"]
        baseline = next(c for c in study["cells"] if c["arm"] == 0)
        correct = baseline["seeds"][0]["snn_accuracy"]["count"]
        expected = self.report["by_tick"][-1]["snn_accuracy"]["count"]
        if failed or correct != expected:
            raise Fault(f"ablate: controls failed: {failed}; baseline {correct} right, the run {expected}")
        spikes = {layer["name"]: layer["spikes"] for layer in baseline["layers"]}
        for name, trains in self.recorded.items():
            if spikes.get(name) != int(trains.sum()):
                raise Fault(f"ablate: {name} has {spikes.get(name)} spikes in the baseline, {int(trains.sum())} in the run")

    def replay(self):
        """Spikes of the first layers, replayed, must give the spikes of the others again."""
        names = [p["name"] for p in self.file["populations"]]
        analogue = names[[p["model"] for p in self.file["populations"]].index("direct_current")]
        fed = {p["target"] for p in self.file["projections"] if p["source"] == analogue}
        # What takes the input itself and sends no spikes cannot be replayed, so it is simulated again.
        data = ["--data", "data.npz"] if fed - set(self.layers) else []
        firing = [name for name in names if name in self.layers]
        last = max((i for i, name in enumerate(firing) if name in fed), default=0)
        replayed = firing[: last + 1 + (len(firing) - last - 1) // 2]
        self.program.require(self.folder, "replay", "net.json", "--raster", "raster.json", "--layers", ",".join(replayed), *data,
                             *(["--record", "all", "--raster-out", "again.json"] if len(replayed) < len(firing) else []), "--json", "replay.json", "-q")  # fmt: skip
        report = read_json(self.folder, "replay.json")
        if any(s["prediction"] != p for s, p in zip(report["samples"], self.predictions)):
            raise Fault(f"replay: predictions {[s['prediction'] for s in report['samples']]}, not {self.predictions}")
        if len(replayed) == len(firing):
            return
        again, _ = spikes_of(self.folder, "again.json", TICKS)
        for name in firing[len(replayed) :]:
            if name in again and not np.array_equal(again[name], self.recorded[name]):
                raise Fault(f"replay of {replayed}: spikes of {name} differ from those recorded")
