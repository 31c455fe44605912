# SPDX-License-Identifier: Apache-2.0
"""Writes resize.txt: what Pillow's bicubic makes of 1,000 images of odd sizes.

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install pillow==12.3.0 && /tmp/golden/bin/python tests/golden/make_resize.py

Image `seed` has the bytes of a 64-bit linear congruential generator: state <- state * 6364136223846793005 + 1442695040888963407 from
state = seed, byte = state >> 56; every fourth image is made of 0 and 255 only (byte & 0x80), which makes the filter overshoot.
Pillow up to 12.3 always resizes the columns first; Pillow 13 begins with the rows where the height shrinks more than the width, which moves
some bytes by up to 3 levels. The pretrained models were made with the former, so it is what we follow; where both sides shrink by the same
factor, as in CLIP's preprocessing, the two agree.

A line holds: seed, height and width before, height and width after, CRC-32 of the output bytes.
"""

import pathlib
import random
import zlib

import PIL
from PIL import Image

STATE_BITS = (1 << 64) - 1


def pixels(seed: int, count: int) -> bytes:
    state, out = seed, bytearray(count)
    for i in range(count):
        state = (state * 6364136223846793005 + 1442695040888963407) & STATE_BITS
        out[i] = state >> 56
    return bytes(255 if b & 0x80 else 0 for b in out) if seed % 4 == 0 else bytes(out)


def sizes(seed: int, draw: random.Random) -> list[int]:
    if seed <= 40:  # the sizes that runs use, and the smallest ones
        return ([[28, 28, 224, 224], [32, 32, 224, 224], [97, 55, 32, 32], [1, 1, 7, 5]] * 10)[seed - 1]
    return [draw.randint(1, 120) for _ in range(4)]


def main() -> None:
    draw = random.Random(20261121)
    lines = [f"# Pillow {PIL.__version__}, tests/golden/make_resize.py: seed height width new_height new_width crc32"]
    for seed in range(1, 1001):
        height, width, new_height, new_width = sizes(seed, draw)
        image = Image.frombytes("L", (width, height), pixels(seed, height * width))
        out = image.resize((new_width, new_height), Image.Resampling.BICUBIC).tobytes()
        lines.append(f"{seed} {height} {width} {new_height} {new_width} {zlib.crc32(out)}")
    pathlib.Path(__file__).with_name("resize.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
