#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Submits slurm/run.sbatch with 4 tasks to a real Slurm and looks at what came out.  Usage: run_sbatch_test.sh PROGRAM, from the repository
#   1. 4 tasks are one run on 4 ranks: mpi_size is 4, and all four ranks computed denoisers
#   2. 2 tasks of 2 CPUs compute with 2 threads each
#   3. 2 tasks without PMIx (2 programs that each believe to be rank 0 of 1) are refused, and nothing is written
set -euo pipefail
program=$1
python=.venv/bin/python
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/slurm/cluster.sh
. "$here/cluster.sh"

need_cluster
fail() {
  echo "FAILED: $1" >&2
  cat "$dir"/job.log >&2 || true
  exit 1
}

start_cluster "$dir"
cat >"$dir/tiny.ini" <<INI
name = slurm
device = cpu
run_root = $dir/runs
$(small_data_and_model)
[train]
steps = 8
batch = 16
lr = 1e-3
[prune]
method = isp
sparsity = 0.5
[isp]
denoisers = 4
look_ahead_steps = 2
rate = 0.5
round_steps = 2
INI

make_submit_folder "$dir" "$program"
job=$(cd "$dir/submit" && sbatch --parsable --ntasks=4 --output="$dir/job.log" slurm/run.sbatch "$dir/tiny.ini")
state=$(wait_for_job "$job")
[ "$state" = COMPLETED ] || fail "the job ended as $state"
"$python" - "$dir/runs" <<'CHECK' || fail "the result"
import sys
from pathlib import Path
import h5py

(path,) = Path(sys.argv[1]).glob("*/result.h5")  # one run, not four
with h5py.File(path) as result:
    assert result.attrs["status"] == "complete", result.attrs["status"]
    assert int(result["provenance"].attrs["mpi_size"]) == 4, result["provenance"].attrs["mpi_size"]
    assert set(result["denoisers/rank"]) == {0, 1, 2, 3}, set(result["denoisers/rank"])
    assert result["result"].attrs["kept"] == result["result"].attrs["prunable"] // 2
CHECK

job=$(cd "$dir/submit" && sbatch --parsable --ntasks=2 --cpus-per-task=2 --output="$dir/job.log" slurm/run.sbatch "$dir/tiny.ini" --name=threads)
state=$(wait_for_job "$job")
[ "$state" = COMPLETED ] || fail "the job of 2 CPUs per task ended as $state"
"$python" - "$dir/runs" <<'CHECK' || fail "the threads"
import sys
from pathlib import Path
import h5py

(path,) = Path(sys.argv[1]).glob("threads-*/result.h5")
with h5py.File(path) as result:
    threads = result["provenance"].attrs["threads_per_rank"]
    assert threads == "2", threads
CHECK

if timeout 60 srun --mpi=none --ntasks=2 "$program" run "$dir/tiny.ini" --name=alone >"$dir/job.log" 2>&1; then
  fail "2 singletons were not refused"
fi
grep -q "pmix" "$dir/job.log" || fail "the refusal does not name the remedy"
[ -z "$(find "$dir/runs" -name 'alone-*')" ] || fail "singletons left a run folder"
echo "ok"
