# SPDX-License-Identifier: Apache-2.0
"""Writes crops.txt: CLIP's resize and centre crop by Pillow, with both ways to place an odd margin (data.crop).

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install pillow==12.3.0 && /tmp/golden/bin/python tests/golden/make_crops.py

Lines: <openai | huggingface> <seed> <height> <width> <side> <crc32>   bytes [3, side, side] of image `seed` (make_resize.py), [3, height, width]

openai       torchvision.transforms.functional.center_crop: int(round((height - side) / 2.0)), where Python rounds a half to even
huggingface  transformers.image_transforms.center_crop (the processors without "Fast"): (height - side) // 2
"""

import pathlib
import zlib

from make_resize import pixels
from PIL import Image

BEGIN = {"openai": lambda margin: int(round(margin / 2.0)), "huggingface": lambda margin: margin // 2}
SIZES = [(8, 11, 8), (13, 8, 8), (30, 23, 23), (59, 40, 32), (40, 59, 32), (61, 47, 32), (50, 33, 48), (100, 75, 50), (64, 64, 32)]


def cropped(image, side, begin):
    width, height = image.size
    size = (side, int(side * height / width)) if width <= height else (int(side * width / height), side)
    left, top = begin(size[0] - side), begin(size[1] - side)
    return image.resize(size, Image.Resampling.BICUBIC).crop((left, top, left + side, top + side))


def main():
    lines = []
    for seed, (height, width, side) in enumerate(SIZES):
        raw = pixels(seed, 3 * height * width)
        plane = height * width
        image = Image.merge("RGB", [Image.frombytes("L", (width, height), bytes(raw[c * plane : (c + 1) * plane])) for c in range(3)])
        for kind, begin in BEGIN.items():
            planes = b"".join(channel.tobytes() for channel in cropped(image, side, begin).split())
            lines.append(f"{kind} {seed} {height} {width} {side} {zlib.crc32(planes)}")
    pathlib.Path(__file__).with_name("crops.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
