# SPDX-License-Identifier: Apache-2.0
"""The command stockpot-table NAME FOLDER...: the table of a paper by its name."""

import importlib
import sys

from analysis.command_line import USAGE
from analysis.paper import command
from analysis.paper.parameters import ParameterTable, isp_runs, parameters

NAMES = (*(f"table{number}" for number in range(1, 8)), "figure1", "figure3", "pools")


def main(arguments=None):
    """Runs the command of the named table. `arguments`: without the name of the program; None: those of this process."""
    name, *others = (sys.argv[1:] if arguments is None else arguments) or [""]
    if name not in NAMES:
        print(f"usage: stockpot-table NAME FOLDER... [--out DIR] [--where KEY=VALUE] [--list-runs]\nNAME is one of {' '.join(NAMES)}", file=sys.stderr)
        raise SystemExit(0 if name in ("-h", "--help") else USAGE)
    table = importlib.import_module(f"analysis.{name}").TABLE
    if isinstance(table, ParameterTable):
        command.main(table, others, make=parameters, listed=isp_runs)
    else:
        command.main(table, others)
