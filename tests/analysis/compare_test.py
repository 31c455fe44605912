# SPDX-License-Identifier: Apache-2.0
import re

from PIL import Image

from analysis.load import load
from analysis.compare import compare, main


def test_methods_stand_from_dense_to_isp(runs):
    assert list(compare(load(runs))["method"]) == ["dense", "random", "one-shot", "LTH", "ISP, no denoisers", "ISP, 4 denoisers"]


def test_a_run_of_another_name_comes_last(runs):
    frame = load(runs)
    frame.loc[frame["name"] == "dense", "name"] = "a trial"
    assert list(compare(frame)["method"])[-1] == "a trial"


def test_look_ahead_steps_are_shown_and_none_is_zero(runs):
    shown = compare(load(runs)).set_index("method")["look_ahead"]
    assert (shown["ISP, 4 denoisers"], shown["dense"]) == (120, 0)


def test_prints_the_table_and_writes_picture_and_page(runs, capsys):
    main(runs.parent)
    printed = capsys.readouterr().out
    assert re.search(r"ISP, 4 denoisers +0\.9000 +0\.9000 +100 / 1,000 +0\.8600 +420 +120 ", printed)
    with Image.open(runs.parent / "curve.png") as picture:
        assert min(picture.size) > 500
    page = (runs.parent / "report.html").read_text()
    assert "data:image/png;base64," in page and "ISP, 4 denoisers" in page
    assert not re.search(r'(src|href)="(?!data:)', page), "the page needs other files"
