"""A small network like VGG: convolutions with batch norm and ReLU, max pooling, two linear layers."""

import copy

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


class Vgg(nn.Module):
    """Modules named actN become layers that spike, modules named poolN pooling neurons."""

    def __init__(self, widths=(16, 16, 32, 32, 64, 64), classes=10):
        super().__init__()
        channels = (1, *widths)
        for i in range(1, len(widths) + 1):
            setattr(self, f"conv{i}", nn.Conv2d(channels[i - 1], channels[i], 3, padding=1, bias=False))
            setattr(self, f"norm{i}", nn.BatchNorm2d(channels[i]))
            setattr(self, f"act{i}", nn.ReLU())
        for k in range(1, len(widths) // 2 + 1):
            setattr(self, f"pool{k}", nn.MaxPool2d(2))
        self.depth = len(widths)
        self.fc1 = nn.Linear(widths[-1] * 3 * 3, 128)
        self.act_fc = nn.ReLU()
        self.fc2 = nn.Linear(128, classes)

    def forward(self, x):
        for i in range(1, self.depth + 1):
            x = getattr(self, f"act{i}")(getattr(self, f"norm{i}")(getattr(self, f"conv{i}")(x)))
            if i % 2 == 0:
                x = getattr(self, f"pool{i // 2}")(x)
        return self.fc2(self.act_fc(self.fc1(x.flatten(1))))

    def folded(self):
        """A copy for inference: each batch norm folded into the convolution before it."""
        net = copy.deepcopy(self).eval()
        for i in range(1, self.depth + 1):
            setattr(net, f"conv{i}", fuse_conv_bn_eval(getattr(net, f"conv{i}"), getattr(net, f"norm{i}")))
            setattr(net, f"norm{i}", nn.Identity())
        return net
