# SPDX-License-Identifier: Apache-2.0
# What every job of a site needs; sourced by run.sbatch. Copy it to slurm/env/<cluster>.sh, where <cluster> is what
# `scontrol show config | grep ClusterName` prints, and change the copy: run.sbatch takes it by itself.
# shellcheck shell=bash disable=SC2034  # run.sbatch reads `program` and `mpi`

# module load gcc openmpi hdf5 boost cuda

program=build/cpu/stockpot  # with GPUs: build/cuda/stockpot
mpi=pmix                    # how srun and MPI find each other (srun --mpi=list); MPICH without PMIx: pmi2
export OMP_NUM_THREADS=${SLURM_CPUS_PER_TASK:-1}
