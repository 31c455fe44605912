#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compare stockpot's decoding and resizing of images with Pillow's on one core, in alternating processes.

usage: PYTHON bench/compare_pillow.py [--program build/cpu/stockpot] [--id decode-cifar|decode-gtsrb] [--scale X] [--pairs N]

PYTHON has Pillow and numpy. Each pair runs `stockpot bench ID --threads 1` and then the same work in Python: images of the same number and
sizes, with random bytes, from the official file format into a cache of uint8 pictures whose shorter side is 224, by Pillow's bicubic. The
ratio of a pair is the median of Pillow's over the median of ours. Files are warm in the page cache, and the memory of the cache was used by
an untimed round, on both sides.
"""

import json
import tempfile
import time
from pathlib import Path

import alternate

SIDE, ROUNDS = 224, 3


def gtsrb_size(i):
    width = 25 + i * 37 % 70  # bench/decode.cpp
    return width, width + i % 7 - 3


def shorter_side_to(side, width, height):
    return (side, side * height // width) if width <= height else (side * width // height, side)


def write_files(folder, name, count):
    import numpy as np

    random = np.random.default_rng(1)
    if name == "decode-cifar":
        (folder / "test_batch.bin").write_bytes(b"".join(bytes([i % 10]) + random.bytes(3072) for i in range(count)))
        return
    for i in range(count):
        width, height = gtsrb_size(i)
        (folder / f"{i}.ppm").write_bytes(b"P6\n%d %d\n255\n" % (width, height) + random.bytes(3 * width * height))


def empty_cache(name, count):
    import numpy as np

    sizes = ((SIDE, SIDE) if name == "decode-cifar" else shorter_side_to(SIDE, *gtsrb_size(i)) for i in range(count))
    return [np.empty((height, width, 3), np.uint8) for width, height in sizes]


def fill_cache(cache, folder, name):
    import numpy as np
    from PIL import Image

    if name == "decode-cifar":
        for i, record in enumerate(np.fromfile(folder / "test_batch.bin", np.uint8).reshape(-1, 3073)):
            image = Image.fromarray(np.ascontiguousarray(record[1:].reshape(3, 32, 32).transpose(1, 2, 0)))
            cache[i][:] = np.asarray(image.resize((SIDE, SIDE), Image.BICUBIC))
        return
    for i in range(len(cache)):
        with Image.open(folder / f"{i}.ppm") as image:
            cache[i][:] = np.asarray(image.convert("RGB").resize(shorter_side_to(SIDE, *image.size), Image.BICUBIC))


def pillow_seconds(name, count):
    times = []
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), name, count)
        cache = empty_cache(name, count)
        for _ in range(ROUNDS + 1):
            begin = time.perf_counter()
            fill_cache(cache, Path(folder), name)
            times.append(time.perf_counter() - begin)
    return times[1:]


def main():
    parser = alternate.make_parser(__doc__, ["decode-cifar", "decode-gtsrb"], "decode-cifar")
    parser.add_argument("--scale", type=float, default=1.0, help="of 10,000 images")
    arguments = parser.parse_args()
    count, scale = max(10, round(10_000 * arguments.scale)), ["--scale", str(arguments.scale)]
    if arguments.peer_only:
        print(json.dumps(pillow_seconds(arguments.id, count)))
        return
    alternate.compare(arguments, __file__, [*scale, "--threads", "1", "--rounds", str(ROUNDS)], scale,
                      lambda ours, pillow: (pillow / ours, f"Pillow / stockpot {pillow / ours:.2f}  ({count / ours:.0f} and {count / pillow:.0f} images/s)"), ">= 5")


if __name__ == "__main__":
    main()
