# SPDX-License-Identifier: Apache-2.0
"""Tables of papers, filled by hand-made results with known answers; and what they state of the papers' protocols."""

import configparser
import csv
import importlib
import os
import re
import subprocess
from pathlib import Path

import numpy as np
import pytest

from analysis.load import load
from analysis.masks import similarity
from analysis.paper.cells import fill
from analysis.paper.command import filled, having, main, read
from analysis.paper.description import all_runs, as_flags, protocol, selecting
from analysis.paper.parameters import isp_runs, parameters
from analysis.paper.protocol import BERT_SPARSITIES, CLIP_SPARSITIES, task
from analysis.paper.writing import latex, markdown
from conftest import edit, new_attributes, write_result

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "build/cpu/stockpot"
TABLES = {name: importlib.import_module(f"analysis.{name}").TABLE
          for name in ("table2", "table3", "table4", "table5", "table6", "table7", "pools", "figure1", "figure3")}
NIGHTLY = os.environ.get("STOCKPOT_NIGHTLY") == "1"


def nested(settings):
    """Returns {"isp.rate": 1} as {"isp": {"rate": 1}}."""
    sections = {}
    for key, value in settings.items():
        section, _, name = key.rpartition(".")
        if section:
            sections.setdefault(section, {})[name] = value
    return sections


def write_cell(folder, name, row, column, *, test, seed=1, steps=300, look_ahead=0, settings=None, **attributes):
    """Writes the run that the paper would have in this cell, with `settings` of its own, 100 steps of budget."""
    wanted = protocol(row, column)
    dense = wanted["prune.method"] == "dense"
    configured = nested({"train.steps": 100} | wanted | {"train.epochs": 1.0} | (settings or {}))
    soup = {"soup": wanted["soup.method"]}
    return write_result(folder, name, wanted["prune.method"], test=test, sparsity=0 if dense else wanted["prune.sparsity"], seed=seed, steps=steps,
                        look_ahead=look_ahead, data=wanted["data.name"], settings=configured,
                        **(new_attributes("none", schedule="never") if dense else new_attributes()) | soup | attributes)


@pytest.fixture
def ablation(tmp_path):
    """Table 5's column N = 2 on CIFAR-100 with three seeds, and dense runs of 100 steps."""
    table = TABLES["table5"]
    dense, isp = table.rows
    for seed, of_dense, of_isp in ((1, 0.75, 0.70), (2, 0.76, 0.72), (3, 0.77, 0.71)):
        write_cell(tmp_path, "dense", dense, table.columns[1], test=of_dense, seed=seed, steps=100)
        write_cell(tmp_path, "isp", isp, table.columns[1], test=of_isp, seed=seed, steps=100, look_ahead=60)
    return tmp_path


def cell(cells, row, column, block="CIFAR-100 at 80 %"):
    return cells[cells["row"].eq(row) & cells["column"].eq(column) & cells["block"].eq(block)].iloc[0]


def test_a_cell_has_mean_sd_number_and_paired_difference(ablation):
    found = cell(fill(TABLES["table5"], load(ablation)), "ISP, union votes", "N = 2")
    assert (found["seeds"], found["pairs"], found["paper"]) == (3, 3, 70.95)
    assert found[["mean", "sd", "difference", "difference_sd"]].tolist() == pytest.approx([71.0, 1.0, -5.0, 1.0])


def test_passes_count_look_aheads(ablation):
    cells = fill(TABLES["table5"], load(ablation))
    assert cell(cells, "ISP, union votes", "N = 2")["passes"] == pytest.approx(1.6)
    assert cell(cells, "dense", "N = 2")["passes"] == pytest.approx(1.0)


def test_budget_is_that_of_a_run_of_one_training_where_epochs_set_it(ablation):
    table = TABLES["figure1"]
    for name, row in zip(("dense", "lth"), (table.rows[0], table.rows[2])):
        steps, schedule = (100, "never") if name == "dense" else (300, "levels")
        write_cell(ablation / "epochs", name, row, table.columns[8], test=0.5, steps=steps, settings={"train.steps": 0}, schedule=schedule)
    found = cell(fill(table, load(ablation / "epochs")), "LTH", "90 %", "CIFAR-10")
    assert found["passes"] == pytest.approx(3.0)


def test_a_missing_cell_is_shown_as_missing_and_names_its_run(ablation):
    cells, document = filled(TABLES["table5"], load(ablation))
    assert cell(cells, "ISP, union votes", "N = 16")["seeds"] == 0
    text = markdown(document)
    assert "| ISP, union votes [a] | missing | 71.00 ± 1.00 (3) | missing |" in text
    assert re.search(r"^\* ISP, union votes at CIFAR-100 at 80 % N = 16, seed 1 2 3: .*--isp.denoisers=16.*--prune.method=isp", text, re.MULTILINE)


