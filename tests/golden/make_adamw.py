# SPDX-License-Identifier: Apache-2.0
"""Writes adamw.json beside itself: 20 steps of torch.optim.AdamW (single-tensor path) from given weights and gradients.

Usage: .venv/bin/python tests/golden/make_adamw.py
Every number is the shortest decimal that gives back the same float32.
"""
import json
import pathlib

import torch

SIZE, STEPS = 70, 20  # more than one mask word
SETTING = {"lr": 1e-2, "weight_decay": 0.1, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}


def listed(tensor):
    return [float(f"{x:.9g}") for x in tensor.tolist()]


def main():
    torch.manual_seed(1)
    weight = torch.nn.Parameter(torch.randn(SIZE) * 0.1)
    start = listed(weight.data)
    optimizer = torch.optim.AdamW([weight], lr=SETTING["lr"], betas=(SETTING["beta1"], SETTING["beta2"]), eps=SETTING["eps"],
                                  weight_decay=SETTING["weight_decay"], foreach=False, fused=False)
    gradients, weights = [], []
    for _ in range(STEPS):
        weight.grad = torch.randn(SIZE) * 10.0 ** torch.randint(-4, 2, (SIZE,))
        gradients.append(listed(weight.grad))
        optimizer.step()
        weights.append(listed(weight.data))
    state = optimizer.state[weight]
    golden = {"source": f"torch {torch.__version__}", "setting": SETTING, "start": start, "gradients": gradients, "weights": weights,
              "exp_avg": listed(state["exp_avg"]), "exp_avg_sq": listed(state["exp_avg_sq"])}
    path = pathlib.Path(__file__).with_name("adamw.json")
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(path, path.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
