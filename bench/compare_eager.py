#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compare stockpot's training step with the same step in Python eager PyTorch, in alternating processes with equal threads.

usage: PYTHON bench/compare_eager.py [--program build/cpu/stockpot] [--id ID] [--threads N] [--pairs N]

PYTHON is one in which `import torch` works (the wheel with its dependencies: pip install torch==2.11.0). Each pair runs `stockpot bench`
and then this script's own step; the ratio of a pair is the median of ours over the median of PyTorch's. The step is forward, backward,
clip_grad_norm_ 1.0 and AdamW as torch chooses it (on a CPU: tensor by tensor), with fp32 weights and no dropout, query, key and value
in one matrix, and texts padded to the longest of the batch, on both sides.
"""

import json
import time

import alternate

# images: side, channels; texts: shortest, longest, vocabulary; steps to time (bench/workload.cpp, bench/training_step.cpp)
SHAPES = {
    "vit-tiny-step": dict(side=28, channels=1, patch=7, width=64, depth=4, heads=4, mlp=128, batch=64, steps=51),
    "vit-b32-step": dict(side=224, channels=3, patch=32, width=768, depth=12, heads=12, mlp=3072, batch=8, steps=3),
    "minilm-step": dict(shortest=25, longest=32, vocabulary=30522, width=384, depth=6, heads=12, mlp=1536, batch=32, steps=5),
}


def make_block(nn, width, heads, mlp, eps):
    """Its parameters, attention and MLP; where the norms stand differs."""

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm1, self.norm2 = nn.LayerNorm(width, eps=eps), nn.LayerNorm(width, eps=eps)
            self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
            self.up, self.down = nn.Linear(width, mlp), nn.Linear(mlp, width)

        def attend(self, x, allowed=None):
            batch, tokens, _ = x.shape
            q, k, v = self.qkv(x).view(batch, tokens, 3, heads, -1).permute(2, 0, 3, 1, 4).unbind(0)
            mixed = nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=allowed)
            return self.out(mixed.transpose(1, 2).reshape(batch, tokens, width))

        def transform(self, x):
            return self.down(nn.functional.gelu(self.up(x)))

    return Block()


def make_vit(torch, shape):
    nn, width = torch.nn, shape["width"]

    class Vit(nn.Module):
        def __init__(self):
            super().__init__()
            tokens = (shape["side"] // shape["patch"]) ** 2 + 1
            self.patch = nn.Conv2d(shape["channels"], width, shape["patch"], stride=shape["patch"])
            self.class_token = nn.Parameter(0.02 * torch.randn(width))
            self.position = nn.Parameter(0.02 * torch.randn(tokens, width))
            self.blocks = nn.ModuleList(make_block(nn, width, shape["heads"], shape["mlp"], 1e-6) for _ in range(shape["depth"]))
            self.norm, self.head = nn.LayerNorm(width, eps=1e-6), nn.Linear(width, 10)

        def forward(self, pixels):
            patches = self.patch(pixels).flatten(2).transpose(1, 2)
            x = torch.cat([self.class_token.expand(len(pixels), 1, width), patches], 1) + self.position
            for block in self.blocks:
                x = x + block.attend(block.norm1(x))
                x = x + block.transform(block.norm2(x))
            return self.head(self.norm(x[:, 0]))

    pixels = torch.randn(shape["batch"], shape["channels"], shape["side"], shape["side"])
    return Vit(), (pixels,), torch.randint(10, (shape["batch"],))


def make_bert(torch, shape):
    nn, width = torch.nn, shape["width"]

    class Bert(nn.Module):
        def __init__(self):
            super().__init__()
            self.word, self.position, self.segment = nn.Embedding(shape["vocabulary"], width), nn.Embedding(512, width), nn.Embedding(2, width)
            self.norm = nn.LayerNorm(width, eps=1e-12)
            self.blocks = nn.ModuleList(make_block(nn, width, shape["heads"], shape["mlp"], 1e-12) for _ in range(shape["depth"]))
            self.pooler, self.head = nn.Linear(width, width), nn.Linear(width, 2)

        def forward(self, ids, types, lengths):
            places = torch.arange(ids.shape[1])
            counts = (places < lengths[:, None])[:, None, None, :]
            x = self.norm(self.word(ids) + self.segment(types) + self.position(places))
            for block in self.blocks:
                x = block.norm1(x + block.attend(x, counts))
                x = block.norm2(x + block.transform(x))
            return self.head(torch.tanh(self.pooler(x[:, 0])))

    lengths = torch.randint(shape["shortest"], shape["longest"] + 1, (shape["batch"],))
    lengths[0] = shape["longest"]
    ids = torch.randint(shape["vocabulary"], (shape["batch"], shape["longest"]))
    return Bert(), (ids, torch.zeros_like(ids), lengths), torch.randint(2, (shape["batch"],))


def eager_steps(shape, threads):
    """Seconds of each step, the first (warm-up) left out."""
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(1)
    network, inputs, labels = (make_bert if "vocabulary" in shape else make_vit)(torch, shape)
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-5, weight_decay=0.1)
    times = []
    for _ in range(shape["steps"] + 1):
        begin = time.perf_counter()
        optimizer.zero_grad()
        torch.nn.functional.cross_entropy(network(*inputs), labels).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        times.append(time.perf_counter() - begin)
    return times[1:]


def main():
    parser = alternate.make_parser(__doc__, SHAPES, "vit-b32-step")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    shape, threads = SHAPES[arguments.id], ["--threads", str(arguments.threads)]
    if arguments.peer_only:
        print(json.dumps(eager_steps(shape, arguments.threads)))
        return
    alternate.compare(arguments, __file__, [*threads, "--rounds", str(shape["steps"])], threads,
                      lambda ours, eager: (ours / eager, f"stockpot / eager PyTorch {ours / eager:.3f}"), "<= 1.02")


if __name__ == "__main__":
    main()
