#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs one CONFIG by several methods, one after the other, and compares them: a table, FOLDER/curve.png and FOLDER/report.html. Complete
# runs are not run again. Settings after CONFIG go to every run.
#   tools/compare_methods.sh RANKS FOLDER CONFIG [--methods=NAME,NAME,...] [--section.key=value ...]
#   tools/compare_methods.sh 2 cola configs/tasks/cola.ini --model.weights=MiniLM --data.dir=CoLA --train.lr=1e-4
# NAME is a file of configs/methods, soups too, or isp_no_denoiser. Default: dense,random,one_shot,lth,isp_no_denoiser,isp
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")/..
usage() { sed -n '3,7s/^# //p' "$0" >&2; exit 64; }
[ $# -ge 3 ] || usage
ranks=$1 folder=$2 config=$3
shift 3
methods=dense,random,one_shot,lth,isp_no_denoiser,isp
settings=()
for word in "$@"; do
  case $word in
    --methods=*) methods=${word#--methods=} ;;
    *) settings+=("$word") ;;
  esac
done
IFS=, read -ra methods <<<"$methods"
for name in "${methods[@]}"; do
  [ "$name" = isp_no_denoiser ] || [ -f "$here/configs/methods/$name.ini" ] || {
    echo "compare_methods: $name is none of $(basename -s .ini "$here"/configs/methods/*.ini | paste -sd' ') isp_no_denoiser" >&2
    exit 64
  }
done
. "$here/tools/build_environment.sh"

# Usage: stockpot LAUNCHER... -- NAME [FLAG...]
stockpot() {
  local launcher=()
  while [ "$1" != -- ]; do launcher+=("$1"); shift; done
  local name=$2 method=${2%_no_denoiser} variant=()
  shift 2
  [ "$name" != isp_no_denoiser ] || variant=(--isp.denoisers=0)
  "${launcher[@]}" "$here/build/cpu/stockpot" run "$config" "$here/configs/methods/$method.ini" --name="$name" --run_root="$folder/runs" \
    ${settings[@]+"${settings[@]}"} ${variant[@]+"${variant[@]}"} "$@"
}
for name in "${methods[@]}"; do stockpot env -- "$name" --check >/dev/null; done  # what is wrong with the last is found before the first has trained
for name in "${methods[@]}"; do stockpot mpirun -np "$ranks" -- "$name"; done
PYTHONPATH=$here "$here/.venv/bin/python" -m analysis.compare "$folder"
