#!/usr/bin/env python3
"""Trains a small network with max pooling on Fashion-MNIST and exports it to ONNX. See README.md."""

import argparse
import json
import time
from pathlib import Path

import torch

import fashion_mnist
from train import BATCH, accuracy, export, train
from vgg import Vgg


def options():
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=fashion_mnist.DEBIAN_FOLDER, help="folder with the IDX files")
    parser.add_argument("--output", type=Path, default=here.parent / "networks" / "fashion-mnist-vgg.onnx")
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--rate", type=float, default=0.1, help="largest learning rate")
    parser.add_argument("--decay", type=float, default=5e-4, help="weight decay")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main():
    arguments = options()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(arguments.seed)
    images, labels = fashion_mnist.load(arguments.data, "train")
    test_images, test_labels = fashion_mnist.load(arguments.data, "t10k")
    net = Vgg().to(memory_format=torch.channels_last)
    start = time.monotonic()
    train(net, images, labels, arguments)
    seconds = time.monotonic() - start
    folded = net.folded().to(memory_format=torch.contiguous_format)
    report = {
        "network": arguments.output.name,
        "data": "Fashion-MNIST: 60,000 training images; accuracy is of the 10,000 test images",
        "input": {"scale": 1 / 255, "mean": [fashion_mnist.MEAN], "std": [fashion_mnist.STD]},
        "class_names": fashion_mnist.CLASS_NAMES,
        "parameters": sum(p.numel() for p in folded.parameters()),
        "training": {"epochs": arguments.epochs, "batch": BATCH, "rate": arguments.rate, "decay": arguments.decay,
                     "seed": arguments.seed, "threads": 1, "seconds": round(seconds), "torch": torch.__version__},
        "ann_accuracy": accuracy(folded, test_images, test_labels),
        "export_largest_difference": export(folded, arguments.output, test_images[:16]),
    }
    arguments.output.with_suffix(".json").write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
