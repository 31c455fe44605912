# SPDX-License-Identifier: Apache-2.0
import guarantees
import pytest
from guarantees import GUARANTEES, Batch, bound, page, read_trials, table, what_was_tried


def batch(**change):
    known = {"commit": "abc", "date": "2026-01-31", "tier": "change", "guarantee": "G2", "what": "a kill", "trials": 30, "failures": 0, "seed": 7}
    return Batch(**{**known, **change})


def cells(batches, name):
    row = next(line for line in table(batches) if line.startswith(f"| {name} |"))
    return [cell.strip() for cell in row.strip("|").split("|")]


def test_every_guarantee_has_a_row_and_those_without_trials_say_so():
    assert len(GUARANTEES) == 22
    assert cells([], "G1")[2] == "none: no trials are counted yet"
    assert cells([], "G12")[2].startswith("none: ")


def test_trials_of_the_newest_commit_are_added_up_and_earlier_ones_stand_apart():
    batches = [batch(commit="old", trials=10, failures=1), batch(), batch(what="an error", trials=70, seed=9)]
    assert cells(batches, "G2")[2:] == ["100", "0", "< 3 %", "9", "abc", "10, 1 failed"]
    assert [line for line in what_was_tried(batches) if "a kill" in line] == ["| G2 | a kill | 40 | 1 |"]


@pytest.mark.parametrize("trials, failures, text", [(300, 0, "< 1 %"), (1, 0, "< 100 %"), (3000, 0, "< 0.1 %"), (10, 1, "10 % failed")])
def test_no_failure_means_a_rate_below_three_by_n(trials, failures, text):
    assert bound(trials, failures) == text


def test_batches_come_back_from_the_records(tmp_path, monkeypatch):
    monkeypatch.setattr(guarantees, "RECORDS", tmp_path / "guarantees.tsv")
    assert guarantees.read_records() == []
    batches = [batch(), batch(what='with "quotes"', failures=2)]
    guarantees.write_records(batches)
    assert guarantees.read_records() == batches


def test_a_guarantee_that_nobody_knows_is_refused(tmp_path):
    (tmp_path / "trials").write_text("G99\tx\t1\t0\t0\n")
    with pytest.raises(SystemExit, match="no guarantee is called G99"):
        read_trials(tmp_path / "trials", "change")


def test_the_page_is_made_of_the_records():
    assert guarantees.PAGE.read_text() == page(guarantees.read_records())
