# SPDX-License-Identifier: Apache-2.0
"""The page: one file, every column, short hashes, light and dark."""

import re
from html.parser import HTMLParser

import pytest

import analysis.page
from analysis.compare import read, write_report
from conftest import edit, new_attributes, write_result


@pytest.fixture
def page(monkeypatch):
    """Writes the page of a folder with small pictures, and returns its text."""
    monkeypatch.setattr("analysis.compare.draw", lambda *arguments: None)
    monkeypatch.setattr(analysis.page, "draw", lambda comparison, course, metric, file, dark: file.write(b"dark" if dark else b"light"))

    def write(folder):
        runs, course = read(folder)
        return write_report(runs, course, folder.parent)[-1].read_text(encoding="utf-8")

    return write


class Tables(HTMLParser):
    """The cells of every table, as texts."""

    def __init__(self, page):
        super().__init__()
        self.found, self.inside = [], False
        self.feed(page)

    def handle_starttag(self, tag, _):
        if tag == "table":
            self.found.append([])
        elif tag == "tr":
            self.found[-1].append([])
        elif tag in ("td", "th"):
            self.found[-1][-1].append("")
            self.inside = True
        elif tag == "br" and self.inside:
            self.found[-1][-1][-1] += " "

    def handle_endtag(self, tag):
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data):
        if self.inside:
            self.found[-1][-1][-1] += data


def test_page_needs_no_other_file(sweep, page):
    text = page(sweep)
    assert not re.search(r'(src|href|srcset)="(?!data:)|@import|url\(|<script', text)


def test_page_is_light_and_dark_and_so_is_its_picture(sweep, page):
    text = page(sweep)
    assert "color-scheme: light dark" in text and "@media (prefers-color-scheme: dark)" in text
    assert '<source media="(prefers-color-scheme: dark)" srcset="data:image/png;base64,ZGFyaw==">' in text
    assert 'src="data:image/png;base64,bGlnaHQ="' in text


def test_no_column_is_hidden_behind_a_scroll_bar(sweep, page):
    assert "overflow-x" not in page(sweep)


def test_every_row_has_a_title_of_its_own_and_a_cell_per_column(sweep, page):
    results, *others = Tables(page(sweep)).found
    assert len({row[0] for row in results}) == len(results) == 6
    for rows in (results, *others):
        assert len({len(row) for row in rows}) == 1


def test_results_have_uncertainty_difference_and_cost(sweep, page):
    head, *rows = Tables(page(sweep)).found[0]
    assert head == ["method", "seeds", "sparsity", "kept", "test accuracy", "±\xa0sd", "minus dense", "±\xa0sd (paired)", "rounds", "rate", "steps",
                    "TFLOP executed", "theoretical", "seconds"]
    assert rows[1] == ["LTH, sparsity 0.8", "3", "0.8000", "200", "0.8000", "± 0.0200", "−0.1100", "± 0.0100", "2", "0.190", "300", "5.00", "2.50", "3.5"]


def test_each_run_has_its_error_sizes_and_choices(sweep, page):
    head, *rows = Tables(page(sweep)).found[1]
    assert head == ["method", "seed", "test", "±\xa0se", "minus dense", "validation", "n test", "n validation", "rounds", "rate", "score", "schedule",
                    "denoise", "rewind", "scope", "union"]
    assert len(rows) == 15
    assert rows[6] == ["ISP, 4 denoisers, sparsity 0.8", "1", "0.8000", "± 0.0040", "−0.1000", "0.7900", "10,000", "5,000", "2", "0.190", "magnitude",
                       "growing", "look_ahead", "keep", "global", "votes"]


def test_commits_and_hashes_have_eight_digits_and_all_of_them_in_a_title(sweep, page):
    write_result(sweep, "changed", "lth", test=0.8, facts={"git_dirty": "true"}, **new_attributes())
    text = page(sweep)
    assert '<code title="' + "0123456789" * 4 + '">01234567</code> + changes' in text
    assert '<code title="' + "a1" * 32 + '">a1a1a1a1</code>' in text
    assert not re.search(r">[0-9a-f]{9,}<", text)


def test_where_numbers_come_from_is_said_of_every_run(sweep, page):
    head, *rows = Tables(page(sweep)).found[2]
    assert head == ["method", "seed", "name", "run id", "ranks", "created (UTC)", "commit", "weights", "data", "file"]
    assert rows[0] == ["dense", "1", "dense", "id-dense-1-0", "4", "2026-11-25 08:14", "01234567", "a1a1a1a1", "b2b2b2b2", "runs/dense-1-0/result.h5"]


def test_columns_that_older_results_lack_are_left_out(runs, page):
    results, each, sources = Tables(page(runs)).found
    assert "rate" not in results[0] and "score" not in each[0] and "weights" not in sources[0]


def test_runs_that_are_not_in_the_tables_are_on_the_page(runs, page):
    edit(runs / "lth-1-0.9" / "result.h5", lambda result: result.attrs.update(status="failed", failure="loss < 0 & not finite"))
    text = page(runs)
    assert Tables(text).found[-1] == [["run", "state", "why"], ["runs/lth-1-0.9", "failed", "loss < 0 & not finite"]]
    assert "1 run is not in the tables" in text


def test_texts_of_users_are_no_markup(tmp_path, page):
    write_result(tmp_path / "runs", "a", "lth", test=0.8, root={"name": "<b>bold</b>"}, data="x<y", **new_attributes(union="<i>"))
    assert not re.search(r"<b>|<i>|x<y", page(tmp_path / "runs"))
