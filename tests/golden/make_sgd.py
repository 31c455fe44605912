# SPDX-License-Identifier: Apache-2.0
"""Writes sgd.json beside itself: 20 steps of torch.optim.SGD with momentum (single-tensor path) from given weights and gradients.

Usage: .venv/bin/python tests/golden/make_sgd.py
Every number is the shortest decimal that gives back the same float32.
"""
import json
import pathlib

import torch

SIZE, STEPS, DROPS = 70, 20, (10, 15)  # more than one mask word; the rate falls to a tenth at each drop
SETTING = {"lr": 1e-2, "weight_decay": 0.1, "momentum": 0.9}


def listed(tensor):
    return [float(f"{x:.9g}") for x in tensor.tolist()]


def main():
    torch.manual_seed(1)
    weight = torch.nn.Parameter(torch.randn(SIZE) * 0.1)
    start = listed(weight.data)
    optimizer = torch.optim.SGD([weight], lr=SETTING["lr"], momentum=SETTING["momentum"], weight_decay=SETTING["weight_decay"], dampening=0,
                                nesterov=False, foreach=False, fused=False)
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, DROPS, gamma=0.1)
    gradients, weights, rates = [], [], []
    for _ in range(STEPS):
        weight.grad = torch.randn(SIZE) * 10.0 ** torch.randint(-4, 1, (SIZE,))
        gradients.append(listed(weight.grad))
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
        weights.append(listed(weight.data))
    golden = {"source": f"torch {torch.__version__}", "setting": SETTING, "start": start, "gradients": gradients, "rates": rates,
              "weights": weights, "momentum_buffer": listed(optimizer.state[weight]["momentum_buffer"])}
    path = pathlib.Path(__file__).with_name("sgd.json")
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
