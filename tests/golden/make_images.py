# SPDX-License-Identifier: Apache-2.0
"""Writes images/: small files as the owners of data sets ship them, by the reference writers, and images.txt: what the reference readers see.

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install pillow==12.3.0 numpy scipy && /tmp/golden/bin/python tests/golden/make_images.py

Lines of images.txt:
    clip <seed> <channels> <height> <width> <side> <crc32>   CLIP's evaluation preprocessing of image `seed` of make_resize.py, fp32 [3, side, side]
    jpeg <file> <height> <width> <crc32>                      Pillow's RGB pixels, [H, W, 3]
    svhn <index> <digit> <crc32>                              image as scipy gives it, [32, 32, 3]
"""

import pathlib
import shutil
import zlib

import numpy as np
import scipy.io
from make_resize import pixels
from PIL import Image

FOLDER = pathlib.Path(__file__).with_name("images")
MEAN = np.array([0.48145466, 0.4578275, 0.40821073], np.float32)
STD = np.array([0.26862954, 0.26130258, 0.27577711], np.float32)


def planar(seed: int, channels: int, height: int, width: int) -> Image.Image:
    raw = np.frombuffer(pixels(seed, channels * height * width), np.uint8).reshape(channels, height, width)
    return Image.fromarray(raw[0] if channels == 1 else raw.transpose(1, 2, 0).copy())


def clip_input(image: Image.Image, side: int) -> np.ndarray:
    """Resize(side, BICUBIC), CenterCrop(side), RGB, ToTensor, Normalize as torchvision words them."""
    w, h = image.size
    size = (side, int(side * h / w)) if w <= h else (int(side * w / h), side)
    image = image.resize(size, Image.Resampling.BICUBIC)
    left, top = int(round((size[0] - side) / 2.0)), int(round((size[1] - side) / 2.0))
    rgb = np.asarray(image.crop((left, top, left + side, top + side)).convert("RGB"), np.float32)
    return ((rgb / np.float32(255) - MEAN) / STD).transpose(2, 0, 1).copy()


def smooth(height: int, width: int, phase: float) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    waves = [127 + 120 * np.sin(x / 9 + phase), 127 + 120 * np.cos(y / 7 + phase), 127 + 120 * np.sin((x + y) / 13 - phase)]
    return np.stack(waves, -1).astype(np.uint8)


def write_clip(lines: list[str]) -> None:
    for seed, channels, height, width, side in [(1, 1, 28, 28, 224), (2, 3, 32, 32, 224), (3, 3, 97, 55, 64), (5, 3, 55, 98, 64), (6, 3, 61, 47, 97), (7, 3, 333, 250, 224)]:
        crc = zlib.crc32(clip_input(planar(seed, channels, height, width), side).tobytes())
        lines.append(f"clip {seed} {channels} {height} {width} {side} {crc}")


def write_svhn(lines: list[str]) -> None:
    images = np.stack([smooth(32, 32, p) for p in range(4)], -1)
    digits = np.array([[1], [10], [3], [9]], np.float64)
    (FOLDER / "svhn").mkdir()
    scipy.io.savemat(FOLDER / "svhn/train_32x32.mat", {"X": images, "y": digits}, do_compression=True)
    scipy.io.savemat(FOLDER / "svhn/test_32x32.mat", {"X": images[..., :2], "y": digits[:2].astype(np.uint8)}, do_compression=False)
    seen = scipy.io.loadmat(FOLDER / "svhn/train_32x32.mat")
    for i, digit in enumerate(seen["y"][:, 0]):
        lines.append(f"svhn {i} {int(digit) % 10} {zlib.crc32(seen['X'][..., i].tobytes())}")


def write_cars(lines: list[str]) -> None:
    shapes = {"train": [(60, 81), (45, 33), (50, 50)], "test": [(31, 64), (40, 30)]}
    options = [{"subsampling": 2, "quality": 80}, {"subsampling": 0, "progressive": True}, {"grey": True}]
    columns = ["bbox_x1", "bbox_y1", "bbox_x2", "bbox_y2", "class", "fname"]
    for part, sizes in shapes.items():
        folder = FOLDER / "cars" / f"cars_{part}"
        folder.mkdir(parents=True)
        rows = []
        for i, (height, width) in enumerate(sizes):
            name, how = f"{i + 1:05d}.jpg", dict(options[i])
            image = Image.fromarray(smooth(height, width, i + 0.5))
            image = image.convert("L") if how.pop("grey", False) else image
            image.save(folder / name, **how)
            seen = np.asarray(Image.open(folder / name).convert("RGB"))
            lines.append(f"jpeg cars_{part}/{name} {height} {width} {zlib.crc32(seen.tobytes())}")
            rows.append((1, 1, width, height, [14, 196, 1][i], name))
        table = np.array([tuple(rows)], dtype=[(c, object) for c in columns]) if len(rows) == 1 else np.array(rows, dtype=[(c, object) for c in columns])[None, :]
        (FOLDER / "cars/devkit").mkdir(exist_ok=True)
        name = "cars_train_annos" if part == "train" else "cars_test_annos_withlabels"
        scipy.io.savemat(FOLDER / f"cars/devkit/{name}.mat", {"annotations": table}, do_compression=True)


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    lines: list[str] = []
    write_clip(lines)
    write_svhn(lines)
    write_cars(lines)
    FOLDER.with_name("images.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
