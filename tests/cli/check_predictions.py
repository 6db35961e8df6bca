#!/usr/bin/env python3
"""Reads what --predictions writes as NumPy does, and holds it against the reports.

    check_predictions.py FOLDER     FOLDER holds the program `syncopate`
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ONNX = ROOT / "examples" / "networks" / "fashion-mnist-qcfs.onnx"
DATA = ROOT / "examples" / "data" / "fashion-mnist-sample"


def check_run(np, folder):
    """The classes of a run: the largest logits, as many right as the report says at each tick."""
    with np.load(folder / "p.npz") as p:
        report = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        assert p["samples"].tolist() == list(range(5, 65, 2)) and p["ticks"].tolist() == [1, 4, 16]
        assert p["logits"].shape == (30, 3, 10) and p["logits"].dtype == np.float64
        assert (p["logits"].argmax(axis=2) == p["predictions"]).all()
        assert (p["ann_logits"].argmax(axis=1) == p["ann_predictions"]).all() and p["ann_logits"].shape == (30, 10)
        for k, entry in enumerate(report["by_tick"]):
            right = (p["predictions"][:, k] == p["labels"]).sum()
            same = (p["predictions"][:, k] == p["ann_predictions"]).sum()
            assert (entry["snn_accuracy"]["count"], entry["agreement_with_ann"]["count"]) == (right, same)


def check_study(np, folder):
    """The classes of a study: as many right in every run as study.json says."""
    with np.load(folder / "study.npz") as p:
        report = json.loads((folder / "study" / "study.json").read_text(encoding="utf-8"))
        assert p["arm_names"].tolist() == ["baseline", "permute @ prefix:act2", "tpp @ prefix:act2"]
        assert (p["logits"].argmax(axis=2) == p["predictions"]).all() and p["seed"].dtype == np.uint64
        right = {}
        for r in range(p["arm"].size):
            key = (int(p["arm"][r]), int(p["T"][r]), int(p["seed"][r]))
            right[key] = int((p["predictions"][:, r] == p["labels"]).sum())
        said = {(cell["arm"], cell["T"], seed["seed"]): seed["snn_accuracy"]["count"]
                for cell in report["cells"] for seed in cell["seeds"]}
        assert right == said, (right, said)


def main(arguments):
    try:
        import numpy as np
    except ImportError:
        print("no numpy: install python3-numpy to check files of predictions")
        return 0
    program = Path(arguments[0]).resolve() / "syncopate"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for call in (
                ["convert", ONNX, "-o", "net.json", "--mean", "0.286", "--std", "0.353", "-q"],
                ["run", "net.json", "--data", DATA, "-T", "16", "--samples", "5:65:2", "--ticks", "1,4", "--predictions", "p.npz",
                 "--json", "run.json", "-q"],
                ["ablate", "net.json", "--data", DATA, "-T", "2,4", "--samples", "0:20", "--arms", "permute,tpp", "--layers",
                 "prefix:act2", "--seeds", "2", "--detail-samples", "0", "--predictions", "study.npz", "-q"]):
            subprocess.run([program, *call], cwd=folder, check=True, stdout=subprocess.DEVNULL)
        check_run(np, folder)
        check_study(np, folder)
    print("NumPy reads what the reports say")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
