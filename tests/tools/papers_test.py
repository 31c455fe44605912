# SPDX-License-Identifier: Apache-2.0
"""The dense controls of Instant Soup's Table 6 have the steps of IMS, as the program plans both for the official sizes of the data."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "build/cpu/stockpot"
CONTROL = "configs/papers/instant_soup_control_{}.ini"
TASKS = [file.stem.removeprefix("instant_soup_control_") for file in sorted((ROOT / "configs/papers").glob("instant_soup_control_*.ini"))]


def planned_steps(*settings):
    """The steps of the main network, and of the soup's members."""
    ended = subprocess.run([PROGRAM, "run", *settings, "--dry-run"], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stderr
    line = re.search(r"^steps  (\d+) of the main network, 0 of look-ahead(?:, (\d+) of \d+ soup members)?$", ended.stdout, re.MULTILINE)
    return int(line[1]), int(line[2] or 0)


def test_there_is_a_control_for_every_task_of_table_6():
    assert TASKS == ["cars", "cifar10", "cifar100", "mnli", "qnli"]


@pytest.mark.skipif(not PROGRAM.exists(), reason="build/cpu/stockpot is not built")
@pytest.mark.parametrize("task", TASKS)
def test_the_control_has_the_steps_of_ims(task):
    file = f"configs/tasks/{task}.ini"
    (of_ims, of_members), of_control = planned_steps(file, "configs/methods/ims.ini"), planned_steps(file, CONTROL.format(task))
    assert of_members > 0
    assert of_control == (of_ims + of_members, 0)
