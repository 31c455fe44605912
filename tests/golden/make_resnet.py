# SPDX-License-Identifier: Apache-2.0
"""What plain PyTorch modules of ResNet-18 and VGG-16 (CIFAR forms) compute, for tests/model/resnet_vgg_test.cpp.

Usage: python tests/golden/make_resnet.py  writes resnet18.safetensors and vgg16.safetensors beside itself

The 11 and 15 million weights are no file: both sides make them from an integer hash of (tensor name, element). Of a gradient the file has
the first elements and the norm. Needs torch and safetensors of PyPI.
"""
import pathlib

import numpy
import torch
from safetensors.torch import save_file
from torch import nn

CLASSES, PROBES, BATCH = 10, 16, 6


class Block(nn.Module):
    def __init__(self, inside, out, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inside, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out)
        self.conv2, self.bn2 = nn.Conv2d(out, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out)
        self.downsample = nn.Sequential(nn.Conv2d(inside, out, 1, stride, bias=False), nn.BatchNorm2d(out)) if stride != 1 or inside != out else nn.Identity()

    def forward(self, x):
        return (self.bn2(self.conv2(self.bn1(self.conv1(x)).relu())) + self.downsample(x)).relu()


class ResNet18(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64)
        inside = 64
        for stage, out in enumerate([64, 128, 256, 512], 1):
            setattr(self, f"layer{stage}", nn.Sequential(Block(inside, out, 1 if stage == 1 else 2), Block(out, out, 1)))
            inside = out
        self.fc = nn.Linear(512, CLASSES)

    def forward(self, x):
        x = self.bn1(self.conv1(x)).relu()
        return self.fc(self.layer4(self.layer3(self.layer2(self.layer1(x)))).mean((2, 3)))


class Vgg16(nn.Module):
    def __init__(self):
        super().__init__()
        layers, inside = [], 3
        for out in [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0]:
            layers += [nn.MaxPool2d(2)] if out == 0 else [nn.Conv2d(inside, out, 3, padding=1), nn.BatchNorm2d(out), nn.ReLU()]
            inside = out or inside
        self.features, self.classifier = nn.Sequential(*layers), nn.Linear(512, CLASSES)

    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3)))


def hashed(name, count):
    """Numbers in [-1, 1): splitmix64 of (FNV-1a of the name + element), its upper 24 bits."""
    key = 0xCBF29CE484222325
    for byte in name.encode():
        key = ((key ^ byte) * 0x100000001B3) % 2**64
    with numpy.errstate(over="ignore"):
        z = (numpy.arange(count, dtype=numpy.uint64) + numpy.uint64(key)) * numpy.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
        z ^= z >> numpy.uint64(31)
    return torch.from_numpy((z >> numpy.uint64(40)).astype(numpy.float32) / 2**23 - 1)


def fill(model):
    """Convolutions and head: amplitude sqrt(6 / fan-in); norms: scale 1 +- 0.2, shift +- 0.1; variances 1 +- 0.2."""
    with torch.no_grad():
        for name, t in model.state_dict().items():
            if name.endswith("num_batches_tracked"):
                continue
            u = hashed(name, t.numel()).view_as(t)
            if t.dim() > 1:
                t.copy_(u * numpy.float32((6 / t[0].numel()) ** 0.5))
            elif name.endswith(("weight", "running_var")):
                t.copy_(1 + numpy.float32(0.2) * u)
            else:
                t.copy_(numpy.float32(0.1) * u)


def golden(model):
    fill(model)
    pixels = hashed("pixels", BATCH * 3 * 32 * 32).view(BATCH, 3, 32, 32)
    labels = torch.arange(BATCH) * 3 % CLASSES
    out = {}
    with torch.no_grad():
        out["evaluation/logits"] = model.eval()(pixels)
    logits = model.train()(pixels)
    loss = nn.functional.cross_entropy(logits, labels)
    loss.backward()
    out |= {"training/logits": logits, "training/loss": loss.reshape(1)}
    for name, p in model.named_parameters():
        flat = p.grad.flatten()
        out[f"gradient/{name}"] = torch.cat([flat.double().norm().float().reshape(1), flat[:PROBES]])
    for name, t in model.named_buffers():
        if not name.endswith("num_batches_tracked"):
            out[f"statistics/{name}"] = t.flatten()[:PROBES]
    return {k: v.detach().contiguous() for k, v in out.items()}


def main():
    for name, model in (("resnet18", ResNet18()), ("vgg16", Vgg16())):
        path = pathlib.Path(__file__).with_name(f"{name}.safetensors")
        save_file(golden(model), path)
        print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
