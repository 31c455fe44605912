# SPDX-License-Identifier: Apache-2.0
# Sourced by the other scripts: where the program runs on this machine, and how it is built.
# shellcheck shell=bash

cores=$(nproc)
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-1}        # ranks share the cores; two teams of threads on one core starve each other
export OMPI_MCA_hwloc_base_binding_policy=none
if [ "$cores" -lt 4 ]; then                         # our runs use up to 4 ranks
  export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1
fi
if [ "$(id -u)" = 0 ]; then
  export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
fi
if command -v ccache >/dev/null; then
  export STOCKPOT_COMPILER_LAUNCHER=ccache CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
fi

# Configures a preset, quietly unless that fails. Usage: configure PRESET [cmake option...]
configure() {
  local log
  log=$(mktemp)
  if ! cmake --preset "$@" >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
  sed -n '/^-- stockpot /,$p' "$log"
  rm -f "$log"
}
