"""Fashion-MNIST as tensors, read from the four IDX files (Debian: package dataset-fashion-mnist)."""

import gzip
import struct
from pathlib import Path

import torch

DEBIAN_FOLDER = Path("/usr/share/datasets/fashion-mnist")
CLASS_NAMES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")

# Mean and standard deviation of the training images' pixels, divided by 255 and rounded to three digits.
MEAN = 0.286
STD = 0.353


def read_idx(path):
    """The unsigned bytes of a gzipped IDX file as an array of the shape that its header states."""
    content = gzip.decompress(Path(path).read_bytes())
    zero, kind, rank = struct.unpack(">HBB", content[:4])
    if zero != 0 or kind != 8:
        raise SystemExit(f"{path}: not an IDX file of unsigned bytes")
    shape = struct.unpack(f">{rank}I", content[4:4 + 4 * rank])
    values = torch.frombuffer(bytearray(content[4 + 4 * rank:]), dtype=torch.uint8)
    return values.reshape(shape)


def write_idx(path, values):
    """Writes a tensor of unsigned bytes as a gzipped IDX file; the same tensor gives the same bytes."""
    header = struct.pack(">HBB", 0, 8, values.dim()) + struct.pack(f">{values.dim()}I", *values.shape)
    Path(path).write_bytes(gzip.compress(header + values.contiguous().numpy().tobytes(), compresslevel=9, mtime=0))


def load(folder, split):
    """Images N x 1 x 28 x 28 in float, normalised, and labels N, of `split`: "train" or "t10k"."""
    images = read_idx(Path(folder) / f"{split}-images-idx3-ubyte.gz")
    labels = read_idx(Path(folder) / f"{split}-labels-idx1-ubyte.gz")
    return (images.unsqueeze(1).float() / 255 - MEAN) / STD, labels.long()
