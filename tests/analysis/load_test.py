# SPDX-License-Identifier: Apache-2.0
import h5py
import numpy as np
import pytest

from analysis.load import load, table


def row(runs, name):
    frame = load(runs)
    return frame[frame["name"] == name].iloc[0]


def test_one_row_per_run_below_the_folder(runs):
    assert sorted(load(runs)["name"]) == ["dense", "isp", "isp_no_denoiser", "lth", "one_shot", "random"]


def test_a_single_file_is_one_row(runs):
    assert list(load(runs / "lth-0123abcd" / "result.h5")["method"]) == ["lth"]


def test_row_holds_result_settings_and_provenance(runs):
    isp = row(runs, "isp")
    assert (isp["test"], isp["kept"], isp["prunable"]) == (0.86, 100, 1000)
    assert (isp["train.lr"], isp["isp.denoisers"], isp["provenance.mpi_size"]) == (1e-3, 4, "4")


def test_steps_count_look_aheads_but_not_evaluations(runs):
    assert row(runs, "isp")["steps"] == 420
    assert row(runs, "dense")["steps"] == 300


def test_cost_is_summed_and_kept_by_phase(runs):
    isp = row(runs, "isp")
    assert (isp["flops_executed"], isp["wall_s"], isp["wall_s_look_ahead"]) == (7e12, 5.0, 1.5)


def test_what_was_not_measured_is_nan_not_zero(runs):
    assert np.isnan(row(runs, "isp")["energy_j"])
    assert np.isnan(row(runs, "dense")["wall_s_look_ahead"])


def test_tables_of_all_runs_come_in_one_frame(runs):
    rounds = table(runs, "rounds")
    assert list(rounds[rounds["run_id"] == "id-lth"]["kept_after"]) == [800, 600]
    assert set(table(runs, "cost")["phase"]) == {"train", "evaluate", "look_ahead"}


def test_masks_are_no_column_of_the_denoisers(runs):
    assert list(table(runs, "denoisers").columns) == ["run_id", "denoiser", "rank", "round"]


def test_a_folder_without_results_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="no result.h5"):
        load(tmp_path)


def test_a_later_format_is_refused(runs):
    with h5py.File(runs / "isp-0123abcd" / "result.h5", "a") as file:
        file.attrs["format_version"] = 2
    with pytest.raises(ValueError, match="version 2"):
        load(runs)
