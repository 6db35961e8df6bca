#!/usr/bin/env python3
"""The same network through SpikingJelly's converter: accuracy against T on Fashion-MNIST.

    spikingjelly_rates.py [--network FILE.onnx] [--data FOLDER] [--every N] [--ticks 1,2,4,...]

Needs torch, onnx and numpy; spikingjelly without its torchvision (pip install --no-deps spikingjelly), and what that
imports: loguru, tqdm, matplotlib, tensorboard, scipy.
"""

import argparse
import sys
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from spikingjelly.activation_based import functional
from spikingjelly.activation_based.ann2snn import Converter
from spikingjelly.activation_based.ann2snn.recipes import RateCodingRecipe

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parent.parent / "training"))
import fashion_mnist  # noqa: E402
from vgg import Vgg  # noqa: E402

# Its defaults; and what it has for max pooling and few ticks.
RECIPES = {
    "layer by layer": {},
    "half threshold, channel by channel": {"channel_wise": True, "half_threshold": True},
    "the same, pooling before the neurons": {"channel_wise": True, "half_threshold": True, "pre_spike_maxpool": True},
}


def trained(path):
    """The network of an ONNX file that train_vgg.py has written."""
    net = Vgg().folded()
    values = {i.name: torch.from_numpy(numpy_helper.to_array(i).copy()) for i in onnx.load(str(path)).graph.initializer}
    net.load_state_dict(values, strict=True)
    return net.eval()


@torch.no_grad()
def accuracies(net, images, labels, ticks):
    """The logits are summed over the ticks so far."""
    right = dict.fromkeys(ticks, 0)
    for x, y in zip(images.split(500), labels.split(500)):
        functional.reset_net(net)
        logits = 0
        for tick in range(1, max(ticks) + 1):
            logits = logits + net(x)
            if tick in right:
                right[tick] += (logits.argmax(1) == y).sum().item()
    return [right[t] / len(labels) for t in ticks]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", type=Path, default=here.parent.parent / "networks" / "fashion-mnist-vgg.onnx")
    parser.add_argument("--data", type=Path, default=fashion_mnist.DEBIAN_FOLDER)
    parser.add_argument("--every", type=int, default=1, help="take every N-th test image")
    parser.add_argument("--ticks", default="1,2,4,8,16,32,64,128")
    options = parser.parse_args()
    ticks = [int(t) for t in options.ticks.split(",")]
    images, _ = fashion_mnist.load(options.data, "train")
    test_images, test_labels = fashion_mnist.load(options.data, "t10k")
    test_images, test_labels = test_images[:: options.every], test_labels[:: options.every]
    net = trained(options.network)
    with torch.no_grad():
        right = sum((net(x).argmax(1) == y).sum().item() for x, y in zip(test_images.split(500), test_labels.split(500)))
    print(f"ANN {100 * right / len(test_labels):.2f}", flush=True)
    for name, how in RECIPES.items():
        recipe = RateCodingRecipe(dataloader=[(images[:1000], 0)], mode="99.9%", **how)
        found = accuracies(Converter(recipe, device="cpu").convert(trained(options.network)), test_images, test_labels, ticks)
        print(name, " ".join(f"{100 * a:.2f}" for a in found), flush=True)


if __name__ == "__main__":
    main()
