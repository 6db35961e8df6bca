#!/usr/bin/env python3
"""Trains the demo's network on Fashion-MNIST and exports it to ONNX. See README.md."""

import argparse
import json
import os
import time
from pathlib import Path

import torch
from torch import nn

import fashion_mnist
from qcfs import FashionNet, spiking

WINDOWS = (1, 2, 4, 8, 16, 32)
BATCH = 128


def options():
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=fashion_mnist.DEBIAN_FOLDER, help="folder with the IDX files")
    parser.add_argument("--output", type=Path, default=here.parent / "networks" / "fashion-mnist-qcfs.onnx")
    parser.add_argument("--epochs", type=int, default=24)
    parser.add_argument("--levels", type=int, default=4, help="L, number of steps of the activation")
    parser.add_argument("--rate", type=float, default=0.1, help="largest learning rate")
    parser.add_argument("--decay", type=float, default=5e-4, help="weight decay")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--simulate", action="store_true", help="also measure the spiking network, T = 1 ... 32")
    return parser.parse_args()


def augmented(images, generator):
    """Each image flipped left to right with probability 1/2, and moved by up to 2 pixels along each axis."""
    count, _, height, width = images.shape
    flip = torch.rand(count, 1, 1, 1, generator=generator) < 0.5
    padded = nn.functional.pad(torch.where(flip, images.flip(3), images), (2, 2, 2, 2), value=-fashion_mnist.MEAN / fashion_mnist.STD)
    shift = torch.randint(0, 5, (2, count, 1), generator=generator)
    rows = (shift[0] + torch.arange(height))[:, :, None]
    columns = (shift[1] + torch.arange(width))[:, None, :]
    return padded[torch.arange(count)[:, None, None], 0, rows, columns].unsqueeze(1)


def train(net, images, labels, arguments):
    generator = torch.Generator().manual_seed(arguments.seed)
    decayed = [p for p in net.parameters() if p.dim() > 1]
    rest = [p for p in net.parameters() if p.dim() <= 1]
    groups = [{"params": decayed, "weight_decay": arguments.decay}, {"params": rest, "weight_decay": 0}]
    optimizer = torch.optim.SGD(groups, lr=arguments.rate, momentum=0.9, nesterov=True)
    batches = len(images) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, arguments.rate, arguments.epochs * batches, pct_start=0.15)
    loss_function = nn.CrossEntropyLoss(label_smoothing=0.05)
    for epoch in range(arguments.epochs):
        net.train()
        order = torch.randperm(len(images), generator=generator)
        total = 0.0
        for i in range(batches):
            chosen = order[i * BATCH:(i + 1) * BATCH]
            batch = augmented(images[chosen], generator).contiguous(memory_format=torch.channels_last)
            loss = loss_function(net(batch), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1:3d} of {arguments.epochs}: mean loss {total / batches:.4f}", flush=True)


@torch.no_grad()
def accuracy(net, images, labels):
    right = sum((net(x).argmax(1) == y).sum().item() for x, y in zip(images.split(500), labels.split(500)))
    return right / len(labels)


@torch.no_grad()
def simulate(folded, images, labels):
    """Accuracy of the mean of the logits after T = 1, 2, 4, ... ticks, and spikes per neuron and tick at the end."""
    net = spiking(folded)
    right = dict.fromkeys(WINDOWS, 0)
    spikes, neuron_ticks = [0] * 4, [0] * 4
    for x, y in zip(images.split(500), labels.split(500)):
        for neuron in net.activations():
            neuron.reset()
        logits = 0
        for tick in range(1, WINDOWS[-1] + 1):
            logits = logits + net(x)
            if tick in right:
                right[tick] += (logits.argmax(1) == y).sum().item()
        for i, neuron in enumerate(net.activations()):
            spikes[i] += neuron.spikes
            neuron_ticks[i] += neuron.neuron_ticks
    rates = {f"act{i + 1}": round(spikes[i] / neuron_ticks[i], 5) for i in range(4)}
    return {str(t): n / len(labels) for t, n in right.items()}, rates


def export(folded, path, sample):
    """Writes the ONNX file and checks it: its reference evaluation must give PyTorch's logits."""
    import onnx
    from onnx.reference import ReferenceEvaluator

    beside = path.with_name(path.name + ".part")
    torch.onnx.export(folded, (sample[:1],), str(beside), opset_version=17, dynamo=False, input_names=["image"],
                      output_names=["logits"], dynamic_axes={"image": {0: "batch"}, "logits": {0: "batch"}})
    onnx.checker.check_model(str(beside), full_check=True)
    evaluated = ReferenceEvaluator(str(beside)).run(None, {"image": sample.numpy()})[0]
    difference = (torch.from_numpy(evaluated) - folded(sample).detach()).abs().max().item()
    if not difference < 1e-3:
        raise SystemExit(f"{path}: differs from the trained network by {difference}")
    os.replace(beside, path)
    return difference


def main():
    arguments = options()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(arguments.seed)
    images, labels = fashion_mnist.load(arguments.data, "train")
    test_images, test_labels = fashion_mnist.load(arguments.data, "t10k")

    net = FashionNet(levels=arguments.levels).to(memory_format=torch.channels_last)
    start = time.monotonic()
    train(net, images, labels, arguments)
    seconds = time.monotonic() - start
    folded = net.folded().to(memory_format=torch.contiguous_format)

    report = {
        "network": arguments.output.name,
        "data": "Fashion-MNIST: 60,000 training images; accuracies are of the 10,000 test images",
        "input": {"scale": 1 / 255, "mean": [fashion_mnist.MEAN], "std": [fashion_mnist.STD]},
        "class_names": fashion_mnist.CLASS_NAMES,
        "levels": arguments.levels,
        "thresholds": {f"act{i + 1}": neuron.theta.item() for i, neuron in enumerate(folded.activations())},
        "parameters": sum(p.numel() for p in folded.parameters()),
        "training": {"epochs": arguments.epochs, "batch": BATCH, "rate": arguments.rate, "decay": arguments.decay,
                     "seed": arguments.seed, "threads": 1, "seconds": round(seconds), "torch": torch.__version__},
        "ann_accuracy": accuracy(folded, test_images, test_labels),
    }
    if arguments.simulate:
        report["snn_accuracy"], report["snn_rates_T32"] = simulate(folded, test_images, test_labels)
    report["export_largest_difference"] = export(folded, arguments.output, test_images[:16])
    arguments.output.with_suffix(".json").write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
