# SPDX-License-Identifier: Apache-2.0
# What every job of a site needs, where the site has no file of its own: `stockpot site init` writes slurm/env/<cluster>.sh, which
# slurm/site.sh then takes instead. <cluster> is what `scontrol show config | grep ClusterName` prints.
# shellcheck shell=bash disable=SC2034  # run.sbatch reads `program` and `mpi`

# module load gcc openmpi hdf5 boost cuda

program=build/cpu/stockpot  # with GPUs: build/cuda/stockpot
mpi=pmix                    # how srun and MPI find each other (srun --mpi=list); MPICH without PMIx: pmi2
export OMP_NUM_THREADS=${SLURM_CPUS_PER_TASK:-1}
