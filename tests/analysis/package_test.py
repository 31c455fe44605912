# SPDX-License-Identifier: Apache-2.0
"""The analysis as a package: a small wheel, made without a network, whose commands run where nothing else of stockpot is."""

import importlib
import importlib.util
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from analysis.paper.names import NAMES, main

ANALYSIS = Path(__file__).parents[2] / "analysis"
LARGEST_BYTES = 150_000


def test_every_file_of_the_package_is_in_its_description():
    described = tomllib.loads((ANALYSIS / "pyproject.toml").read_text())["tool"]["setuptools"]
    folders = {file.parent for file in ANALYSIS.rglob("*.py")}
    assert {ANALYSIS / folder for folder in described["package-dir"].values()} == folders
    data = {file.name for file in ANALYSIS.iterdir() if file.is_file() and file.suffix != ".py" and file.name != "pyproject.toml"}
    assert set(described["package-data"]["analysis"]) == data


def test_every_console_script_is_a_function():
    scripts = tomllib.loads((ANALYSIS / "pyproject.toml").read_text())["project"]["scripts"]
    for place in scripts.values():
        module, _, function = place.partition(":")
        assert callable(getattr(importlib.import_module(module), function))


@pytest.mark.parametrize("name", NAMES)
def test_stockpot_table_knows_every_table(name, capsys):
    main([name, "--list-runs"])
    assert capsys.readouterr().out.startswith("--data.")


def test_stockpot_table_says_which_tables_there_are(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["table9"])
    assert ended.value.code == 64 and "table1 table2" in capsys.readouterr().err


@pytest.mark.skipif(not (importlib.util.find_spec("setuptools") and importlib.util.find_spec("wheel")), reason="setuptools and wheel are not installed")
def test_the_wheel_is_small_and_its_table_runs_alone(tmp_path):
    source = tmp_path / "source"
    for file in ANALYSIS.rglob("*"):
        if file.is_file() and "__pycache__" not in file.parts:
            copy = source / file.relative_to(ANALYSIS)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    made = subprocess.run([sys.executable, "-m", "pip", "wheel", "--no-index", "--no-deps", "--no-build-isolation", "-w", tmp_path, source],
                          capture_output=True, text=True, timeout=120)
    assert made.returncode == 0, made.stderr
    wheel, = tmp_path.glob("stockpot_analysis-*.whl")
    assert wheel.stat().st_size < LARGEST_BYTES
    zipfile.ZipFile(wheel).extractall(tmp_path / "installed")
    ended = subprocess.run([sys.executable, "-c", "from analysis.paper.names import main; main(['table7', '--list-runs'])"], cwd=tmp_path / "installed",
                           capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0 and len(ended.stdout.splitlines()) == 21
    assert {"analysis/page.css", "analysis/py.typed"} <= set(zipfile.ZipFile(wheel).namelist())
