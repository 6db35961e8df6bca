#!/usr/bin/env python3
"""Prints the tables of these pages from a study.json.

    table.py accuracy out/study.json   accuracy of every arm over T, in %, with 95 % intervals; * better, ° worse than the baseline
    table.py costs out/study.json      spikes, synaptic operations and latency
    table.py depth out/study.json T    first spike, centroid, wrong and unfinished neurons, error parts: means over layers
    table.py layers out/study.json T   one line a layer, for studies with --layers each
    table.py orders out/study.json T   the distribution over the members of a family such as permute:all
"""

import json
import statistics
import sys


def label(arm):
    return arm["name"] if arm.get("layers", "") in ("", "all") else f"{arm['name']} @ {arm['layers']}"


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def head(*cells):
    row(*cells)
    print("|" + "---|" * len(cells))


def accuracies(study, cell):
    return [100.0 * seed["snn_accuracy"]["value"] for seed in cell["seeds"]]


def accuracy(study, cell):
    values = accuracies(study, cell)
    mark = {"better": "*", "worse": "°"}.get((cell.get("comparison") or {}).get("verdict"), "")
    half = ""
    if cell.get("accuracy_interval"):
        interval = cell["accuracy_interval"]
        half = f" ± {50.0 * (interval['high'] - interval['low']):.2f}"
    return f"{statistics.mean(values):.2f}{half}{mark}"


def cells_of(study, T=None):
    return [cell for cell in study["cells"] if T is None or cell["T"] == T]


def print_accuracy(study):
    head("arm", *(f"T = {T}" for T in study["T"]))
    for a, arm in enumerate(study["arms"]):
        own = {cell["T"]: cell for cell in study["cells"] if cell["arm"] == a}
        row(label(arm), *(accuracy(study, own[T]) if T in own else "" for T in study["T"]))


def print_costs(study):
    head("arm", "T", "spikes", "synaptic operations", "total ticks")
    for cell in study["cells"]:
        runs = study["sample_count"] * len(cell["seeds"])
        spikes = sum(layer["spikes"] for layer in cell["layers"]) / runs
        operations = sum(layer["synaptic_operations"] for layer in cell["layers"]) / runs
        row(label(study["arms"][cell["arm"]]), cell["T"], f"{spikes:,.0f}", f"{operations / 1e6:.2f} M", cell["T"] + cell["extra_ticks"])


def print_depth(study, T):
    head("arm", "first spike, tick", "centroid, tick", "P(ANN = 0, spikes)", "unfinished", "clipping", "quantisation", "unevenness")
    for cell in cells_of(study, T):
        layers = cell["details"]
        if not layers:
            continue
        pairs = sum(layer["neurons"] for layer in layers)
        spiking = [layer for layer in layers if layer["neurons"] > layer["silent"]]
        ann = sum(layer["ann"]["false_spiking"] for layer in layers if "ann" in layer) / pairs
        unfinished = sum(layer["residual"]["high"] for layer in layers if "residual" in layer) / pairs

        def part(name):
            return sum(layer["error"][name]["mean_magnitude"] * layer["neurons"] for layer in layers if "error" in layer) / pairs

        row(label(study["arms"][cell["arm"]]), f"{statistics.mean(layer['mean_first_spike'] for layer in spiking):.2f}",
            f"{statistics.mean(layer['mean_centroid'] for layer in spiking):.2f}", f"{100 * ann:.2f} %", f"{100 * unfinished:.2f} %",
            f"{part('clipping'):.4f}", f"{part('quantisation'):.4f}", f"{part('unevenness'):.4f}")


def print_layers(study, T):
    names = sorted({arm["name"] for arm in study["arms"] if arm["name"] != "baseline"})
    layers = list(dict.fromkeys(arm["layers"] for arm in study["arms"] if arm.get("layers")))
    base = accuracies(study, next(cell for cell in cells_of(study, T) if cell["arm"] == 0))[0]
    print(f"baseline {base:.2f} %; differences in points\n")
    head("layer", *names)
    for layer in layers:
        values = []
        for name in names:
            cell = next(c for c in cells_of(study, T) if study["arms"][c["arm"]]["name"] == name and study["arms"][c["arm"]].get("layers") == layer)
            c = cell["comparison"]
            mark = {"better": "*", "worse": "°"}.get(c["verdict"], "")
            interval = f" [{100 * c['interval']['low']:+.2f}, {100 * c['interval']['high']:+.2f}]" if c.get("interval") else ""
            values.append(f"{100 * c['difference']:+.2f}{interval}{mark}")
        row(layer, *values)


def print_orders(study, T):
    cells = [cell for cell in cells_of(study, T) if study["arms"][cell["arm"]]["family"] == "permute:all"]
    base = accuracies(study, next(cell for cell in cells_of(study, T) if cell["arm"] == 0))[0]
    ranked = sorted(cells, key=lambda cell: accuracies(study, cell)[0])
    values = [accuracies(study, cell)[0] for cell in ranked]
    verdicts = [cell["comparison"]["verdict"] for cell in ranked]
    print(f"baseline {base:.2f} %; {len(cells)} orders: {verdicts.count('better')} better, {verdicts.count('worse')} worse, "
          f"{verdicts.count('no evidence')} without evidence; lowest {values[0]:.2f}, median {statistics.median(values):.2f}, "
          f"highest {values[-1]:.2f} %\n")
    head("order", "accuracy", "difference", "p (Holm)", "verdict")
    for cell in ranked:
        c = cell["comparison"]
        row(study["arms"][cell["arm"]]["name"][6:], f"{accuracies(study, cell)[0]:.2f}", f"{100 * c['difference']:+.2f}", f"{c['p_holm']:.2g}",
            c["verdict"])


def main(arguments):
    if len(arguments) < 2:
        print(__doc__)
        return 2
    study = json.load(open(arguments[1], encoding="utf-8"))
    T = int(arguments[2]) if len(arguments) > 2 else study["T"][-1]
    {"accuracy": lambda: print_accuracy(study), "costs": lambda: print_costs(study), "depth": lambda: print_depth(study, T),
     "layers": lambda: print_layers(study, T), "orders": lambda: print_orders(study, T)}[arguments[0]]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
