#!/usr/bin/env python3
"""Prints the tables of these pages from a study.json.

    table.py accuracy out/study.json   accuracy of every arm over T, in %, with 95 % intervals; * better, ° worse than the baseline
    table.py costs out/study.json      spikes, synaptic operations and latency
    table.py depth out/study.json T    first spike, centroid, wrong and unfinished neurons, error parts: means over layers
    table.py layers out/study.json T   one line a layer, for studies with --layers each
    table.py orders out/study.json T   the distribution over the orders of the arms permute:all

Without T: the largest of the study. Accuracies are means over seeds.
"""

import contextlib
import io
import json
import statistics
import sys


class Absent(Exception):
    """What the study lacks for a table, in one line."""


def label(arm):  # as the program's own tables call it
    return arm["name"] if arm.get("layers", "") in ("", "all") else f"{arm['name']} @ {arm['layers']}"


def row(*cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def head(*cells):
    row(*cells)
    print("|" + "---|" * len(cells))


def mean_accuracy(cell):
    if "snn_accuracy" not in cell["seeds"][0]:
        raise Absent("the data has no labels, so there are no accuracies")
    return statistics.mean(100.0 * seed["snn_accuracy"]["value"] for seed in cell["seeds"])


def accuracy(cell):
    mark = {"better": "*", "worse": "°"}.get((cell.get("comparison") or {}).get("verdict"), "")
    half = ""
    if cell.get("accuracy_interval"):
        interval = cell["accuracy_interval"]
        half = f" ± {50.0 * (interval['high'] - interval['low']):.2f}"
    return f"{mean_accuracy(cell):.2f}{half}{mark}"


def cells_at(study, T):
    cells = [cell for cell in study["cells"] if cell["T"] == T]
    if not cells:
        raise Absent(f"nothing was run at T = {T}; the study has T = {', '.join(map(str, study['T']))}")
    return cells


def baseline_accuracy(study, T):
    for cell in cells_at(study, T):
        if cell["arm"] == 0:
            return mean_accuracy(cell)
    raise Absent(f"the baseline was not run at T = {T}")


def comparison(study, cell):
    if "comparison" not in cell:
        raise Absent(f"{label(study['arms'][cell['arm']])} at T = {cell['T']} was not compared with the baseline")
    return cell["comparison"]


def print_accuracy(study, _):
    head("arm", *(f"T = {T}" for T in study["T"]))
    for a, arm in enumerate(study["arms"]):
        own = {cell["T"]: cell for cell in study["cells"] if cell["arm"] == a}
        row(label(arm), *(accuracy(own[T]) if T in own else "" for T in study["T"]))


def print_costs(study, _):
    head("arm", "T", "spikes", "synaptic operations", "total ticks")
    for cell in study["cells"]:
        runs = study["sample_count"] * len(cell["seeds"])
        spikes = sum(layer["spikes"] for layer in cell["layers"]) / runs
        operations = sum(layer["synaptic_operations"] for layer in cell["layers"]) / runs
        row(label(study["arms"][cell["arm"]]), cell["T"], f"{spikes:,.0f}", f"{operations / 1e6:.2f} M", cell["T"] + cell["extra_ticks"])


def print_depth(study, T):
    head("arm", "first spike, tick", "centroid, tick", "P(ANN = 0, spikes)", "unfinished", "clipping", "quantisation", "unevenness")
    for cell in cells_at(study, T):
        layers = cell["details"]
        if not layers:
            continue
        pairs = sum(layer["neurons"] for layer in layers)
        spiking = [layer for layer in layers if layer["neurons"] > layer["silent"]]
        name = label(study["arms"][cell["arm"]])
        if not spiking:
            raise Absent(f"{name} at T = {T}: no layer spikes, so there is no mean spike time")
        ann = sum(layer["ann"]["false_spiking"] for layer in layers if "ann" in layer) / pairs
        unfinished = sum(layer["residual"]["high"] for layer in layers if "residual" in layer) / pairs

        def part(name):
            return sum(layer["error"][name]["mean_magnitude"] * layer["neurons"] for layer in layers if "error" in layer) / pairs

        row(name, f"{statistics.mean(layer['mean_first_spike'] for layer in spiking):.2f}",
            f"{statistics.mean(layer['mean_centroid'] for layer in spiking):.2f}", f"{100 * ann:.2f} %", f"{100 * unfinished:.2f} %",
            f"{part('clipping'):.4f}", f"{part('quantisation'):.4f}", f"{part('unevenness'):.4f}")


def print_layers(study, T):
    names = sorted({arm["name"] for arm in study["arms"] if arm["name"] != "baseline"})
    layers = list(dict.fromkeys(arm["layers"] for arm in study["arms"] if arm.get("layers")))
    cells = {}
    for cell in cells_at(study, T):
        arm = study["arms"][cell["arm"]]
        cells[arm.get("layers"), arm["name"]] = cell
    print(f"baseline {baseline_accuracy(study, T):.2f} %; differences in points\n")
    head("layer", *names)
    for layer in layers:
        values = []
        for name in names:
            if (layer, name) not in cells:
                raise Absent(f"{name} @ {layer} was not run at T = {T}")
            c = comparison(study, cells[layer, name])
            mark = {"better": "*", "worse": "°"}.get(c["verdict"], "")
            interval = f" [{100 * c['interval']['low']:+.2f}, {100 * c['interval']['high']:+.2f}]" if c.get("interval") else ""
            values.append(f"{100 * c['difference']:+.2f}{interval}{mark}")
        row(layer, *values)


def print_orders(study, T):
    cells = [cell for cell in cells_at(study, T) if study["arms"][cell["arm"]]["family"] == "permute:all"]
    if not cells:
        raise Absent(f"the study has no arms permute:all at T = {T}")
    ranked = sorted(cells, key=mean_accuracy)
    values = [mean_accuracy(cell) for cell in ranked]
    verdicts = [comparison(study, cell)["verdict"] for cell in ranked]
    print(f"baseline {baseline_accuracy(study, T):.2f} %; {len(cells)} orders: {verdicts.count('better')} better, "
          f"{verdicts.count('worse')} worse, {verdicts.count('no evidence')} without evidence, "
          f"{verdicts.count('identical')} the natural one; lowest {values[0]:.2f}, "
          f"median {statistics.median(values):.2f}, highest {values[-1]:.2f} %\n")
    head("order", "accuracy", "difference", "p (Holm)", "verdict")
    for cell, value in zip(ranked, values):
        c = cell["comparison"]
        row(study["arms"][cell["arm"]]["name"][6:], f"{value:.2f}", f"{100 * c['difference']:+.2f}", f"{c['p_holm']:.2g}", c["verdict"])


TABLES = {"accuracy": print_accuracy, "costs": print_costs, "depth": print_depth, "layers": print_layers, "orders": print_orders}


def main(arguments):
    if len(arguments) < 2 or arguments[0] not in TABLES:
        print(__doc__)
        return 2
    with open(arguments[1], encoding="utf-8") as file:
        study = json.load(file)
    T = int(arguments[2]) if len(arguments) > 2 else study["T"][-1]
    table = io.StringIO()  # printed whole or not at all
    try:
        with contextlib.redirect_stdout(table):
            TABLES[arguments[0]](study, T)
    except Absent as absent:
        print(f"table.py: {arguments[1]}: {absent}", file=sys.stderr)
        return 1
    print(table.getvalue(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
