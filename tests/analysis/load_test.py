# SPDX-License-Identifier: Apache-2.0
import warnings

import numpy as np
import pandas as pd
import pytest

from analysis.load import NotLoaded, excluded, load, table
from conftest import edit, new_attributes, write_columns, write_result


def row(runs, name):
    frame = load(runs)
    return frame[frame["name"] == name].iloc[0]


def test_one_row_per_run_below_the_folder(runs):
    assert sorted(load(runs)["name"]) == ["dense", "isp", "isp_no_denoiser", "lth", "one_shot", "random"]


def test_a_single_file_is_one_row(runs):
    assert list(load(runs / "lth-1-0.9" / "result.h5")["method"]) == ["lth"]


def test_row_holds_result_and_settings(runs):
    isp = row(runs, "isp")
    assert (isp["test"], isp["kept"], isp["prunable"]) == (0.86, 100, 1000)
    assert (isp["train.lr"], isp["isp.denoisers"], isp["rounds"]) == (1e-3, 4, 2)


def test_data_says_if_the_test_set_is_a_part_of_the_training_set(tmp_path):
    write_result(tmp_path, "own", "isp", test=0.5, data="cars", settings={"data": {"test_from_train": 0.2}})
    assert list(load(tmp_path)["data"]) == ["cars (test: 0.2 of train)"]


def test_data_says_if_its_files_are_not_the_official_ones(tmp_path):
    write_result(tmp_path, "other", "isp", test=0.5, data="cars", data_official="no")
    assert list(load(tmp_path)["data"]) == ["cars (not the official files)"]


def test_means_over_corruptions_are_columns_and_their_rows_a_table(tmp_path):
    file = write_result(tmp_path, "robust", "isp", test=0.9, data="cifar10", corrupted_accuracy_15=0.7)
    write_result(tmp_path, "plain", "isp", test=0.9, data="cifar10")
    edit(file, lambda result: write_columns(result, "corruptions", corruption=["fog", "fog"], severity=[1, 2], samples=[10, 10],
                                            metric=[0.8, 0.6], loss=[1.0, 2.0]))
    assert row(tmp_path, "robust")["corrupted_accuracy_15"] == 0.7
    assert np.isnan(row(tmp_path, "plain")["corrupted_accuracy_15"])
    assert list(table(tmp_path, "corruptions")["metric"]) == [0.8, 0.6]


def test_provenance_has_types(runs):
    isp = row(runs, "isp")
    assert isp["provenance.mpi_size"] == 4 and isp["provenance.attempts"] == 1
    assert isp["provenance.git_dirty"] in (False, np.False_)
    assert isp["provenance.created"] == pd.Timestamp("2026-11-25 08:14:22", tz="UTC")
    assert isp["provenance.slurm_job_id"] is None
    assert isp["provenance.software_version"] == "0.1.0"


def test_typed_provenance_can_be_selected_by(runs):
    write_result(runs, "changed", "lth", test=0.8, facts={"git_dirty": "true", "mpi_size": "16"})
    frame = load(runs)
    assert list(frame[frame["provenance.git_dirty"]]["name"]) == ["changed"]
    assert list(frame[frame["provenance.mpi_size"] > 4]["name"]) == ["changed"]


def test_provenance_that_is_no_number_stays_text(runs):
    write_result(runs, "odd", "lth", test=0.8, facts={"attempts": "many"})
    assert row(runs, "odd")["provenance.attempts"] == "many"


def test_steps_count_look_aheads_but_not_evaluations(runs):
    assert row(runs, "isp")["steps"] == 420
    assert row(runs, "dense")["steps"] == 300


def test_cost_is_summed_and_kept_by_phase(runs):
    isp = row(runs, "isp")
    assert (isp["flops_executed"], isp["wall_s"], isp["wall_s_look_ahead"]) == (7e12, 5.0, 1.5)


def test_flops_may_be_integers(runs):
    def as_integers(result):
        del result["cost/flops_executed"]
        result["cost"]["flops_executed"] = np.array([4, 3], np.int64)

    edit(runs / "lth-1-0.9" / "result.h5", as_integers)
    assert row(runs, "lth")["flops_executed"] == 7


