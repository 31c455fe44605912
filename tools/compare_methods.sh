#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs one CONFIG by six methods, one after the other, and compares them: a table, FOLDER/curve.png and FOLDER/report.html. Complete runs are
# not run again. Settings after CONFIG go to every run.
#   tools/compare_methods.sh RANKS FOLDER CONFIG [--section.key=value ...]
#   tools/compare_methods.sh 2 cola configs/tasks/cola.ini --model.weights=MiniLM --data.dir=CoLA --train.lr=1e-4
set -euo pipefail
if [ $# -lt 3 ]; then
  sed -n '3,5s/^# //p' "$0" >&2
  exit 64
fi
here=$(dirname "${BASH_SOURCE[0]}")/..
. "$here/tools/build_environment.sh"
ranks=$1 folder=$2 config=$3
shift 3

# Gives every row of the table to a command: COMMAND NAME METHOD SETTING...
each() {
  local command=$1
  shift
  "$command" dense dense "$@"
  "$command" random random "$@"
  "$command" one_shot one_shot "$@"
  "$command" lth lth "$@"
  "$command" isp_no_denoiser isp "$@" --isp.denoisers=0
  "$command" isp isp "$@"
}
# Usage: stockpot LAUNCHER... -- NAME METHOD SETTING...
stockpot() {
  local launcher=()
  while [ "$1" != -- ]; do launcher+=("$1"); shift; done
  local name=$2 method=$3
  shift 3
  "${launcher[@]}" "$here/build/cpu/stockpot" run "$config" "$here/configs/methods/$method.ini" --name="$name" --run_root="$folder/runs" "$@"
}
check() { stockpot env -- "$@" --check >/dev/null; }
run() { stockpot mpirun -np "$ranks" -- "$@"; }
each check "$@"  # what is wrong with the last is found before the first has trained
each run "$@"
PYTHONPATH=$here "$here/.venv/bin/python" -m analysis.compare "$folder"
