# SPDX-License-Identifier: Apache-2.0
"""Runs that are damaged, failed or unfinished are named, and are not in the frame."""

import pytest

from analysis.load import NotLoaded, excluded, load, table
from conftest import edit, write_result


def left_out(runs):
    """Loads with the warning that is due, and returns (names loaded, {folder: (state, why)})."""
    with pytest.warns(NotLoaded) as warned:
        frame = load(runs)
    assert len(warned) == 1 and warned[0].filename == __file__
    others = {other["run"].rpartition("/")[2]: (other["state"], other["why"]) for other in frame.attrs["excluded"]}
    assert all(name in str(warned[0].message) for name in others)
    return list(frame["name"]), others


def test_every_flipped_bit_of_a_byte_is_found(runs):
    file = runs / "lth-1-0.9" / "result.h5"
    whole = file.read_bytes()
    for place in (0, len(whole) // 2, len(whole) - 26, len(whole) - 20, len(whole) - 2, len(whole) - 1):
        for bit in (0, 5):
            file.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1:])
            names, others = left_out(runs)
            assert "lth" not in names and len(names) == 5
            assert others["lth-1-0.9"][0] == "damaged"


@pytest.mark.parametrize("length", [0, 10, 25, 2000, -1, -25])
def test_a_truncated_file_is_named_and_skipped(runs, length):
    file = runs / "lth-1-0.9" / "result.h5"
    file.write_bytes(file.read_bytes()[:length])
    names, others = left_out(runs)
    assert "lth" not in names and len(names) == 5
    assert others["lth-1-0.9"][0] == "damaged" and "cut short" in others["lth-1-0.9"][1]


def test_a_changed_byte_is_told_by_both_checksums(runs):
    file = runs / "lth-1-0.9" / "result.h5"
    whole = file.read_bytes()
    file.write_bytes(whole[:100] + bytes([whole[100] ^ 1]) + whole[101:])
    assert whole[-9:-1].decode() in left_out(runs)[1]["lth-1-0.9"][1]


def test_content_that_is_no_result_is_named_and_skipped(runs):
    edit(runs / "lth-1-0.9" / "result.h5", lambda result: result["result"].attrs.__delitem__("test") or result.__delitem__("cost"))
    names, others = left_out(runs)
    assert "lth" not in names and others["lth-1-0.9"][0] == "damaged" and "cost" in others["lth-1-0.9"][1]


def test_tables_leave_damaged_runs_out_as_well(runs):
    file = runs / "lth-1-0.9" / "result.h5"
    file.write_bytes(file.read_bytes()[:3000])
    with pytest.warns(NotLoaded, match="lth-1-0.9"):
        rounds = table(runs, "rounds")
    assert "id-lth-1-0.9" not in set(rounds["run_id"]) and rounds["run_id"].nunique() == 5


def test_a_failed_run_is_named_with_its_failure(runs):
    write_result(runs, "broken", "isp", test=0.1, root={"status": "failed", "failure": "loss is not finite at step 12"})
    names, others = left_out(runs)
    assert "broken" not in names
    assert others["broken-1-0.9"] == ("failed", "loss is not finite at step 12")


def test_an_unfinished_run_is_named_with_its_last_whole_step(runs):
    folder = runs / "isp-5"
    folder.mkdir()
    (folder / "config.ini").write_text("name = isp\n")
    assert "before its first step" in left_out(runs)[1]["isp-5"][1]
    (folder / "metrics.jsonl").write_text('{"event":"train","step":10}\n{"event":"train","step":20}\n{"event":"tr')
    state, why = left_out(runs)[1]["isp-5"]
    assert state == "unfinished" and "step 20;" in why


def test_other_folders_are_no_unfinished_runs(runs):
    (runs / "config.ini").write_text("of a sweep, whose points lie below")
    (runs / "notes").mkdir()
    checkpoint = runs / "lth-1-0.9" / "checkpoints"
    checkpoint.mkdir()
    (checkpoint / "config.ini").write_text("")
    assert len(excluded(runs)) == 0


def test_a_later_format_is_named_and_skipped(runs):
    edit(runs / "isp-1-0.9" / "result.h5", lambda result: result.attrs.__setitem__("format_version", 2))
    state, why = left_out(runs)[1]["isp-1-0.9"]
    assert state == "other format" and "version 2" in why


def test_a_single_file_that_cannot_be_read_is_an_error_with_its_name(runs):
    file = runs / "isp-1-0.9" / "result.h5"
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(ValueError, match="isp-1-0.9/result.h5 is damaged"):
        load(file)


def test_where_no_run_is_complete_the_error_says_what_there_is(tmp_path):
    write_result(tmp_path, "broken", "isp", test=0.1, root={"status": "failed", "failure": "out of memory"})
    with pytest.raises(FileNotFoundError, match=r"failed: .*broken-1-0.9 \(out of memory\)"):
        load(tmp_path)
