#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A sweep on a real Slurm.  Usage: sweep_test.sh PROGRAM, from the repository
#   1. submit gives every point to one job array, once, however often it is called; status knows them; all end complete
#   2. the points have the bits of `sweep run`
#   3. an option that Slurm refuses is an error before anything is submitted; cancel empties the queue
set -euo pipefail
program=$1
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/slurm/cluster.sh
. "$here/cluster.sh"

need_cluster
fail() {
  echo "FAILED: $1" >&2
  cat "$dir"/sweep/logs/*.log "$dir"/said >&2 || true
  exit 1
}
start_cluster "$dir"
make_submit_folder "$dir" "$program"
cat >"$dir/tiny.ini" <<INI
name = sweep
device = cpu
[dist]
reduction = fixed
$(small_data_and_model)
[train]
steps = 6
batch = 16
lr = 1e-3
[prune]
sparsity = 0.5
[isp]
denoisers = 2
look_ahead_steps = 2
rate = 0.5
round_steps = 2
INI
sweep() { "$program" sweep "$@" >"$dir/said" 2>&1; }
says() { grep -q -- "$1" "$dir/said" || fail "$2"; }
cd "$dir/submit"
sweep plan "$dir/tiny.ini" --out "$dir/sweep" --seed=1:3 || fail "plan"

if sweep submit "$dir/sweep" --sbatch="--partition=nowhere"; then fail "a partition that is none was taken"; fi
says "Slurm would not take the jobs of this sweep" "the refusal"
[ -z "$(squeue -h)" ] || fail "something was submitted all the same"

sweep submit "$dir/sweep" --sbatch="--ntasks=2 --hold" --at-once 1 || fail "submit"
says "3 points, 0 to 0-2" "what was submitted"
sweep submit "$dir/sweep" --sbatch="--ntasks=2" || fail "submit again"
says "nothing to submit: 3 points wait or run" "the second submit"
sweep status "$dir/../$(basename "$dir")/sweep/" || fail "status"
says "3 held" "held points, however the folder is spelt"
sweep cancel "$dir/sweep" || fail "cancel"
[ -z "$(squeue -h)" ] || fail "cancelled points are in the queue"

sweep submit "$dir/sweep" --sbatch="--ntasks=2" || fail "submit after cancel"
for ((i = 0; i < 600; ++i)); do
  [ -n "$(squeue -h)" ] || break
  sleep 0.2
done
sweep status "$dir/sweep" || fail "status at the end"
says "3 complete" "the end"
sweep submit "$dir/sweep" || fail "submit of what is done"
says "nothing to submit" "nothing is left"

sweep plan "$dir/tiny.ini" --out "$dir/here" --seed=1:3 || fail "plan again"
sweep run "$dir/here" || fail "sweep run"
for run in "$dir"/sweep/runs/*/; do
  cmp "$run/model.safetensors" "$dir/here/runs/$(basename "$run")/model.safetensors" || fail "other bits than sweep run"
done
echo "ok"
