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

run() {
  local name=$1 method=$2
  shift 2
  mpirun -np "$ranks" "$here/build/cpu/stockpot" run "$config" "$here/configs/methods/$method.ini" --name="$name" --run_root="$folder/runs" "$@"
}
run dense dense "$@"
run random random "$@"
run one_shot one_shot "$@"
run lth lth "$@"
run isp_no_denoiser isp "$@" --isp.denoisers=0
run isp isp "$@"
PYTHONPATH=$here "$here/.venv/bin/python" -m analysis.compare "$folder"