def test_the_papers_numbers_stand_in_rows_of_their_own(ablation):
    text = markdown(filled(TABLES["table5"], load(ablation))[1])
    assert "| ISP, union votes (paper) | 70.32 | 70.95 | 71.15 | 71.16 | 71.07 | 71.16 |" in text
    cells, document = filled(TABLES["table4"], load(ablation))
    assert "| ISP, no denoisers (paper) | 96.11 ± 0.21 | 70.32 ± 0.13 |" in markdown(document)


def test_one_seed_has_an_interval_and_no_sd(tmp_path):
    table = TABLES["table5"]
    write_cell(tmp_path, "isp", table.rows[1], table.columns[1], test=0.7, n_test=10000)
    assert "| 70.00 [69.09, 70.89] (1) |" in markdown(filled(table, load(tmp_path))[1])


def test_runs_further_from_the_protocol_are_told_and_not_averaged_with_the_others(ablation):
    table = TABLES["table5"]
    write_cell(ablation, "longer", table.rows[1], table.columns[1], test=0.9, seed=1, steps=100, look_ahead=60, settings={"train.lr": 1e-3})
    found = cell(fill(table, load(ablation)), "ISP, union votes", "N = 2")
    assert found["mean"] == pytest.approx(71.0) and found["seeds"] == 3
    assert found["others"] == "1 runs that are further from the paper's protocol differ in train.lr"


def test_groups_as_near_to_the_protocol_as_each_other_fill_no_cell_until_one_is_chosen(ablation):
    table = TABLES["table5"]
    write_cell(ablation, "other", table.rows[1], table.columns[1], test=0.9, seed=1, steps=100, look_ahead=60, settings={"train.beta1": 0.5})
    write_cell(ablation, "same", table.rows[1], table.columns[1], test=0.9, seed=4, steps=100, look_ahead=60, settings={"train.beta1": 0.9})
    runs = load(ablation)
    found = cell(fill(table, runs), "ISP, union votes", "N = 2")
    assert found["seeds"] == 0 and "differ in train.beta1; choose one by --where train.beta1=VALUE" in found["others"]
    assert cell(fill(table, having(runs, ["train.beta1=0.5"])), "ISP, union votes", "N = 2")["mean"] == pytest.approx(90.0)


def test_settings_that_depart_from_the_papers_protocol_are_listed(ablation):
    text = markdown(filled(TABLES["table5"], load(ablation))[1])
    assert "* train.epochs = 1.0 (paper: 22.0) in 7 cells" in text
    assert "isp.rate" not in text.partition("## Notes")[2]


def test_without_denoisers_is_not_taken_for_the_papers_number_of_them(tmp_path):
    table = TABLES["table4"]
    write_cell(tmp_path, "none", table.rows[0], table.columns[1], test=0.7)
    cells = fill(table, load(tmp_path)).query("block == 'CIFAR-100'").set_index("row")
    assert cells["seeds"].to_dict() == {"ISP, no denoisers": 1, "ISP, union votes": 0, "ISP, union mean": 0}


def test_a_column_under_corruptions_shows_their_mean_and_never_the_clean_result(tmp_path):
    table = TABLES["pools"]
    block, ticket = "CIFAR-100-C, VGG-16", table.rows[-1]
    column = next(column for column in table.columns if column.block == block and column.title == "80 % kept")
    write_cell(tmp_path, "clean", ticket, column, test=0.7, seed=1)
    assert cell(fill(table, load(tmp_path)), ticket.title, "80 % kept", block)["seeds"] == 0
    write_cell(tmp_path, "robust", ticket, column, test=0.7, seed=2, corrupted_accuracy_15=0.4)
    found = cell(fill(table, load(tmp_path)), ticket.title, "80 % kept", block)
    assert (found["seeds"], found["mean"]) == (1, pytest.approx(40.0)) and np.isnan(found["low"])


def test_largest_gains_of_lottery_pools_are_those_that_the_paper_states(ablation):
    sheet = next(sheet for sheet in filled(TABLES["pools"], load(ablation))[1].sheets if sheet.title == "Largest gain over the ticket")
    rows = {(row[0], row[1]): row[2:] for row in sheet.rows}
    assert rows["CIFAR-100, VGG-16", "Lottery Pools (Interpolation)"] == ["", "+1.69", "", "+1.88"]
    assert rows["CIFAR-100, ResNet-18", "Lottery Pools (Interpolation)"] == ["", "+2.22", "", "+1.72"]


