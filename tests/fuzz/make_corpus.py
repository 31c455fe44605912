#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write tests/fuzz/corpus: small good and damaged files of every parser, named after what they are. Files crash_* are kept.

usage: python3 tests/fuzz/make_corpus.py        (standard library only; the same bytes every time)
"""

import gzip
import json
import struct
import zlib
from pathlib import Path

HERE = Path(__file__).parent
IMAGES = HERE.parent / "golden/images"
MAX64 = 2**64 - 1


def idx(*sizes, data=b"", magic=None):
    return struct.pack(">I", magic if magic is not None else 0x800 + len(sizes)) + b"".join(struct.pack(">I", s) for s in sizes) + data


def idx_files():
    pixels = bytes(range(36))
    good = idx(3, 3, 4, data=pixels)
    return {
        "good": good, "empty": b"", "only_magic": good[:4], "cut_header": good[:10], "cut_pixels": good[:-1], "one_byte_more": good + b"\0",
        "labels_instead": idx(3, data=b"\1\2\3"), "magic_of_floats": idx(3, 3, 4, data=pixels, magic=0xD03), "magic_swapped": idx(3, 3, 4, data=pixels, magic=0x03080000),
        "zero_images": idx(0, 3, 4), "zero_rows": idx(3, 0, 4), "absurd_sizes": idx(2**32 - 1, 4096, 4096, data=pixels), "sizes_that_wrap": idx(2**31, 4096, 4096),
        "huge_side": idx(1, 2**31, 1, data=pixels), "more_images_than_labels": idx(4, 3, 3, data=pixels), "text": b"P6\n1 1\n255\n000",
    }


def gzip_files():
    good = gzip.compress(b"soup " * 20, mtime=0)
    bomb = gzip.compress(bytes(1 << 20), mtime=0)
    return {
        "good_text": good, "good_empty": gzip.compress(b"", mtime=0), "empty": b"", "cut": good[:-9], "cut_trailer": good[:-3], "wrong_sum": good[:-8] + b"\0\0\0\0" + good[-4:],
        "tells_more": good[:-4] + struct.pack("<I", 101), "tells_less": good[:-4] + struct.pack("<I", 99), "tells_4_gib": good[:-4] + b"\xff\xff\xff\xff",
        "ratio_beyond_deflate": bomb[:-4] + struct.pack("<I", 2**31), "two_members": good + good, "no_gzip": b"soup " * 20, "wrong_method": good[:2] + b"\7" + good[3:],
        "bad_block": good[:10] + b"\xff" * 12 + good[-8:],
    }


def cifar_files():
    record = bytes([4]) + bytes(i % 251 for i in range(3072))
    return {
        "good_one_image": record, "empty": b"", "cut": record[:-1], "one_byte_more": record + b"\0", "label_10": b"\x0a" + record[1:], "label_255": b"\xff" + record[1:],
        "only_a_label": b"\4", "text": b"soup", "of_cifar100": b"\0" + record,
    }


def mat_tag(kind, data):
    return struct.pack("<II", kind, len(data)) + data + bytes(-len(data) % 8)


def mat_array(name, klass, sizes, data, flags=0):
    body = mat_tag(6, struct.pack("<II", klass | flags << 8, 0)) + mat_tag(5, struct.pack(f"<{len(sizes)}i", *sizes)) + mat_tag(1, name)
    return mat_tag(14, body + data)


def mat_file(*elements, version=0x0100, mark=b"IM"):
    return b"MATLAB 5.0 MAT-file".ljust(124) + struct.pack("<H", version) + mark + b"".join(elements)


def mat_files():
    good = (IMAGES / "svhn/train_32x32.mat").read_bytes()
    pixels = mat_tag(2, bytes(3072))
    images, labels = mat_array(b"X", 9, [32, 32, 3, 1], pixels), mat_array(b"y", 9, [1, 1], mat_tag(2, b"\1"))
    packed = zlib.compress(images + bytes(1000))
    return {
        "good_svhn": good, "good_plain": mat_file(images, labels), "empty": b"", "only_header": mat_file(), "cut": good[:-7], "cut_header": good[:100], "version_4": b"\0" * 200,
        "version_73": mat_file(images, labels, version=0x0200), "big_endian": mat_file(images, labels, mark=b"MI"), "no_labels": mat_file(images), "twice": mat_file(images, images, labels),
        "label_11": mat_file(images, mat_array(b"y", 9, [1, 1], mat_tag(2, b"\x0b"))), "label_0": mat_file(images, mat_array(b"y", 9, [1, 1], mat_tag(2, b"\0"))),
        "absurd_size_of_element": mat_file(struct.pack("<II", 14, 2**32 - 1) + images[8:], labels), "absurd_dimensions": mat_file(mat_array(b"X", 9, [2**31 - 1] * 4, pixels), labels),
        "negative_dimension": mat_file(mat_array(b"X", 9, [32, 32, 3, -1], pixels), labels), "more_data_than_size": mat_file(mat_array(b"X", 9, [32, 32, 3, 2], pixels), labels),
        "bytes_behind_packed_element": mat_file(struct.pack("<II", 15, len(packed)) + packed, labels), "packed_is_no_zlib": mat_file(struct.pack("<II", 15, 64) + bytes(64), labels),
        "nested_cells": mat_file(mat_array(b"X", 1, [1, 1], mat_array(b"", 1, [1, 1], mat_array(b"", 1, [1, 1], mat_array(b"", 1, [1, 1], mat_array(b"", 1, [1, 1], images)))))),
        "of_floats": mat_file(mat_array(b"X", 7, [32, 32, 3, 1], mat_tag(7, bytes(4 * 3072))), labels), "complex": mat_file(mat_array(b"X", 9, [32, 32, 3, 1], pixels, flags=8), labels),
    }


def cars_files():
    good = (IMAGES / "cars/devkit/cars_train_annos.mat").read_bytes()
    numbers = mat_array(b"annotations", 9, [1, 1], mat_tag(2, b"\1"))

    def of(fields, values, count=1):
        names = b"".join(name.ljust(8, b"\0") for name in fields)
        return mat_file(mat_array(b"annotations", 2, [1, count], struct.pack("<HHi", 5, 4, 8) + mat_tag(1, names) + b"".join(values)))

    def text(name):
        return mat_array(b"", 4, [1, len(name)], mat_tag(16, name))

    def number(value):
        return mat_array(b"", 9, [1, 1], mat_tag(2, bytes([value])))

    both = [b"fname", b"class"]
    return {
        "good": good, "cut": good[:-5], "empty": b"", "numbers_instead": mat_file(numbers), "no_class": of([b"fname"], [text(b"00001.jpg")]),
        "name_with_folder": of(both, [text(b"../x.jpg"), number(1)]), "absolute_name": of(both, [text(b"/etc/passwd"), number(1)]), "class_0": of(both, [text(b"00001.jpg"), number(0)]),
        "class_197": of(both, [text(b"00001.jpg"), number(197)]), "name_is_a_number": of(both, [number(1), number(1)]), "class_is_a_text": of(both, [text(b"00001.jpg"), text(b"ab")]),
        "fewer_values_than_fields": of(both, [text(b"00001.jpg")]), "absurd_count": of(both, [text(b"00001.jpg"), number(1)], count=2**31 - 1), "no_structs": of(both, [], count=0),
    }


def gtsrb_files():
    title = b"Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId\n"
    row = b"00000.ppm;8;9;0;0;1;1;16\n"
    return {
        "good": title + row, "good_crlf": (title + row).replace(b"\n", b"\r\n"), "no_such_picture": title + row.replace(b"00000", b"00001"), "empty": b"", "only_title": title, "commas": (title + row).replace(b";", b","),
        "class_43": title + b"00000.ppm;8;9;0;0;1;1;43\n", "class_minus_1": title + b"00000.ppm;8;9;0;0;1;1;-1\n", "class_text": title + b"00000.ppm;8;9;0;0;1;1;1x\n",
        "cut_row": title + row[:12], "name_with_folder": title + b"../00000.ppm;8;9;0;0;1;1;1\n", "absolute_name": title + b"/etc/passwd;8;9;0;0;1;1;1\n",
        "name_with_nul": title + b"a\0b.ppm;8;9;0;0;1;1;1\n", "invalid_utf8": title + b"\xff\xfe.ppm;8;9;0;0;1;1;1\n", "byte_order_mark": b"\xef\xbb\xbf" + title + row,
        "joined_files": title + row + title, "many_columns": title + b";" * 5000,
    }


def ppm_files():
    pixels = bytes(range(60))
    return {
        "good": b"P6\n# a comment\n4 5\n255\n" + pixels, "good_blanks": b"P6 4\t5\r\n255 " + pixels, "empty": b"", "text_form": b"P3\n1 1\n255\n1 2 3\n", "grey": b"P5\n4 5\n255\n" + pixels[:20],
        "cut": b"P6\n4 5\n255\n" + pixels[:-1], "one_byte_more": b"P6\n4 5\n255\n" + pixels + b"\0", "no_height": b"P6\n4\n", "zero_width": b"P6\n0 5\n255\n", "absurd_size": b"P6\n8193 1\n255\n",
        "size_that_wraps": b"P6\n4294967297 4294967297\n255\n" + pixels, "long_number": b"P6\n" + b"1" * 4000, "minus": b"P6\n-4 5\n255\n" + pixels, "sixteen_bits": b"P6\n4 5\n65535\n" + 2 * pixels,
        "endless_comment": b"P6\n#" + b"c" * 1100, "only_comment": b"P6\n#", "forty_million": b"P6\n8192 8192\n255\n" + pixels,
    }


def jpeg_files():
    good = (IMAGES / "cars/cars_train/00001.jpg").read_bytes()
    size = good.index(b"\xff\xc0") if b"\xff\xc0" in good else good.index(b"\xff\xc2")
    scan = good.index(b"\xff\xda")
    return {
        "good": good, "empty": b"", "only_mark": good[:2], "cut_header": good[:scan], "cut_scan": good[: (scan + len(good)) // 2], "no_end": good[:-2], "zeros_in_scan": good[: scan + 20] + bytes(200) + good[scan + 220 :],
        "absurd_size": good[: size + 5] + b"\xff\xff\xff\xff" + good[size + 9 :], "zero_height": good[: size + 5] + b"\0\0" + good[size + 7 :], "twelve_bits": good[: size + 4] + b"\x0c" + good[size + 5 :],
        "seven_components": good[: size + 9] + b"\7" + good[size + 10 :], "no_tables": good[:2] + good[size:], "text": b"soup" * 10, "png": b"\x89PNG\r\n\x1a\n" + bytes(50),
    }


def png(width=3, height=2, bits=8, kind=2, pixels=None, interlaced=0, more=b"", end=True, cut=0):
    """kind: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA; pixels: rows with a filter byte each"""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    row = b"\0" + bytes(range(width * {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind] * bits // 8)) if width < 100 else b""
    data = zlib.compress(row * height if pixels is None else pixels)
    header = struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, interlaced)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + more + chunk(b"IDAT", data[: len(data) - cut]) + (chunk(b"IEND", b"") if end else b"")


def png_palette(colours):
    data = bytes(range(3 * colours))
    return struct.pack(">I", len(data)) + b"PLTE" + data + struct.pack(">I", zlib.crc32(b"PLTE" + data))


def png_files():
    good = png()
    # Adam7 of 3 x 2: passes 1 (1 x 1), 5 (none), 4 (1 x 1 at x = 2), 6 (1 x 1), 7 (3 x 1)
    passes = b"\0\1\2\3" + b"\0\4\5\6" + b"\0\7\7\7" + b"\0" + bytes(9)
    return {
        "good": good, "good_grey": png(kind=0), "good_grey_alpha": png(kind=4), "good_rgba": png(kind=6), "good_palette": png(kind=3, more=png_palette(9)),
        "good_bits": png(width=8, bits=1, kind=0), "good_interlaced": png(pixels=passes, interlaced=1), "good_filters": png(pixels=b"\1" + bytes(9) + b"\4" + bytes(9)),
        "empty": b"", "only_mark": good[:8], "cut_header": good[:20], "cut_data": good[:50], "no_end": png(end=False), "sixteen_bits": png(bits=16), "no_palette": png(kind=3),
        "absurd_size": png(width=2**31 - 1), "too_wide": png(width=8193, height=1), "many_pixels": png(width=8192, height=8192), "zero_width": png(width=0), "too_few_rows": png(height=9, pixels=b"\0" + bytes(9)),
        "wrong_filter": png(pixels=b"\7" + bytes(9) + b"\0" + bytes(9)), "cut_stream": png(cut=7), "three_bits": png(width=8, bits=3, kind=0), "wrong_header_sum": good[:25] + b"\5" + good[26:],
        "wrong_sum": good[:-20] + b"x" + good[-19:], "text": b"soup" * 10, "jpeg": b"\xff\xd8\xff\xe0" + bytes(50),
    }


def npy(shape="(6,)", descr="'|u1'", order="False", data=bytes(6), version=1, length=None, more=""):
    header = f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}{more}}}".encode()
    size = len(header) if length is None else length
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", size) + header + data


def npy_files():
    return {
        "good": npy(), "good_comma": npy(more=", "), "good_version_2": npy(version=2), "good_int64": npy("(2,)", "'<i8'", data=bytes(16)), "empty": b"", "only_mark": npy()[:8], "cut_header": npy()[:30], "cut_data": npy()[:-1],
        "one_byte_more": npy() + b"\0", "version_9": npy(version=9), "header_beyond_file": npy(length=60000), "objects": npy(descr="'|O'"), "floats": npy("(1,)", "'<f4'", data=bytes(4)), "big_endian": npy("(3,)", "'>u2'"),
        "fortran_order": npy(order="True"), "zero_items": npy("(0,)", data=b""), "absurd_shape": npy("(4294967295, 4294967295)"), "long_number": npy("(18446744073709551622,)"), "negative": npy("(-6,)"),
        "nine_dimensions": npy("(1, 1, 1, 1, 1, 1, 1, 1, 6)"), "code_in_header": npy("__import__('os')"), "pickle": b"\x80\x04\x95" + bytes(20),
    }


def corruption_labels_files():
    return {
        "good": npy("(5,)", data=b"\0\1\2\3\4"), "good_int64": npy("(5,)", "'<i8'", data=struct.pack("<5q", 0, 1, 2, 3, 9)), "good_int16": npy("(5,)", "'<i2'", data=struct.pack("<5h", 0, 1, 2, 3, 9)), "empty": b"",
        "four": npy("(4,)", data=bytes(4)), "six": npy("(6,)", data=bytes(6)), "of_two_dimensions": npy("(5, 1)", data=bytes(5)), "label_10": npy("(5,)", data=b"\0\0\0\0\x0a"), "label_255": npy("(5,)", data=b"\xff\0\0\0\0"),
        "negative": npy("(5,)", "'<i8'", data=struct.pack("<5q", 0, 0, -1, 0, 0)), "most_negative": npy("(5,)", "'<i8'", data=struct.pack("<5q", 0, 0, 0, 0, -(2**63))), "beyond_63_bits": npy("(5,)", "'<u8'", data=struct.pack("<5Q", 0, 0, 0, 0, MAX64)),
        "negative_bytes": npy("(5,)", "'|i1'", data=b"\xff" * 5), "floats": npy("(5,)", "'<f4'", data=bytes(20)), "cut": npy("(5,)", data=bytes(4)), "images_instead": npy("(5, 32, 32, 3)", data=bytes(15360)),
    }


def tensors(header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def entry(shape, begin, end, dtype="F32"):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


def safetensors_files():
    one = {"a": entry([2], 0, 8)}
    text = json.dumps(one["a"]).encode()
    return {
        "good": tensors(one, bytes(8)), "good_none": tensors({}), "good_metadata": tensors({"__metadata__": {"format": "pt"}, **one}, bytes(8)), "good_half": tensors({"a": entry([2], 0, 4, "BF16"), "b": entry([0, 3], 4, 4)}, bytes(4)),
        "empty": b"", "length_2_to_64": tensors(one, length=MAX64), "length_beyond_file": tensors(one, length=500), "cut_data": tensors(one, bytes(7)), "bytes_behind": tensors(one, bytes(9)), "cut_json": tensors(b'{"a":{"dtype'),
        "overlap": tensors({"a": entry([2], 0, 8), "b": entry([2], 4, 12)}, bytes(12)), "gap": tensors({"a": entry([2], 0, 8), "b": entry([1], 12, 16)}, bytes(16)), "beyond_file": tensors({"a": entry([2], 8, 16)}, bytes(8)),
        "name_twice": tensors(b'{"a":' + text + b',"a":' + text + b"}", bytes(8)), "name_twice_escaped": tensors(b'{"a":' + text + b',"\\u0061":' + text + b"}", bytes(8)), "shape_overflows": tensors({"a": entry([2**62, 4], 0, 0)}),
        "shape_disagrees": tensors({"a": entry([3], 0, 8)}, bytes(8)), "negative": tensors({"a": entry([-2], 0, 8)}, bytes(8)), "real_number": tensors({"a": entry([2.0], 0, 8)}, bytes(8)), "unknown_dtype": tensors({"a": entry([8], 0, 8, "F8_E4M3")}, bytes(8)),
        "invalid_utf8": tensors(b'{"\xff":' + text + b"}", bytes(8)), "control_in_name": tensors({"a\x1b[2J": entry([2], 0, 8)}, bytes(8)), "byte_order_mark": tensors(b"\xef\xbb\xbf{}"), "deep": tensors(b'{"a":' + b"[" * 2000), "pickle": b"PK\x03\x04" + bytes(40),
    }


def shard_index_files():
    def of(text):
        return text if isinstance(text, bytes) else json.dumps(text).encode()

    return {
        "good": of({"metadata": {"total_size": 4}, "weight_map": {"a": "x.safetensors"}}), "no_such_shard": of({"weight_map": {"a": "y.safetensors"}}), "tensor_is_not_there": of({"weight_map": {"a": "x.safetensors", "b": "x.safetensors"}}), "empty": b"", "no_map": of({"metadata": {}}), "map_is_a_list": of({"weight_map": []}),
        "name_with_folder": of({"weight_map": {"a": "../x.safetensors"}}), "absolute_name": of({"weight_map": {"a": "/etc/passwd.safetensors"}}), "hidden_name": of({"weight_map": {"a": ".x.safetensors"}}),
        "pickle_shard": of({"weight_map": {"a": "x.bin"}}), "number_as_name": of({"weight_map": {"a": 1}}), "tensor_twice": b'{"weight_map":{"a":"x.safetensors","a":"y.safetensors"}}', "map_twice": b'{"weight_map":{},"weight_map":{}}',
        "deep": b'{"metadata":' + b"[" * 3000, "cut": b'{"weight_map":{"a":"x.safe', "invalid_utf8": b'{"weight_map":{"\xff":"x.safetensors"}}', "byte_order_mark": b"\xef\xbb\xbf{}",
    }


def model_config_files():
    def of(**keys):
        return json.dumps({"model_type": "bert", **keys}).encode()

    return {
        "good_defaults": b"{}", "good_small": of(hidden_size=32, num_attention_heads=4, num_hidden_layers=2, intermediate_size=64), "empty": b"", "list": b"[]", "cut": b'{"model_type": "be', "deep": b'{"a":' * 5000,
        "other_model": b'{"model_type":"gpt2"}', "zero_size": of(hidden_size=0), "negative": of(hidden_size=-768), "absurd_size": of(hidden_size=2**62), "real_size": of(hidden_size=768.5), "text_size": of(hidden_size="768"),
        "no_multiple": of(hidden_size=33, num_attention_heads=4), "zero_heads": of(num_attention_heads=0), "nan": b'{"layer_norm_eps":NaN}', "negative_eps": of(layer_norm_eps=-1), "huge_number": b'{"layer_norm_eps":1e999}',
        "invalid_utf8": b'{"model_type":"\xff"}', "relu": of(hidden_act="relu"), "null": of(hidden_size=None),
    }


def tsv_files():
    rte, cola, stsb = b"\x0f", b"\x01", b"\x09"  # first byte: task, and whether labels are needed (fuzz_text.hpp)
    head = b"index\tsentence1\tsentence2\tlabel\n"
    row = b"0\tA\tB\tentailment\n"
    score = b"sentence1\tsentence2\tscore\n"
    return {
        "good_rte": rte + head + row, "good_rte_crlf": rte + (head + row).replace(b"\n", b"\r\n"), "good_rte_byte_order_mark": rte + b"\xef\xbb\xbf" + head + row, "good_rte_no_last_line_end": rte + head + row[:-1],
        "good_cola": cola + b"gj04\t1\t\tHe left.\n", "good_stsb": stsb + score + b"A\tB\t4.75\n", "no_choice": b"", "empty": rte, "only_head": rte + head, "no_label_column": rte + b"index\tsentence1\tsentence2\n0\tA\tB\n",
        "cut_row": rte + head + b"0\tA\n", "more_columns": rte + head + b"0\tA\tB\tC\tentailment\n", "unknown_label": rte + head + b"0\tA\tB\tmaybe\n", "label_of_mnli": rte + head + b"0\tA\tB\tneutral\n", "label_sets_mixed": rte + head + row + b"1\tA\tB\t1\n",
        "line_ends_mixed": rte + head + row[:-1] + b"\r\n", "nul": rte + head + b"0\tA\0\tB\tentailment\n", "invalid_utf8": rte + head + b"0\t\xc3\x28\tB\tentailment\n", "surrogate": rte + head + b"0\t\xed\xa0\x80\tB\tentailment\n",
        "byte_order_mark_inside": rte + head + b"\xef\xbb\xbf" + head, "score_nan": stsb + score + b"A\tB\tnan\n", "score_6": stsb + score + b"A\tB\t6\n", "score_empty": stsb + score + b"A\tB\t\n", "score_comma": stsb + score + b"A\tB\t2,5\n",
        "columns_65": rte + head + b"\t" * 65 + b"\n",
    }


def own_tsv_files():
    head = b"text\tlabel\n"
    good = head + b"a b\tyes\nc\tno\n"
    return {
        "good": good, "good_numbers": head + b"a\t10\nb\t2\nc\t2.5\n", "good_crlf": good.replace(b"\n", b"\r\n"), "good_more_columns": b"id\tlabel\ttext\n1\tyes\ta\n2\tno\tb\n", "good_empty_text": head + b"\tyes\n\tno\n",
        "empty": b"", "only_head": head, "one_class": head + b"a\tyes\nb\tyes\n", "no_label_column": b"text\tclass\na\tyes\nb\tno\n", "no_text_column": b"words\tlabel\na\tyes\nb\tno\n", "title_with_blank": b"text\t label\na\tyes\nb\tno\n",
        "short_row": good + b"alone\n", "long_row": good + b"a\tyes\tmore\n", "empty_label": good + b"a\t\n", "too_many_classes": head + b"".join(b"a\t%d\n" % i for i in range(1001)), "nul": good + b"a\0\tyes\n", "invalid_utf8": good + b"\xc3\x28\tyes\n",
        "line_ends_mixed": good + b"a\tyes\r\n", "byte_order_mark_inside": good + b"\xef\xbb\xbf" + good, "commas": good.replace(b"\t", b","), "utf16": good.decode().encode("utf-16"),
    }


def image_folder_files():
    good = b"train/a/1.ppm\ntrain/a/2.JPG\ntrain/b/1.jpeg\ntest/b/1.ppm\n"
    return {
        "good": good, "good_hidden": good + b"train/a/.DS_Store\ntrain/.cache/x\n.git/config\n", "good_odd_names": good + "train/\u00e9 ;'\"$(x)/-rf .ppm\n".encode() + b"train/\xff\x1b[2J/a.ppm\n", "good_files_beside": good + b"labels.csv\n",
        "empty": b"", "no_train": b"test/a/1.ppm\n", "no_test": b"train/a/1.ppm\n", "train_is_a_file": b"train\n", "no_class": b"train/\ntest/a/1.ppm\n", "class_is_a_file": good + b"train/c\n", "class_is_empty": good + b"train/c/\n",
        "good_png": good + b"train/a/3.png\n", "gif": good + b"train/a/3.gif\n", "no_extension": good + b"train/a/3\n", "folder_in_class": good + b"train/a/more/1.ppm\n", "class_of_test_only": good + b"test/c/1.ppm\n", "other_case": good + b"test/B/1.ppm\n", "leads_out": b"train/a/../../../1.ppm\n/train/a/1.ppm\n",
    }


SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]


def vocab_files():
    def of(*tokens):
        return "\n".join(tokens).encode() + b"\n"

    return {
        "good": of(*SPECIAL, "a", "##b", "\u00e9"), "good_crlf": of(*SPECIAL, "a").replace(b"\n", b"\r\n"), "empty": b"", "no_special": of("a", "b"), "no_unk": of("[PAD]", "[CLS]", "[SEP]"), "pad_not_first": of("a", *SPECIAL),
        "twice": of(*SPECIAL, "a", "a"), "empty_line": of(*SPECIAL, "", "a"), "long_token": of(*SPECIAL, "x" * 257), "invalid_utf8": of(*SPECIAL) + b"\xff\xfe\n", "nul": of(*SPECIAL) + b"a\0b\n", "utf16": of(*SPECIAL).decode().encode("utf-16"),
        "json_instead": b'{"a":0}',
    }


def merges_files():
    return {
        "good": b"#version: 0.2\na b\nab c</w>\n", "good_without_version": b"a b\n", "empty": b"", "one_token": b"#version: 0.2\nab\n", "three_tokens": b"a b c\n", "empty_token": b" b\n", "twice": b"a b\na b\n", "long_token": b"a " + b"x" * 300 + b"\n",
        "invalid_utf8": b"a \xff\n", "tab": b"a\tb\n", "only_version": b"#version: 0.2\n", "nul": b"a \0\n",
    }


def tokenizer_json_files():
    def of(**model):
        return json.dumps({"normalizer": {"lowercase": True}, "model": model}).encode()

    words = {token: i for i, token in enumerate([*SPECIAL, "a", "##b"])}
    return {
        "good_words": of(type="WordPiece", vocab=words), "empty": b"", "no_model": b"{}", "cut": of(type="WordPiece", vocab=words)[:-9], "deep": b'{"model":' + b"[" * 3000, "ids_with_gap": of(type="WordPiece", vocab={**words, "z": 99}),
        "id_twice": of(type="WordPiece", vocab={**words, "z": 0}), "negative_id": of(type="WordPiece", vocab={**words, "z": -1}), "huge_id": of(type="WordPiece", vocab={**words, "z": 2**63}), "real_id": of(type="WordPiece", vocab={**words, "z": 6.0}),
        "token_twice": b'{"model":{"type":"WordPiece","vocab":{"[PAD]":0,"[PAD]":1,"[UNK]":2,"[CLS]":3,"[SEP]":4}}}', "no_special": of(type="WordPiece", vocab={"a": 0}), "invalid_utf8": b'{"model":{"vocab":{"\xff":0}}}', "vocab_is_a_list": of(type="Unigram", vocab=[["a", 0]]),
    }


def vocab_json_files():
    return {
        "good": b'{"a":0,"b":1,"\\u00e9":2}', "empty": b"", "list": b"[]", "gap": b'{"a":0,"b":2}', "id_twice": b'{"a":0,"b":0}', "token_twice": b'{"a":0,"a":1}', "negative": b'{"a":-1}', "text_id": b'{"a":"0"}', "huge_id": b'{"a":99999999999999999999}',
        "nested": b'{"a":{"b":0}}', "cut": b'{"a":0,', "invalid_utf8": b'{"\xff":0}', "lone_surrogate": b'{"\\ud800":0}', "deep": b'{"a":' * 3000,
    }


def tokenizer_config_files():
    return {
        "good": b'{"do_lower_case":false,"x":[1,{"y":null}]}', "good_nothing": b"{}", "empty": b"", "cut": b'{"do_lower_case":fal', "deep": b'{"x":' + b"[" * 3000, "text": b"do_lower_case: false", "invalid_utf8": b'{"\xff":0}', "two_objects": b"{}{}",
        "byte_order_mark_and_rubbish": b"\xef\xbb\xbf\xff", "comma": b'{"a":1,}', "single_quotes": b"{'a':1}", "nul": b'{"a":1}\0',
    }


def tokenizers_files():
    return {
        "good_text": "caf\u00e9 [MASK] <|endoftext|> 's \u1100\u1161 \U0001f600 a\u0301\u0323\n".encode(), "good_invalid_utf8": b"a\xff\xc3(\xed\xa0\x80\xf4\x90\x80\x80b", "good_nul": b"a\0b", "good_empty": b"", "good_marks": ("a" + "\u0301" * 300).encode(),
        "good_long_word": b"a" * 5000, "good_html": b"&amp;amp;lt;&#x110000;&#0;",
    }


def main():
    makers = {name.removesuffix("_files"): make for name, make in globals().items() if name.endswith("_files")}
    for target, make in makers.items():
        folder = HERE / "corpus" / target
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            if not old.name.startswith("crash_"):
                old.unlink()
        for name, content in make().items():
            (folder / name).write_bytes(content)


if __name__ == "__main__":
    main()
