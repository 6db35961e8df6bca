#!/usr/bin/env python3
"""Writes examples/data/fashion-mnist-sample: the first 500 test images, for machines without the data set."""

import argparse
from pathlib import Path

import fashion_mnist

COUNT = 500


def main():
    output = Path(__file__).resolve().parent.parent / "data" / "fashion-mnist-sample"
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=fashion_mnist.DEBIAN_FOLDER, help="folder with the IDX files")
    parser.add_argument("--output", type=Path, default=output)
    arguments = parser.parse_args()
    arguments.output.mkdir(parents=True, exist_ok=True)
    for name in ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"):
        fashion_mnist.write_idx(arguments.output / name, fashion_mnist.read_idx(arguments.data / name)[:COUNT])


if __name__ == "__main__":
    main()
