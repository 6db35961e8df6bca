#!/usr/bin/env python3
"""Runs each command with --json and holds what it writes against the JSON Schemas that the program prints.

    check_schemas.py FOLDER     FOLDER holds the program `syncopate`
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ONNX = ROOT / "examples" / "networks" / "fashion-mnist-qcfs.onnx"
DATA = ROOT / "examples" / "data" / "fashion-mnist-sample"


def hold_window(folder):
    """Makes a network file whose second layer is two-phase."""
    network = json.loads((Path(folder) / "net.json").read_text(encoding="utf-8"))
    population = network["populations"][2]
    del population["v_reset"]
    population.update(model="two_phase", rule="memoryless")
    (Path(folder) / "two-phase.json").write_text(json.dumps(network), encoding="utf-8")


def main(arguments):
    try:
        import jsonschema
    except ImportError:
        print("no jsonschema: install python3-jsonschema to check the schemas")
        return 0
    program = Path(arguments[0]).resolve() / "syncopate"
    calls = (
        ("inspect", ["inspect", ONNX, "--json", "onnx.json"], "onnx.json"),
        ("convert", ["convert", ONNX, "-o", "net.json", "--mean", "0.286", "--std", "0.353", "--json", "convert.json"], "convert.json"),
        ("network", None, "net.json"),
        ("inspect", ["inspect", "net.json", "--json", "net-inspect.json"], "net-inspect.json"),
        ("network", hold_window, "two-phase.json"),
        ("inspect", ["inspect", "two-phase.json", "--json", "two-phase-inspect.json"], "two-phase-inspect.json"),
        ("run", ["run", "net.json", "--data", DATA, "-T", "4", "--samples", "0:20", "--check", "1", "--record", "all", "--raster",
                 "events.json", "--probe", "act1:5,300", "--json", "run.json", "-q"], "run.json"),
        ("raster", None, "events.json"),
        ("probe", None, "probe.json"),
        ("run", ["run", "net.json", "--data", DATA, "-T", "4", "--samples", "0:3", "--record", "act4", "--raster", "bits.json",
                 "--encoding", "bitset", "--json", "run2.json", "-q"], "run2.json"),
        ("raster", None, "bits.json"),
        ("run", ["run", "net.json", "--data", DATA, "-T", "4", "--samples", "0:3", "--neuron", "act2=tpp", "--relay", "act3=reverse", "--record",
                 "all", "--raster", "windows.json", "--probe", "act2:5,300", "--json", "run3.json", "-q"], "run3.json"),
        ("raster", None, "windows.json"),
        ("probe", None, "probe.json"),
        ("replay", ["replay", "net.json", "--raster", "windows.json", "--layers", "act3", "--record", "all", "--raster-out", "again.json",
                    "--json", "replay.json", "-q"], "replay.json"),
        ("raster", None, "again.json"),
        ("study", ["ablate", "net.json", "--data", DATA, "-T", "2,4", "--samples", "0:20", "--arms", "permute,tpp,drop:0.1,reverse",
                   "--seeds", "2", "--detail-samples", "4", "--report", "study", "-q"], "study/study.json"),
    )
    with tempfile.TemporaryDirectory() as folder:
        for name, call, file in calls:
            if callable(call):
                call(folder)
            elif call:
                subprocess.run([program, *call], cwd=folder, check=True, stdout=subprocess.DEVNULL)
            schema = json.loads(subprocess.run([program, "schema", name], check=True, stdout=subprocess.PIPE).stdout)
            jsonschema.Draft202012Validator.check_schema(schema)
            jsonschema.validate(json.loads((Path(folder) / file).read_text(encoding="utf-8")), schema, jsonschema.Draft202012Validator)
    print(f"{len(calls)} files satisfy their schemas")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
