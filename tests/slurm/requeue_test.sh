#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Jobs of slurm/run.sbatch that a real Slurm stops: they are requeued and end with the bits of a run that nothing disturbed.
# Usage: requeue_test.sh PROGRAM [TRIAL...], from the repository, where a TRIAL is (none: all, and only with STOCKPOT_NIGHTLY)
#   array        one element of an array is signalled: it alone is requeued
#   preemption   a job of a better partition takes the node
#   time_limit   the time limit comes near, as often as it takes
#   no_progress  attempts that get no further end with exit 75
set -euo pipefail
program=$1
shift
if [ $# = 0 ]; then
  [ -n "${STOCKPOT_NIGHTLY:-}" ] || { echo "skipped: minutes of waiting for Slurm (STOCKPOT_NIGHTLY=1)"; exit 77; }
  set -- array preemption time_limit no_progress
fi
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/slurm/cluster.sh
. "$here/cluster.sh"

need_cluster
fail() {
  echo "FAILED: $1" >&2
  tail -n 60 "$dir"/*.out "$dir"/undisturbed.log >&2 || true
  exit 1
}

start_cluster "$dir"
# write_settings STEPS [C]: a run of so many steps and look-aheads of C
write_settings() {
  cat >"$dir/run.ini" <<INI
name = requeue
device = cpu
run_root = $dir/runs
$(small_data_and_model)
[train]
steps = $1
batch = 16
lr = 1e-3
[prune]
method = isp
sparsity = 0.5
[isp]
denoisers = 2
look_ahead_steps = ${2:-2}
rate = 0.5
round_steps = 2
[dist]
reduction = fixed
INI
}

make_submit_folder "$dir" "$program"
submit() { (cd "$dir/submit" && sbatch --parsable --ntasks=2 --output="$dir/%x.out" "$@"); }

folder_of() { echo "$dir"/runs/"$1"-*; }
weights_of() { sha256sum <"$(folder_of "$1")/model.safetensors"; }
attempts_of() { grep -cs '^job       ' "$dir/$1.out" || true; }

expect_undisturbed() {  # NAME SEED
  "$program" run "$dir/run.ini" --seed="$2" --name="undisturbed-$1" >"$dir/undisturbed.log" 2>&1 || fail "$1: the undisturbed run"
  [ "$(weights_of "$1")" = "$(weights_of "undisturbed-$1")" ] || fail "$1: other weights than undisturbed"
}

# Waits until a job has saved a checkpoint, or until the run has begun with its work.
wait_for_work() {
  for ((i = 0; i < 600; ++i)); do
    [ ! -s "$(folder_of "$1")/metrics.jsonl" ] || return 0
    sleep 0.1
  done
  fail "$1 did not begin"
}

wait_for_completion() {  # JOB NAME
  local state
  state=$(wait_for_job "$1" 600)
  [ "$state" = COMPLETED ] || fail "$2 ended as $state"
}

array() {
  write_settings 300
  cat >"$dir/array.sbatch" <<'SCRIPT'
#!/bin/bash
#SBATCH --requeue --signal=USR2@300 --open-mode=append --export=NONE
. slurm/run.sbatch "$1" --seed="$SLURM_ARRAY_TASK_ID" --name="element-$SLURM_ARRAY_TASK_ID"
SCRIPT
  local job
  job=$(cd "$dir/submit" && sbatch --parsable --array=0-1 --ntasks=2 --output="$dir/element-%a.out" "$dir/array.sbatch" "$dir/run.ini")
  wait_for_work element-0
  wait_for_work element-1
  scancel --signal=USR2 "${job}_1"
  wait_for_completion "${job}_0" element-0
  wait_for_completion "${job}_1" element-1
  [ "$(attempts_of element-0) $(attempts_of element-1)" = "1 2" ] || fail "attempts of the elements: $(attempts_of element-0) $(attempts_of element-1)"
  grep -q "^run.sbatch: job ${job}_1 asks to be requeued$" "$dir/element-1.out" || fail "element 1 did not say so"
  expect_undisturbed element-0 0
  expect_undisturbed element-1 1
}

preemption() {
  write_settings 800
  local low high
  low=$(submit --job-name=low --partition=main slurm/run.sbatch "$dir/run.ini" --seed=3 --name=low)
  wait_for_work low
  high=$(sbatch --parsable --partition=better --ntasks=4 --output="$dir/high.out" --wrap "sleep 1")
  wait_for_completion "$high" high
  wait_for_completion "$low" low
  [ "$(attempts_of low)" = 2 ] || fail "the preempted job made $(attempts_of low) attempts"
  grep -q "stockpot: SIGTERM: a checkpoint is saved" "$dir/low.out" || fail "the preempted job was not asked by SIGTERM"
  grep -q "going on from checkpoint" "$dir/low.out" || fail "the preempted job began again"
  ! grep -q "asks to be requeued" "$dir/low.out" || fail "the script asked for what Slurm does"
  expect_undisturbed low 3
}

time_limit() {
  write_settings 4000
  local job
  job=$(submit --job-name=limit --time=1 --signal=USR2@50 slurm/run.sbatch "$dir/run.ini" --seed=4 --name=limit)
  wait_for_work limit
  wait_for_completion "$job" limit
  [ "$(attempts_of limit)" -ge 2 ] || fail "the run was over in one attempt"
  expect_undisturbed limit 4
  echo "time limit: $(attempts_of limit) attempts"
}

no_progress() {
  write_settings 800 50000  # look-aheads that take longer than an attempt
  local job state attempt
  job=$(submit --job-name=stuck slurm/run.sbatch "$dir/run.ini" --seed=5 --name=stuck)
  for attempt in 1 2 3; do
    for ((i = 0; i < 600; ++i)); do
      [ "$(attempts_of stuck)" = "$attempt" ] && [ "$(scontrol show job --oneliner "$job" | grep -c JobState=RUNNING)" = 1 ] &&
        [ "$(grep -cs . "$(folder_of stuck)/checkpoints/attempts.jsonl")" = "$attempt" ] && break
      sleep 0.1
    done
    sleep 1  # in the look-ahead
    scancel --signal=USR2 "$job"
  done
  state=$(wait_for_job "$job")
  [ "$state" = FAILED ] || fail "stuck ended as $state"
  scontrol show job --oneliner "$job" | grep -q 'ExitCode=75:0' || fail "stuck did not end with 75"
  grep -q "the last two attempts left no newer checkpoint" "$dir/stuck.out" || fail "stuck does not say why"
  [ "$(attempts_of stuck)" = 3 ] || fail "stuck made $(attempts_of stuck) attempts"
}

for trial in "$@"; do
  case $trial in
    array) array ;;
    preemption) preemption ;;
    time_limit) time_limit ;;
    no_progress) no_progress ;;
    *) fail "no trial is called $trial" ;;
  esac
  echo "$trial ok after $SECONDS s"
done
