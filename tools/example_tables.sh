#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Makes docs/examples: small real runs (a part of MNIST, a vit_tiny of one block), and the tables and figures of them. They show what
# the commands make, not what the methods are worth. Complete runs are not run again.
#   tools/example_tables.sh DATA FOLDER [PROGRAM]       # DATA/mnist: its official files; FOLDER: of the runs
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")/..
[ $# -ge 2 ] || { sed -n '3,5s/^# //p' "$0" >&2; exit 64; }
data=$1 folder=$2 program=${3:-$here/build/cpu/stockpot}
# shellcheck source=tools/build_environment.sh
. "$here/tools/build_environment.sh"
small=(--run_root="$folder/runs" --model.width=16 --model.depth=1 --model.heads=2 --model.mlp_width=32 --data.train_size=4000 --data.validation_size=500
  --data.test_size=2000 --train.steps=250 --train.batch=32 --train.lr=3e-3 --isp.round_steps=4 --isp.look_ahead_steps=5
  --prune.search_share=0.5)

# Usage: one NAME SEED [FLAG...]
one() {
  local name=$1 seed=$2
  shift 2
  OMP_NUM_THREADS=1 "$program" run "${small[@]}" --data.name="$name" --data.dir="$data/$name" --name="$name" --seed="$seed" "$@" 2>"$folder/last.log" >/dev/null ||
    { cat "$folder/last.log" >&2; exit 1; }
}
mkdir -p "$folder"
for seed in 1 2; do
  one mnist "$seed" --prune.method=dense
  for sparsity in 0.7 0.9; do
    for method in one_shot lth isp; do one mnist "$seed" --prune.method="$method" --prune.sparsity="$sparsity"; done
  done
done
for table in table1 table2; do
  PYTHONPATH=$here "$here/.venv/bin/python" -m "analysis.$table" "$folder" --out "$here/docs/examples" >/dev/null
done