def test_what_was_not_measured_is_nan_not_zero_and_not_a_part_of_the_sum(runs):
    assert np.isnan(row(runs, "isp")["energy_j"])
    assert row(runs, "isp")["energy_j_train"] == 5
    assert np.isnan(row(runs, "dense")["wall_s_look_ahead"])


def test_what_an_older_version_did_not_say_is_missing(runs):
    isp = row(runs, "isp")
    assert np.isnan([isp["n_test"], isp["n_validation"], isp["effective_rate"], isp["test_se"]]).all()
    assert all(isp[name] is None for name in ("score", "schedule", "denoise", "rewind", "scope", "union", "weights_sha256", "data_sha256"))


def test_new_attributes_are_columns_and_unknown_ones_too(runs):
    write_result(runs, "new", "isp", test=0.8, **new_attributes(union="votes", effective_rate=0.2), zeal=0.5)
    new = row(runs, "new")
    assert (new["n_test"], new["n_validation"], new["effective_rate"], new["zeal"]) == (10000, 5000, 0.2, 0.5)
    assert (new["score"], new["union"], new["weights_sha256"]) == ("magnitude", "votes", "a1" * 32)


def test_standard_error_of_accuracy_is_binomial(runs):
    write_result(runs, "new", "isp", test=0.8, **new_attributes(n_test=400))
    assert row(runs, "new")["test_se"] == pytest.approx(0.02)


def test_other_metrics_have_no_binomial_error(tmp_path):
    write_result(tmp_path, "cola", "isp", test=0.3, metric="matthews", **new_attributes())
    assert np.isnan(row(tmp_path, "cola")["test_se"])


def test_difference_is_to_the_dense_run_of_the_same_seed(sweep):
    frame = load(sweep).set_index(["name", "sparsity_requested", "seed"])["test_minus_dense"]
    assert frame["isp", 0.8, 1] == pytest.approx(0.80 - 0.90) and frame["isp", 0.8, 3] == pytest.approx(0.82 - 0.92)
    assert frame["dense", 0.0, 2] == 0


def test_no_difference_to_a_dense_run_of_other_data_weights_or_seed(sweep):
    write_result(sweep, "other_data", "lth", test=0.5, data="mnist", **new_attributes())
    write_result(sweep, "other_weights", "lth", test=0.5, **new_attributes(weights_sha256="cc" * 32))
    write_result(sweep, "other_seed", "lth", test=0.5, seed=9, **new_attributes())
    frame = load(sweep).set_index("name")["test_minus_dense"]
    assert frame[["other_data", "other_weights", "other_seed"]].isna().all()


def test_of_two_dense_runs_the_one_trained_alike_counts_and_in_doubt_none(runs):
    write_result(runs, "longer", "dense", test=0.95, sparsity=0, steps=600)
    write_result(runs, "between", "lth", test=0.80, steps=450)
    frame = load(runs).set_index("name")["test_minus_dense"]
    assert frame["lth"] == pytest.approx(0.84 - 0.88)
    assert np.isnan(frame["between"])


def test_tables_of_all_runs_come_in_one_frame(runs):
    rounds = table(runs, "rounds")
    assert list(rounds[rounds["run_id"] == "id-lth-1-0.9"]["kept_after"]) == [800, 600]
    assert set(table(runs, "cost")["phase"]) == {"train", "evaluate", "look_ahead"}


def test_masks_are_no_column_of_the_denoisers(runs):
    assert list(table(runs, "denoisers").columns) == ["run_id", "denoiser", "rank", "round"]


def test_a_folder_without_results_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="no result.h5"):
        load(tmp_path)


def test_whole_folders_load_without_a_warning(runs):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load(runs).attrs["excluded"] == []
    assert list(excluded(runs).columns) == ["run", "state", "why"]


def test_densities_of_every_round_are_exact_counts_by_tensor(runs):
    densities = table(runs, "densities")
    of_one = densities[densities["run_id"] == "id-lth-1-0.9"].pivot(index="round", columns="tensor", values="kept")
    assert of_one.loc[1].to_dict() == {"a": 200, "b": 400} and of_one.dtypes.eq(int).all()
    kept = table(runs, "rounds").set_index(["run_id", "round"])["kept_after"]
    assert (densities.groupby(["run_id", "round"])["kept"].sum() == kept).all()
