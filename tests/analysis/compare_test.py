# SPDX-License-Identifier: Apache-2.0
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from analysis.compare import compare, main, print_tables, read
from analysis.formatting import formatted
from analysis.load import load
from conftest import new_attributes, write_result

ROOT = Path(__file__).parents[2]


def command(*arguments):
    return subprocess.run([sys.executable, "-m", "analysis.compare", *map(str, arguments)], cwd=ROOT, capture_output=True, text=True, timeout=120)


def printed(runs, capsys):
    print_tables(read(runs.parent)[0])
    return capsys.readouterr().out


def test_methods_stand_from_dense_to_isp(runs):
    assert list(compare(load(runs))["method"]) == ["dense", "random", "one-shot", "LTH", "ISP, no denoisers", "ISP, 4 denoisers"]


def test_look_ahead_steps_are_shown_and_none_is_zero(runs):
    shown = compare(load(runs)).set_index("method")["look_ahead"]
    assert (shown["ISP, 4 denoisers"], shown["dense"]) == (120, 0)


def test_a_requested_sparsity_is_not_changed_by_its_mean(sweep):
    assert set(compare(load(sweep))["requested"]) == {0.0, 0.8, 0.95}


def test_one_seed_never_has_a_plus_minus(runs, capsys):
    assert "±" not in printed(runs, capsys)


def test_one_seed_has_its_interval_where_the_size_of_the_test_set_is_known(tmp_path, capsys):
    write_result(tmp_path / "runs", "lth", "lth", test=0.8, **new_attributes(n_test=100))
    out = printed(tmp_path / "runs", capsys)
    assert "[0.7112, 0.8666]" in out and "±" not in out


def test_several_seeds_have_mean_sd_and_their_number(sweep, capsys):
    out = printed(sweep, capsys)
    assert re.search(r"LTH, sparsity 0\.8 +3 +0\.8000 +200 +0\.8000 ± 0\.0200 +-0\.1100 +± 0\.0100 ", out)
    assert "[0." not in out


def test_differences_of_fewer_pairs_than_seeds_say_so(sweep):
    write_result(sweep, "lth", "lth", test=0.8, sparsity=0.8, seed=4, **new_attributes())
    texts = formatted(compare(load(sweep)), "accuracy").set_index("method")
    assert texts.filter(like="paired").loc["LTH, sparsity 0.8"].item() == "± 0.0100 (3)"


def test_a_count_that_missed_the_request_is_shown_with_it(tmp_path):
    write_result(tmp_path, "lth", "lth", test=0.8, sparsity=0.85, prunable=10)
    assert formatted(compare(load(tmp_path)), "accuracy")["sparsity"].item() == "0.8000 (asked 0.8500)"


def test_runs_that_are_not_in_the_table_are_printed(runs, capsys):
    file = runs / "lth-1-0.9" / "result.h5"
    file.write_bytes(file.read_bytes()[:-1])
    write_result(runs, "broken", "isp", test=0.1, root={"status": "failed", "failure": "not finite"})
    (runs / "isp-77").mkdir()
    (runs / "isp-77" / "config.ini").touch()
    out = printed(runs, capsys)
    for line in (r"damaged: .*lth-1-0\.9 \(", r"failed: .*broken-1-0\.9 \(not finite\)", r"unfinished: .*isp-77 \("):
        assert re.search(f"not in the table: {line}", out)


def test_every_task_has_a_table(runs, capsys):
    write_result(runs, "cola", "lth", test=0.3, data="cola", metric="matthews")
    out = printed(runs, capsys)
    assert "vit_tiny on cola" in out and "test matthews" in out and "vit_tiny on fashion_mnist" in out


def test_rows_have_result_difference_rounds_steps_and_cost(runs, capsys):
    assert re.search(r"ISP, 4 denoisers +1 +0\.9000 +100 +0\.8600 +-0\.0200 +2 +420 +120 +7\.00 +3\.50 +5\.0", printed(runs, capsys))


def test_writes_a_picture_per_task_and_one_page(runs, capsys):
    write_result(runs, "cola", "lth", test=0.3, data="cola", metric="matthews")
    main([str(runs.parent)])
    assert "ISP, 4 denoisers" in capsys.readouterr().out
    for name in ("curve.png", "curve_2.png"):
        with Image.open(runs.parent / name) as picture:
            assert min(picture.size) > 500
    assert "ISP, 4 denoisers" in (runs.parent / "report.html").read_text()


def test_a_folder_of_runs_and_another_place_can_be_given(tmp_path):
    write_result(tmp_path / "those", "lth", "lth", test=0.8)
    main([str(tmp_path / "those"), "--out", str(tmp_path / "made" / "here")])
    assert {file.name for file in (tmp_path / "made" / "here").iterdir()} == {"curve.png", "report.html"}


def test_help_and_usage_without_arguments_and_no_traceback(tmp_path):
    shown, missing, empty = command("--help"), command(), command(tmp_path / "nothing")
    assert shown.returncode == 0 and "usage: python -m analysis.compare" in shown.stdout and "FOLDER" in shown.stdout
    assert missing.returncode == 64 and "usage: python -m analysis.compare" in missing.stderr
    assert empty.returncode == 65 and "no result.h5 of a complete run" in empty.stderr
    assert not any("Traceback" in run.stderr for run in (shown, missing, empty))


@pytest.mark.parametrize("argument", ["--nonsense", "--out"])
def test_unknown_or_incomplete_arguments_are_usage_errors(argument, tmp_path):
    run = command(tmp_path, argument)
    assert run.returncode == 64 and argument in run.stderr and "Traceback" not in run.stderr
