"""A small convolutional network with QCFS activations, and the spiking network it becomes, step by step in float."""

import copy

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


class QcfsStep(torch.autograd.Function):
    """Forward: theta/L * clip(floor(x*L/theta + 1/2), 0, L). Backward: the floor counts as the identity."""

    @staticmethod
    def forward(ctx, x, theta, levels):
        scaled = x / theta
        quantised = (scaled * levels + 0.5).floor_().clamp_(0, levels).div_(levels)
        ctx.save_for_backward(scaled, quantised)
        return quantised * theta

    @staticmethod
    def backward(ctx, gradient):
        scaled, quantised = ctx.saved_tensors
        inside = (scaled > 0) & (scaled < 1)
        theta_gradient = (gradient * (quantised - scaled * inside)).sum()
        return gradient * inside, theta_gradient, None


class Qcfs(nn.Module):
    """The activation of Bu et al., "Optimal ANN-SNN conversion for high-accuracy and ultra-low-latency spiking neural
    networks", ICLR 2022: a clipped staircase of `levels` steps whose height, the threshold theta, is learned."""

    def __init__(self, levels, theta=4.0):
        super().__init__()
        self.levels = levels
        self.theta = nn.Parameter(torch.tensor(float(theta)))

    def forward(self, x):
        if self.training:
            return QcfsStep.apply(x, self.theta, self.levels)
        return (x * (self.levels / self.theta) + 0.5).floor().clamp(0, self.levels) * (self.theta / self.levels)


class FashionNet(nn.Module):
    """Four 3x3 convolutions with batch norm and QCFS, average pooling, one linear layer. Modules named actN become
    layers that spike."""

    def __init__(self, widths=(16, 32, 64, 64), levels=4, classes=10):
        super().__init__()
        channels = (1, *widths)
        for i in range(1, 5):
            setattr(self, f"conv{i}", nn.Conv2d(channels[i - 1], channels[i], 3, padding=1, bias=False))
            setattr(self, f"norm{i}", nn.BatchNorm2d(channels[i]))
            setattr(self, f"act{i}", Qcfs(levels))
        self.pool = nn.AvgPool2d(2)
        self.global_pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(channels[4], classes)

    def activations(self):
        return [self.act1, self.act2, self.act3, self.act4]

    def forward(self, x):
        x = self.act1(self.norm1(self.conv1(x)))
        x = self.act2(self.norm2(self.conv2(self.pool(x))))
        x = self.act3(self.norm3(self.conv3(self.pool(x))))
        x = self.act4(self.norm4(self.conv4(x)))
        return self.fc(self.global_pool(x).flatten(1))

    def folded(self):
        """A copy for inference: each batch norm folded into the convolution before it."""
        net = copy.deepcopy(self).eval()
        for i in range(1, 5):
            setattr(net, f"conv{i}", fuse_conv_bn_eval(getattr(net, f"conv{i}"), getattr(net, f"norm{i}")))
            setattr(net, f"norm{i}", nn.Identity())
        return net


class IntegrateAndFire(nn.Module):
    """v += x; a spike of height theta where v >= theta; reset by subtraction; v starts at theta/2."""

    def __init__(self, theta):
        super().__init__()
        self.theta = theta
        self.reset()

    def reset(self):
        self.potential = None
        self.spikes = 0
        self.neuron_ticks = 0

    def forward(self, x):
        if self.potential is None:
            self.potential = torch.full_like(x, float(self.theta) / 2)
        self.potential = self.potential + x
        fired = (self.potential >= self.theta).to(x.dtype)
        self.potential = self.potential - fired * self.theta
        self.spikes += int(fired.sum())
        self.neuron_ticks += fired.numel()
        return fired * self.theta


def spiking(folded):
    """The converted network: every QCFS activation of a folded network becomes integrate-and-fire neurons."""
    net = copy.deepcopy(folded)
    for i in range(1, 5):
        setattr(net, f"act{i}", IntegrateAndFire(getattr(net, f"act{i}").theta.detach()))
    return net
