# SPDX-License-Identifier: Apache-2.0
# Sourced from the folder of the repository: slurm/env/<cluster>.sh, or slurm/env/default.sh where there is none; `site` is its name.
# run.sbatch does it in a job; in your shell (`. slurm/site.sh`) sbatch then knows the site's partition, account and GPUs per node.
# shellcheck shell=bash

site=slurm/env/${SLURM_CLUSTER_NAME:-$(scontrol show config 2>/dev/null | sed -n 's/^ClusterName *= *//p')}.sh
[ -e "$site" ] || site=slurm/env/default.sh
# shellcheck source=slurm/env/default.sh
. "$site"
