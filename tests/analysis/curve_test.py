# SPDX-License-Identifier: Apache-2.0
"""The picture hides nothing: lines are apart, unlike each other, named, and within the figure."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest

from analysis.compare import compare
from analysis.curve import picture
from analysis.load import load, table
from analysis.look import DARK, LIGHT, ground, looks
from conftest import new_attributes, write_result


@pytest.fixture
def drawn():
    figures = []

    def draw(folder, dark=False):
        runs = load(folder)
        with plt.rc_context(ground(dark)):
            figures.append(picture(compare(runs), table(folder, "metrics/train"), "accuracy", dark))
        figures[-1].canvas.draw()
        return figures[-1]

    yield draw
    for figure in figures:
        plt.close(figure)


def panels(figure, what):
    return [axes for axes in figure.axes if axes.get_label().startswith(what)]


def test_sparsity_goes_in_steps(runs, drawn):
    lines = panels(drawn(runs), "sparsity")[0].lines
    assert len(lines) == 6 and all(line.get_drawstyle() == "steps-post" for line in lines)


def test_lines_of_equal_sparsity_do_not_lie_on_each_other(runs, drawn):
    lines = panels(drawn(runs), "sparsity")[0].lines
    for one, other in itertools.combinations(lines, 2):
        if np.array_equal(one.get_xydata(), other.get_xydata()):
            apart = one.get_transform().transform((10, 0.5)) - other.get_transform().transform((10, 0.5))
            assert np.hypot(*apart) > one.get_linewidth() * one.figure.dpi / 72


def test_neither_colour_nor_dashes_repeat_among_the_lines(runs, drawn):
    for axes in panels(drawn(runs), "sparsity") + panels(drawn(runs), "loss"):
        assert len({line.get_color() for line in axes.lines}) == len(axes.lines) == 6
        assert len({str(line._unscaled_dash_pattern) for line in axes.lines}) == 6


def test_no_look_repeats_however_many_lines_there_are():
    assert len(set(looks(range(500), dark=False).values())) == 500
    assert len({(colour, str(dashes)) for colour, dashes, _ in looks(range(64), dark=True).values()}) == 64


def test_every_line_is_in_the_legend_and_the_legend_in_the_figure(runs, drawn):
    for place in range(12):
        write_result(runs, f"rate{place}", "isp", test=0.8, settings={"isp": {"a_setting_of_quite_some_length": place / 7}})
    figure = drawn(runs)
    legend, = figure.legends
    assert {text.get_text() for text in legend.get_texts()} == set(compare(load(runs))["series"])
    box, page = legend.get_window_extent(), figure.bbox
    assert page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1
    assert all(not box.overlaps(axes.get_window_extent()) for axes in figure.axes)


def test_each_sparsity_has_its_panels_and_dense_is_in_all(sweep, drawn):
    figure = drawn(sweep)
    assert [axes.get_title("left") for axes in panels(figure, "test")] == ["Test accuracy at sparsity 0.8", "Test accuracy at sparsity 0.95"]
    for axes in panels(figure, "test"):
        assert [label.get_text() for label in axes.get_yticklabels()] == ["dense", "LTH", "ISP, 4 denoisers"]


def bars(axes):
    """Returns the ends of the horizontal error bars that there are, from the first row to the last."""
    segments = [segment for container in axes.containers for segment in container.lines[2][0].get_segments()]
    return [segment[:, 0] for segment in segments if len(segment)]


def test_error_bars_are_the_sd_over_seeds(sweep, drawn):
    assert bars(panels(drawn(sweep), "test 0.8")[0])[1] == pytest.approx([0.78, 0.82])


def test_error_bars_of_one_seed_are_its_interval(tmp_path, drawn):
    write_result(tmp_path, "lth", "lth", test=0.8, **new_attributes(n_test=100))
    axes, = panels(drawn(tmp_path), "test")
    assert bars(axes)[0] == pytest.approx([0.7112, 0.8666], abs=1e-4)
    assert "95 % interval" in axes.get_xlabel() and "sd" not in axes.get_xlabel()


def test_nothing_is_drawn_for_an_unknown_uncertainty(runs, drawn):
    axes, = panels(drawn(runs), "test")
    assert not bars(axes) and "bars" not in axes.get_xlabel()


def luminance(colour):
    parts = np.array([int(colour[place:place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("colours, paper", [(LIGHT, "#ffffff"), (DARK, "#16181c")])
def test_colours_stand_out_from_the_paper(colours, paper):
    for colour in colours:
        low, high = sorted([luminance(colour), luminance(paper)])
        assert (high + 0.05) / (low + 0.05) > 2.3, colour
