# SPDX-License-Identifier: Apache-2.0
"""Writes png/: small PNG files of every kind that is read, by Pillow, and png.txt: what Pillow's convert("RGB") sees.

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install pillow==13.0.0 numpy && /tmp/golden/bin/python tests/golden/make_png.py

Lines of png.txt: <file> <height> <width> <crc32 of [H, W, 3]>. Files that are no sound 8-bit picture are not in it: rgb16.png and grey16.png.
"""

import pathlib
import shutil
import zlib

import numpy as np
from PIL import Image, PngImagePlugin

FOLDER = pathlib.Path(__file__).with_name("png")


def waves(height: int, width: int, channels: int) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    planes = [127 + 120 * np.sin(x / 5 + c) * np.cos(y / (3 + c)) for c in range(channels)]
    return np.stack(planes, -1).astype(np.uint8)


def pictures() -> dict[str, tuple[Image.Image, dict]]:
    rgb, rgba, grey = Image.fromarray(waves(21, 34, 3)), Image.fromarray(waves(19, 27, 4)), Image.fromarray(waves(13, 40, 1)[..., 0])
    palette = rgb.quantize(40)
    gamma = PngImagePlugin.PngInfo()
    gamma.add(b"gAMA", (100000).to_bytes(4, "big"))  # what Pillow passes over
    return {
        "rgb": (rgb, {}),
        "rgba": (rgba, {}),
        "grey": (grey, {}),
        "grey_alpha": (Image.merge("LA", rgba.split()[2:]), {}),
        "palette": (palette, {}),
        "palette_4_bits": (rgb.quantize(9), {"bits": 4}),
        "palette_transparent": (palette, {"transparency": 3}),
        "rgb_transparent": (rgb, {"transparency": (127, 127, 127)}),
        "grey_transparent": (grey, {"transparency": 127}),
        "bits": (grey.convert("1"), {}),
        "gamma": (rgb, {"pnginfo": gamma}),
        "one_pixel": (rgb.crop((3, 4, 4, 5)), {}),
    }


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    lines = []
    for name, (image, options) in pictures().items():
        path = FOLDER / f"{name}.png"
        image.save(path, **options)
        seen = np.asarray(Image.open(path).convert("RGB"))
        lines.append(f"{path.name} {seen.shape[0]} {seen.shape[1]} {zlib.crc32(seen.tobytes())}")
    interlaced = FOLDER / "interlaced.png"
    interlaced.write_bytes(interlaced_rgb(waves(11, 14, 3)))
    seen = np.asarray(Image.open(interlaced).convert("RGB"))
    lines.append(f"{interlaced.name} {seen.shape[0]} {seen.shape[1]} {zlib.crc32(seen.tobytes())}")
    Image.fromarray((waves(9, 9, 1)[..., 0].astype(np.uint16) * 257)).save(FOLDER / "grey16.png")
    (FOLDER / "rgb16.png").write_bytes(png(2, 1, 16, 0, bytes(13)))
    FOLDER.with_name("png.txt").write_text("\n".join(lines) + "\n")


def png(width: int, height: int, bits: int, interlaced: int, rows: bytes) -> bytes:
    """An RGB file of filtered rows, for what Pillow cannot write."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes([bits, 2, 0, 0, interlaced])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def interlaced_rgb(pixels: np.ndarray) -> bytes:
    """[H, W, 3] by the seven passes of Adam7: (first row, first column, row step, column step)."""
    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    parts = [pixels[top::down, left::right] for top, left, down, right in passes]
    rows = b"".join(b"\0" + row.tobytes() for part in parts if part.size for row in part)
    return png(pixels.shape[1], pixels.shape[0], 8, 1, rows)


if __name__ == "__main__":
    main()