@pytest.mark.parametrize("name", TABLES)
def test_every_description_is_whole(name):
    table = TABLES[name]
    titles = [row.title for row in table.rows]
    assert len(set(titles)) == len(titles) and table.baseline in titles and set(table.quoted) <= set(titles)
    assert all(len(numbers) == len(table.columns) for numbers in table.quoted.values())
    known = {*titles, *(column.block for column in table.columns), *(column.title for column in table.columns)}
    assert all(set(note.at) <= known for note in table.notes)
    cells = [tuple(sorted((column.measure, key, str(value)) for key, value in selecting(row, column).items())) + (column.block,)
             for column in table.columns for row in table.rows if row.settings["prune.method"] != "dense"]
    assert len(set(cells)) == len(cells)


def test_protocols_are_those_of_the_tasks_files():
    for data, sparsities in {**CLIP_SPARSITIES, **{data: (sparsity,) for data, sparsity in BERT_SPARSITIES.items()}}.items():
        ini = configparser.ConfigParser(inline_comment_prefixes="#")
        ini.read_string("[top]\n" + (ROOT / f"configs/tasks/{data}.ini").read_text())
        column = task(data, sparsities[len(sparsities) // 2])
        for key, value in (column.protocol | column.settings).items():
            written = ini.get(*key.split("."), fallback=None)
            assert written is None or written == str(value) or float(written) == value, (data, key, written, value)


def test_every_setting_of_the_runs_that_tables_need_exists():
    if not PROGRAM.exists():
        pytest.skip("build/cpu/stockpot is not built")
    told = subprocess.run([PROGRAM, "run", "--help-all"], check=True, capture_output=True, text=True).stdout
    known = set(re.findall(r"^  --([\w.]+)=", told, re.MULTILINE))
    needed = {key for table in TABLES.values() for settings in all_runs(table) for key in settings}
    needed |= {key for settings in isp_runs(importlib.import_module("analysis.table1").TABLE) for key in settings}
    assert needed <= known


@pytest.mark.parametrize("name", [*TABLES] if NIGHTLY else ["table6"])
def test_the_program_takes_the_settings_of_the_runs_that_a_table_needs(name):
    if not PROGRAM.exists():
        pytest.skip("build/cpu/stockpot is not built")
    unlike = {tuple(key for key in settings): settings for settings in all_runs(TABLES[name])}  # one of each kind
    for settings in unlike.values():
        ended = subprocess.run([PROGRAM, "run", *as_flags(settings), "--print-config"], capture_output=True, text=True, timeout=60)
        assert ended.returncode == 0, ended.stderr


@pytest.mark.parametrize("name", [*TABLES] if NIGHTLY else ["table5"])
def test_the_full_grid_leaves_no_cell_missing(name, tmp_path):
    table = TABLES[name]
    written = {}
    for place, column in enumerate(table.columns):
        for number, row in enumerate(table.rows):
            settings = tuple(sorted((key, str(value)) for key, value in protocol(row, column).items()))
            if settings not in written:
                test = written[settings] = (1 + (37 * place + 11 * number) % 89) / 100
                write_cell(tmp_path, f"run{place}_{number}", row, column, test=test, corrupted_accuracy_15=test)
    cells = fill(table, load(tmp_path))
    assert cells["seeds"].eq(1).all() and cells["others"].eq("").all()
    expected = [100 * written[tuple(sorted((key, str(value)) for key, value in protocol(row, column).items()))]
                for column in table.columns for row in table.rows]
    assert cells["mean"].tolist() == pytest.approx(expected)


def test_a_command_writes_markdown_latex_and_csv_that_say_the_same(ablation, tmp_path, capsys):
    main(TABLES["table5"], [str(ablation), "--out", str(tmp_path / "out")])
    text, page = ((tmp_path / f"out/table5.{kind}").read_text() for kind in ("md", "tex"))
    assert "71.00 ± 1.00 (3)" in text and r"71.00 $\pm$ 1.00 (3)" in page and text in capsys.readouterr().out
    rows = list(csv.DictReader((tmp_path / "out/table5.csv").open()))
    assert len(rows) == 24
    assert [row["mean"] for row in rows if row["row"].startswith("ISP") and row["seeds"] == "3"] == [str(100 * np.mean([0.70, 0.72, 0.71]))]


def test_latex_has_a_cell_per_column_and_escapes_texts(ablation):
    page = latex(filled(TABLES["table5"], load(ablation))[1])
    for columns, body in re.findall(r"\\begin\{tabular\}\{(l+r*)\}(.*?)\\end\{tabular\}", page, re.DOTALL):
        lines = [line for line in body.splitlines() if line.endswith(r"\\")]
        assert lines and all(len(re.findall(r"(?<!\\)&", line)) == len(columns) - 1 for line in lines)
    assert not re.search(r"(?<!\\)[%#_](?! needs)", page.partition("\n")[2].replace("{%\n", "{\n"))


def test_list_runs_prints_one_run_a_line_each_once(capsys):
    main(TABLES["table7"], ["--list-runs"])
    lines = capsys.readouterr().out.splitlines()
    assert len(set(lines)) == len(lines) == 3 * (1 + 6)
    assert all(re.fullmatch(r"(--[a-z_.0-9]+=[^=]* ?)+", line) for line in lines)


def test_an_unknown_setting_to_choose_by_is_an_error(ablation, capsys):
    with pytest.raises(SystemExit) as ended:
        main(TABLES["table5"], [str(ablation), "--where", "isp.rat=1"])
    assert ended.value.code == 65 and "no run has 'isp.rat'" in capsys.readouterr().err


def test_runs_of_several_folders_are_read_together(ablation, runs):
    assert len(read([ablation, runs])) == 12


def test_hyper_parameters_of_the_runs_stand_beside_the_papers(ablation):
    found, _ = parameters(importlib.import_module("analysis.table1").TABLE, load(ablation))
    rows = found.set_index("setting")
    assert rows.loc["train.lr", ["BERT (paper)", "BERT", "CLIP (paper)", "CLIP"]].tolist() == ["2e-5", "missing", "1e-5", "1e-05"]
    assert rows.loc["isp.denoisers", "CLIP"] == "2" and rows.loc["isp.denoisers", "CLIP (paper)"] == "5"


# ---- masks


def put_masks(file, **masks):
    def write(result):
        for name, bits in masks.items():
            result.require_group("masks").create_dataset(name, data=np.packbits(bits)).attrs.update({"shape": [len(bits)], "kept": int(sum(bits))})

    edit(file, write)


def test_similarity_of_masks_is_counted_over_all_tensors(tmp_path):
    one, two = (write_result(tmp_path, name, "lth", test=0.5) for name in ("one", "two"))
    put_masks(one, a=[1, 1, 1, 0, 0, 0, 0, 0, 1, 0], b=[1, 0])
    put_masks(two, a=[1, 1, 0, 0, 0, 0, 0, 0, 1, 1], b=[0, 0])
    # 12 weights, 5 and 4 kept, 3 by both, so 6 by none
    found = similarity(one, two)
    assert found["cosine"] == pytest.approx(3 / np.sqrt(20)) and found["iou_kept"] == 3 / 6 and found["iou_pruned"] == 6 / 9
    assert found["kappa"] == pytest.approx((9 / 12 - (20 + 56) / 144) / (1 - (20 + 56) / 144))


def test_masks_of_other_networks_are_not_compared(tmp_path):
    one, two = (write_result(tmp_path, name, "lth", test=0.5) for name in ("one", "two"))
    put_masks(one, a=[1, 1])
    put_masks(two, a=[1, 1, 1])
    with pytest.raises(ValueError, match="masks of the same tensors"):
        similarity(one, two)


def test_figure_3_draws_accuracy_and_similarity_of_runs_of_one_seed(tmp_path, capsys):
    table = TABLES["figure3"]
    dense, one_shot, lth = table.rows
    for seed in (1, 2):
        for place, column in enumerate(table.columns[:3]):
            put_masks(write_cell(tmp_path, f"cut{place}", one_shot, column, test=0.5, seed=seed), a=[1] * 8 + [0, 0])
            put_masks(write_cell(tmp_path, f"lth{place}", lth, column, test=0.6, seed=seed), a=[1] * (9 - place) + [0] * (1 + place))
    write_cell(tmp_path, "dense", dense, table.columns[0], test=0.7)
    main(table, [str(tmp_path), "--out", str(tmp_path / "out")])
    text = capsys.readouterr().out
    assert f"| CIFAR-10 10 % | 2 | {8 / np.sqrt(72):.4f} ± 0.0000 |" in text and "| 0.9000 | 0.9627 |" in text
    assert "| CIFAR-10 20 % | 2 | 1.0000 ± 0.0000 | 1.0000 ± 0.0000 | 1.0000 ± 0.0000 | 1.0000 ± 0.0000 |" in text
    assert (tmp_path / "out/figure3.png").read_bytes()[:4] == b"\x89PNG" and (tmp_path / "out/figure3.pdf").read_bytes()[:4] == b"%PDF"


def test_figure_1_has_error_bars_of_every_point_and_passes_in_steps(ablation):
    table = TABLES["figure1"]
    for place in (6, 7):
        write_cell(ablation, f"cut{place}", table.rows[1], table.columns[place], test=0.5, steps=100)
    runs = load(ablation)
    frames = table.curves(fill(table, runs), runs)
    results, passes = (frame[frame["row"].eq("one-shot")] for frame in frames.values())
    assert len(results) == 2 and (results["low"] < results["value"]).all() and (results["value"] < results["high"]).all()
    assert passes["value"].tolist() == [1.0, 1.0] and passes["steps"].all() and not results["steps"].any()
