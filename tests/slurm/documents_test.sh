#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The commands that README.md and slurm/README.md show for a cluster are run as typed in a real Slurm, with a build at hand.
# Usage: documents_test.sh PROGRAM, from the repository. Blocks that need the modules of a cluster (the build) are left out, by that name.
set -euo pipefail
program=$1
here=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=tests/slurm/cluster.sh
. "$here/cluster.sh"

need_cluster
fail() {
  echo "FAILED: $1" >&2
  cat "$dir"/said "$dir"/repository/stockpot-*.log >&2 || true
  exit 1
}

start_cluster "$dir"
# a folder that looks like the repository, with this build
mkdir -p "$dir/repository/build"
for name in $(git ls-files | cut -d/ -f1 | sort -u); do ln -s "$PWD/$name" "$dir/repository/$name"; done
rm "$dir/repository/slurm" && cp -r slurm "$dir/repository/"
ln -s "$(dirname "$program")" "$dir/repository/build/cpu"

# shellcheck disable=SC2016  # backquotes of Markdown
commands_of() { sed -n '/^```sh needs Slurm/,/^```$/{/^```/!p}' "$1"; }

for document in README.md slurm/README.md; do
  commands=$(commands_of $document)
  [ -n "$commands" ] || fail "$document shows no commands for Slurm"
  rm -rf "$dir/repository/slurm/env/stockpot-test.sh" "$dir/repository/quickstart"
  (cd "$dir/repository" && bash -euo pipefail -c "$commands") >"$dir/said" 2>&1 || fail "$document: the commands"
  grep -q '^slurm/env/stockpot-test.sh written$' "$dir/said" || fail "$document: site init"
  job=$(sed -n 's/^Submitted batch job //p' "$dir/said")
  state=$(wait_for_job "$job")
  [ "$state" = COMPLETED ] || fail "$document: the job ended as $state"
  grep -q '^site      slurm/env/stockpot-test.sh$' "$dir/repository/stockpot-$job.log" || fail "$document: the job read another file"
  .venv/bin/python - "$dir/repository/quickstart/runs" <<'CHECK' || fail "$document: the result"
import sys
from pathlib import Path
import h5py

(path,) = Path(sys.argv[1]).glob("*/result.h5")
with h5py.File(path) as result:
    assert int(result["provenance"].attrs["mpi_size"]) == 4, result["provenance"].attrs["mpi_size"]
CHECK
done

# What is there is not lost, and what was loaded is loaded again.
cd "$dir/repository"
echo "# edited" >>slurm/env/stockpot-test.sh
code=0
build/cpu/stockpot site init >"$dir/said" 2>&1 || code=$?
if [ $code != 74 ] || ! grep -q -e '--force replaces it' "$dir/said" || ! grep -q '^# edited$' slurm/env/stockpot-test.sh; then
  fail "an edited file was not left alone"
fi
mkdir -p "$dir/lmod/init"
echo 'module() { echo "module $*"; }' >"$dir/lmod/init/bash"
LOADEDMODULES="gcc/12.2:open mpi/4" LMOD_PKG="$dir/lmod" SBATCH_ACCOUNT=physics build/cpu/stockpot site init --force >"$dir/said" 2>&1 || fail "site init --force"
loaded=$(bash -euo pipefail -c '. slurm/site.sh; echo "$SBATCH_ACCOUNT $SBATCH_PARTITION $program $mpi"')
[ "$loaded" = "module load gcc/12.2 open mpi/4
physics main $(readlink -f build/cpu/stockpot) pmix" ] || fail "the file says: $loaded"
echo "ok"
