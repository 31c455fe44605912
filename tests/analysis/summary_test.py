# SPDX-License-Identifier: Apache-2.0
"""Means are over seeds alone; what differs in more stands in rows of its own, under titles of their own."""

import statistics as plain

import numpy as np
import pandas as pd
import pytest

from analysis.grouping import groups
from analysis.intervals import standard_error, wilson
from analysis.load import load
from analysis.summary import summary
from analysis.titles import titles
from conftest import new_attributes, write_result


def titles_of(folder):
    return titles(groups(load(folder)))


def test_runs_with_and_without_denoisers_are_never_averaged(runs):
    frame = summary(load(runs))
    assert list(frame.loc[frame["method"] == "isp", "isp.denoisers"]) == [0, 4]
    assert frame["seeds"].eq(1).all() and frame["sd"].isna().all()


def test_mean_and_sd_are_over_seeds_with_n_minus_1(sweep):
    frame = summary(load(sweep)).set_index(["method", "sparsity_requested"])
    tests = [0.78, 0.80, 0.82]
    lth = frame.loc["lth", 0.8]
    assert (lth["seeds"], lth["mean"]) == (3, pytest.approx(plain.mean(tests)))
    assert lth["sd"] == pytest.approx(plain.stdev(tests))
    assert np.isnan([lth["low"], lth["high"]]).all()


def test_differences_to_dense_are_paired_by_seed(sweep):
    isp = summary(load(sweep)).set_index(["method", "sparsity_requested"]).loc["isp", 0.8]
    assert isp["minus_dense"] == pytest.approx(-0.10)
    assert isp["minus_dense_sd"] == pytest.approx(0, abs=1e-12)
    assert isp["pairs"] == 3


def test_the_seed_alone_makes_no_row(sweep):
    frame = load(sweep)
    assert len(frame) == 15
    assert list(zip(summary(frame)["method"], summary(frame)["sparsity_requested"])) == [
        ("dense", 0), ("lth", 0.8), ("isp", 0.8), ("lth", 0.95), ("isp", 0.95)]


def test_one_seed_has_an_interval_by_the_size_of_its_test_set_and_no_sd(tmp_path):
    write_result(tmp_path, "lth", "lth", test=0.8, **new_attributes(n_test=100))
    only = summary(load(tmp_path)).iloc[0]
    assert np.isnan(only["sd"])
    assert (only["low"], only["high"]) == (pytest.approx(0.7112, abs=1e-4), pytest.approx(0.8666, abs=1e-4))


def test_the_interval_stays_within_0_and_1_and_is_not_empty_at_the_ends():
    low, high = wilson("accuracy", 1.0, 20)
    assert (low, high) == (pytest.approx(0.8389, abs=1e-4), 1.0)
    assert wilson("accuracy", 0.0, 20) == (0.0, pytest.approx(0.1611, abs=1e-4))


def test_the_interval_holds_the_share_that_it_is_of_for_every_size():
    for samples in (1, 10, 872, 10000):
        for share in np.linspace(0, 1, 11):
            low, high = wilson("accuracy", share, samples)
            assert low <= share <= high


def test_what_is_no_share_of_samples_has_no_interval():
    assert np.isnan(wilson("matthews", 0.3, 1000)).all()
    assert np.isnan(wilson("accuracy", 0.3, np.nan)).all()
    assert np.isnan(standard_error("pearson", 0.3, 1000))


def test_a_setting_that_differs_makes_rows_and_their_titles(runs):
    write_result(runs, "faster", "lth", test=0.83, settings={"train": {"lr": 2e-3}})
    assert titles_of(runs) == ["dense", "random", "one-shot", "LTH, lr 0.001", "LTH, lr 0.002", "ISP, no denoisers", "ISP, 4 denoisers"]


def test_two_sparsities_and_three_seeds_have_titles_of_their_own(sweep):
    assert titles_of(sweep) == ["dense", "LTH, sparsity 0.8", "ISP, 4 denoisers, sparsity 0.8", "LTH, sparsity 0.95",
                                "ISP, 4 denoisers, sparsity 0.95"]


def test_settings_without_effect_on_the_result_make_no_rows(tmp_path):
    for seed, sections in ((1, {"log": {"tensorboard": False}, "dist": {"threads": 1}}), (2, {"log": {"tensorboard": True}, "dist": {"threads": 4}})):
        write_result(tmp_path, f"lth{seed}", "lth", test=0.8, seed=seed, settings=sections)
    assert titles_of(tmp_path) == ["LTH"]
    assert summary(load(tmp_path))["seeds"].item() == 2


def test_settings_of_isp_do_not_split_runs_that_have_no_look_ahead(tmp_path):
    for seed, denoisers in ((1, 2), (2, 4)):
        write_result(tmp_path, "lth", "lth", test=0.8, seed=seed, denoisers=denoisers)
        write_result(tmp_path, "isp", "isp", test=0.8, seed=seed, denoisers=denoisers, look_ahead=9)
    assert titles_of(tmp_path) == ["LTH", "ISP, 2 denoisers", "ISP, 4 denoisers"]


