# SPDX-License-Identifier: Apache-2.0
"""One result.h5 (docs/result_format.md): its checksum, its attributes and tables as plain Python values."""

import io
import re
import zlib
from contextlib import contextmanager
from pathlib import Path

import h5py
import pandas as pd

FORMAT, VERSION = "stockpot-result", 1
TRAILER = re.compile(rb"\nstockpot-crc32 ([0-9a-f]{8})\n")
TRAILER_BYTES = len(b"\nstockpot-crc32 00000000\n")

# facts of /provenance that are written as text; an empty text means that there was none
INTEGERS = {"mpi_size", "attempts", "threads_per_rank", "slurm_job_id", "slurm_array_task_id", "slurm_restart_count"}
TRUTHS = {"git_dirty": {"true": True, "false": False}}
TIMES = {"created"}


class DamagedResult(ValueError):
    """The bytes of a result file are not those that stockpot wrote."""


class OtherFormat(ValueError):
    """A file that is no stockpot result, or one of a version that this package does not read."""


@contextmanager
def open_result(file):
    """Opens a result for reading, from the very bytes whose checksum was compared. Raises DamagedResult, OtherFormat, OSError."""
    content = checked_content(Path(file).read_bytes())
    try:
        result = h5py.File(io.BytesIO(content), "r")
    except OSError as error:
        raise DamagedResult(f"HDF5 cannot read it ({error})") from error
    with result:
        found = (_plain(result.attrs.get("format")), int(result.attrs.get("format_version", 0)))
        if found != (FORMAT, VERSION):
            raise OtherFormat(f"it is {found[0]} version {found[1]} (this package reads {FORMAT} version {VERSION})")
        yield result


def checked_content(content):
    """Returns the HDF5 content that stands before the closing line "stockpot-crc32 xxxxxxxx", if it has that CRC-32."""
    body, trailer = memoryview(content)[:-TRAILER_BYTES], content[-TRAILER_BYTES:]
    promised = TRAILER.fullmatch(trailer)
    if not promised:
        raise DamagedResult("its last line is not a checksum: it was cut short, or changed by another program")
    found = b"%08x" % zlib.crc32(body)
    if found != promised[1]:
        raise DamagedResult(f"its bytes have the checksum {found.decode()}, its last line says {promised[1].decode()}")
    return body


def attributes(node):
    """Returns the attributes of a group or file as plain Python values."""
    return {name: _plain(value) for name, value in node.attrs.items()}


def columns(group):
    """One column per one-dimensional dataset; other members (groups such as masks) are no columns."""
    members = {name: member for name, member in group.items() if isinstance(member, h5py.Dataset) and member.ndim == 1}
    return pd.DataFrame({name: data.asstr()[:] if h5py.check_string_dtype(data.dtype) else data[:] for name, data in members.items()})


def provenance(facts):
    """Returns the texts of /provenance as what they are: int, bool, UTC time; None where a text is empty; other texts as they stand."""
    return {name: _typed(name, value) for name, value in facts.items()}


def _typed(name, value):
    if not isinstance(value, str):
        return value
    if not value:
        return None
    if name in INTEGERS:
        return int(value) if value.isdecimal() else value
    if name in TIMES:
        time = pd.to_datetime(value, utc=True, errors="coerce")
        return value if time is pd.NaT else time
    return TRUTHS.get(name, {}).get(value, value)


def _plain(value):
    if isinstance(value, bytes):
        return value.decode()
    return value.item() if hasattr(value, "item") and getattr(value, "ndim", 1) == 0 else value
