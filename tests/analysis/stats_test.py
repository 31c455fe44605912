# SPDX-License-Identifier: Apache-2.0
"""Differences are paired by seed, and called significant only where their interval leaves 0 out."""

import statistics as plain
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from analysis.intervals import mean_interval, sign_test, student_t
from analysis.load import load
from analysis.stats import formatted, main, stats
from conftest import new_attributes, write_result

ROOT = Path(__file__).parents[2]


def pairs(folder, first, second, **attributes):
    """Writes runs of one-shot and LTH with these test results, seeds from 1 on."""
    for method, tests in (("one_shot", first), ("lth", second)):
        for seed, test in enumerate(tests, 1):
            write_result(folder, method, method, test=test, seed=seed, **new_attributes(**attributes))
    return folder


def row_of(table, method):
    return table.set_index("method").loc[method]


@pytest.mark.parametrize("freedom, t", [(1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (9, 2.262), (10, 2.228), (29, 2.045), (120, 1.980)])
def test_quantiles_of_t_are_those_of_the_printed_table(freedom, t):
    assert round(student_t(freedom), 3) == t


def test_quantiles_of_t_for_one_and_two_degrees_of_freedom_are_those_of_their_closed_forms():
    assert student_t(1, 0.9) == pytest.approx(np.tan(np.pi * 0.45), rel=1e-12)
    assert student_t(2, 0.9) == pytest.approx(0.9 * np.sqrt(2 / (1 - 0.9**2)), rel=1e-12)


def test_the_interval_of_a_mean_is_that_of_a_worked_example():
    """Student's sleep data (Biometrika 6, 1908, p. 20), difference of two drugs: 0.70 to 2.46."""
    low, high = mean_interval([1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4])
    assert (round(low, 4), round(high, 4)) == (0.7001, 2.4599)


def test_one_value_and_equal_ones_have_no_interval():
    assert np.isnan(mean_interval([0.1])).all() and np.isnan(mean_interval([])).all()
    assert np.isnan(mean_interval([0.9 - 0.8, 0.8 - 0.7, 0.7 - 0.6])).all()  # 0.1 each, but for floating point


def test_signs_are_counted_against_a_fair_coin_without_ties():
    assert sign_test([1, 1, 1, 1, 1, 1, 1, 1, -1]) == (8, 1, pytest.approx(20 / 512))  # (1 + 9) * 2 of 2^9
    assert sign_test([1] * 6) == (6, 0, pytest.approx(1 / 32))
    assert sign_test([1, -1, 0, 0]) == (1, 1, 1.0)
    assert np.isnan(sign_test([0, 0])[2])


def test_differences_are_paired_by_seed(tmp_path):
    first, second = [0.80, 0.70, 0.90], [0.81, 0.72, 0.93]
    row = row_of(stats(load(pairs(tmp_path, first, second)), "one-shot"), "LTH")
    assert (row["seeds"], row["mean"], row["sd"]) == (3, pytest.approx(0.82), pytest.approx(plain.stdev(second)))
    assert (row["pairs"], row["difference"], row["difference_sd"]) == (3, pytest.approx(0.02), pytest.approx(0.01))
    half = 4.302653 * 0.01 / 3**0.5
    assert (row["difference_low"], row["difference_high"]) == (pytest.approx(0.02 - half), pytest.approx(0.02 + half))
    assert (row["above"], row["below"], row["sign_p"]) == (3, 0, pytest.approx(0.25))


def test_a_difference_is_significant_only_where_its_interval_leaves_0_out(tmp_path):
    first = [0.80, 0.70, 0.90]
    for name, second, significant in (("near", [0.81, 0.72, 0.93], False), ("far", [0.90, 0.81, 1.00], True), ("below", [0.70, 0.59, 0.80], True)):
        row = row_of(stats(load(pairs(tmp_path / name, first, second)), "one-shot"), "LTH")
        assert row["significant"] == significant, name


def test_seeds_without_a_partner_are_in_the_mean_but_make_no_pair(tmp_path):
    row = row_of(stats(load(pairs(tmp_path, [0.8, 0.7], [0.9, 0.9, 0.6])), "one-shot"), "LTH")
    assert (row["seeds"], row["pairs"], row["difference"]) == (3, 2, pytest.approx(0.15))


def test_runs_that_start_from_other_weights_make_no_pair(tmp_path):
    pairs(tmp_path, [0.8, 0.7], [])
    for seed in (1, 2):
        write_result(tmp_path, "lth", "lth", test=0.9, seed=seed, **new_attributes(weights_sha256="c3" * 32))
    assert row_of(stats(load(tmp_path), "one-shot"), "LTH")["pairs"] == 0


def test_one_pair_has_a_difference_and_neither_interval_nor_significance(tmp_path):
    row = row_of(stats(load(pairs(tmp_path, [0.1], [0.9])), "one-shot"), "LTH")
    assert (row["pairs"], row["difference"], row["significant"]) == (1, pytest.approx(0.8), False)
    assert np.isnan([row["difference_sd"], row["difference_low"], row["difference_high"]]).all()


def test_one_seed_never_has_a_plus_minus_but_the_interval_of_its_test_set(tmp_path):
    text = formatted(stats(load(pairs(tmp_path, [0.7], [0.8], n_test=100)), "one-shot")).to_string()
    assert "±" not in text and "[0.7112, 0.8666]" in text


def test_each_sparsity_is_compared_with_the_baseline_of_its_own(sweep):
    table = stats(load(sweep), "LTH").set_index("method")["baseline"]
    assert table["ISP, 4 denoisers, sparsity 0.8"] == "LTH, sparsity 0.8"
    assert table["ISP, 4 denoisers, sparsity 0.95"] == "LTH, sparsity 0.95"
    assert table["dense"] is None and table["LTH, sparsity 0.8"] is None
    assert set(stats(load(sweep), "dense")["baseline"]) == {None, "dense"}


def test_the_baseline_may_be_called_by_the_name_of_its_runs(sweep):
    by_name, by_title = stats(load(sweep), "lth"), stats(load(sweep), "LTH")
    assert by_name.equals(by_title)


def test_a_baseline_that_is_not_there_or_not_one_is_refused_with_those_that_are(sweep):
    with pytest.raises(ValueError, match="no method is called 'lottery' here; there are: dense; LTH, sparsity 0.8; "):
        stats(load(sweep), "lottery")
    write_result(sweep / "faster", "lth", "lth", test=0.8, sparsity=0.8, settings={"train": {"lr": 2e-3}}, **new_attributes())
    with pytest.raises(ValueError, match="several methods are called 'lth'"):
        stats(load(sweep), "lth")


def test_folders_are_read_together_and_what_is_not_in_the_table_is_said(tmp_path, capsys):
    pairs(tmp_path / "a", [0.80, 0.70], [])
    pairs(tmp_path / "b" / "runs", [], [0.90, 0.81])
    (tmp_path / "a" / "isp-77").mkdir()
    (tmp_path / "a" / "isp-77" / "config.ini").touch()
    main([str(tmp_path / "a"), str(tmp_path / "b"), "--baseline", "one-shot"])
    out = capsys.readouterr().out
    assert "vit_tiny on fashion_mnist, test accuracy; differences to one-shot, paired by seed" in out
    assert "LTH     2 0.8550 ± 0.0636     2    +0.1050 [+0.0415, +0.1685]         2, 0   p 0.500         yes" in out
    assert "not in the table: unfinished: " in out


def test_help_and_errors_are_said_without_a_traceback(sweep, tmp_path):
    def command(*arguments):
        return subprocess.run([sys.executable, "-m", "analysis.stats", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=120)

    shown, missing, empty, unknown = command("--help"), command(), command(tmp_path / "nothing"), command(sweep, "--baseline", "lottery")
    assert shown.returncode == 0 and "--baseline NAME" in shown.stdout
    assert missing.returncode == 64 and "usage: python -m analysis.stats" in missing.stderr
    assert empty.returncode == 65 and "no result.h5 of a complete run" in empty.stderr
    assert unknown.returncode == 65 and "no method is called 'lottery'" in unknown.stderr
    assert not any("Traceback" in run.stderr for run in (shown, missing, empty, unknown))