def test_other_weights_under_the_same_path_are_never_averaged(tmp_path):
    for seed, weights in ((1, "aa" * 32), (2, "bb" * 32)):
        write_result(tmp_path, "lth", "lth", test=0.8, seed=seed, **new_attributes(weights_sha256=weights))
    assert titles_of(tmp_path) == ["LTH, weights aaaaaaaa", "LTH, weights bbbbbbbb"]


def test_an_overridden_choice_is_told(tmp_path):
    write_result(tmp_path, "own", "lth", test=0.8, settings={"prune": {"score": ""}}, **new_attributes())
    write_result(tmp_path, "named", "lth", test=0.8, seed=2, settings={"prune": {"score": "magnitude"}}, **new_attributes())
    write_result(tmp_path, "other", "lth", test=0.8, settings={"prune": {"score": "fisher"}}, **new_attributes("fisher"))
    assert titles_of(tmp_path) == ["LTH, score fisher", "LTH, score magnitude"]
    assert list(summary(load(tmp_path))["seeds"]) == [1, 2]


def test_what_older_results_do_not_say_is_no_difference(tmp_path):
    write_result(tmp_path, "old", "lth", test=0.8, seed=1)
    write_result(tmp_path, "new", "lth", test=0.8, seed=2, settings={"train": {"optimizer": "adamw"}}, **new_attributes())
    assert titles_of(tmp_path) == ["LTH"]


def test_a_run_done_twice_with_equal_outcome_counts_once(tmp_path):
    for place in ("a", "b"):
        write_result(tmp_path / place, "lth", "lth", test=0.8)
    write_result(tmp_path / "a", "lth", "lth", test=0.7, seed=2)
    assert summary(load(tmp_path))["seeds"].item() == 2


def test_one_seed_with_two_outcomes_is_told_apart_and_not_a_sample_of_two(tmp_path):
    for place, commit, test in (("a", "1" * 40, 0.8), ("b", "2" * 40, 0.7)):
        write_result(tmp_path / place, "lth", "lth", test=test, facts={"git_commit": commit})
    frame = summary(load(tmp_path))
    assert list(frame["seeds"]) == [1, 1] and frame["sd"].isna().all()
    assert titles_of(tmp_path) == ["LTH, commit 11111111", "LTH, commit 22222222"]


def test_one_seed_with_two_outcomes_and_nothing_else_is_told_apart_by_its_file(tmp_path):
    for place, test in (("a", 0.8), ("b", 0.7)):
        write_result(tmp_path / place, "lth", "lth", test=test)
    first, second = titles_of(tmp_path)
    assert first.endswith("a/lth-1-0.9/result.h5") and second.endswith("b/lth-1-0.9/result.h5")


def test_tasks_are_never_averaged(tmp_path):
    for data in ("mnist", "fashion_mnist"):
        write_result(tmp_path / data, "lth", "lth", test=0.8, data=data)
    assert titles_of(tmp_path) == ["LTH, on fashion_mnist", "LTH, on mnist"]


def test_frames_of_two_folders_can_be_joined(sweep, tmp_path):
    write_result(tmp_path / "more", "lth", "lth", test=0.8, seed=7)
    joined = pd.concat([load(sweep), load(tmp_path / "more")])
    assert summary(joined)["seeds"].sum() == len(joined)


def test_methods_stand_from_dense_to_isp_and_unknown_ones_last(runs):
    write_result(runs, "trial", "a_trial", test=0.5)
    assert titles_of(runs) == ["dense", "random", "one-shot", "LTH", "ISP, no denoisers", "ISP, 4 denoisers", "a trial"]


def test_no_two_titles_are_equal_whatever_differs(runs):
    for place, (section, key, values) in enumerate([("train", "steps", (5, 7)), ("soup", "steps", (5, 7)), ("isp", "rate", (0.1, 0.123456789012)),
                                                    ("prune", "schedule", ("growing", "cubic")), ("train", "schedule", ("linear", "steps"))]):
        for value in values:
            write_result(runs / f"{place}{value}", "isp", "isp", test=0.8 + place / 100, settings={section: {key: value}})
    found = titles_of(runs)
    assert len(set(found)) == len(found) == len(groups(load(runs)))


def test_a_soup_is_told_beside_its_method_and_is_no_dense_baseline(tmp_path):
    settings = {"soup": {"method": "greedy", "count": 4}}
    write_result(tmp_path, "plain", "dense", test=0.80, sparsity=0, **new_attributes(soup="none"))
    write_result(tmp_path, "greedy", "dense", test=0.83, sparsity=0, settings=settings, **new_attributes(soup="greedy"))
    write_result(tmp_path, "old", "lth", test=0.79, sparsity=0.9, **new_attributes())
    runs = load(tmp_path)
    assert titles_of(tmp_path) == ["dense", "dense, soup greedy", "LTH"]
    assert [round(x, 2) for x in runs.set_index("name").loc[["plain", "greedy", "old"], "test_minus_dense"]] == [0, 0.03, -0.01]
