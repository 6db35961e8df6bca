"""Calls of the program under test, and what it writes."""

import json
import subprocess

import numpy as np


class Fault(Exception):
    """The chain is broken: which step, and how."""


class Program:
    def __init__(self, path):
        self.path = str(path)
        self.knows_input_range = "--input-range" in self._help("convert")

    def _help(self, command):
        return subprocess.run([self.path, command, "--help"], capture_output=True, text=True, check=True).stdout

    def call(self, folder, *arguments):
        """(exit status, what it printed)"""
        done = subprocess.run([self.path, *map(str, arguments)], cwd=folder, capture_output=True, text=True, errors="replace", timeout=300)
        return done.returncode, (done.stdout + done.stderr).strip()

    def require(self, folder, *arguments):
        status, text = self.call(folder, *arguments)
        if status != 0:
            raise Fault(f"{arguments[0]}: exit status {status}: {text[-300:]}")
        return text

    def ready_data(self):
        """Options of convert that say that samples are what the network takes."""
        return ["--scale", "1"] + (["--input-range", "ready"] if self.knows_input_range else [])


def read_json(folder, name):
    return json.loads((folder / name).read_text(encoding="utf-8"))


def tensors_of(folder, name):
    """Of a safetensors file."""
    data = (folder / name).read_bytes()
    size = int.from_bytes(data[:8], "little")
    types = {"F32": np.float32, "F64": np.float64, "I32": np.int32}
    tensors = {}
    for key, entry in json.loads(data[8 : 8 + size]).items():
        if key != "__metadata__":
            begin, end = (8 + size + i for i in entry["data_offsets"])
            tensors[key] = np.frombuffer(data[begin:end], types[entry["dtype"]]).reshape(entry["shape"])
    return tensors


def spikes_of(folder, name, ticks):
    """Of a raster file: layer -> samples × ticks × neurons, and the predictions of its samples."""
    raster = read_json(folder, name)
    layers = {}
    for layer in raster["layers"]:
        trains = np.zeros((len(raster["samples"]), ticks, layer["count"]), bool)
        for i, sample in enumerate(raster["samples"]):
            events = sample["layers"][layer["name"]]["events"]
            if any(amplitude != 1 for amplitude in events.get("amplitudes", [])):
                raise Fault(f"raster: {layer['name']}: an amplitude that is not 1")
            trains[i, np.array(events["times"], int) - layer.get("offset", 0), np.array(events["ids"], int)] = True
        layers[layer["name"]] = trains
    return layers, [sample.get("prediction") for sample in raster["samples"]]
