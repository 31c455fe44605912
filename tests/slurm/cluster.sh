# SPDX-License-Identifier: Apache-2.0
# Sourced: a real Slurm of one node on this machine, as the present user, with its own ports, munge and state; nothing of the system's is used.
# shellcheck shell=bash
#
#   start_cluster DIR   starts munged, slurmctld and slurmd with all their files under DIR and exports SLURM_CONF
#   wait_for_job JOB [SECONDS]  prints the state in which it ended
#   stop_cluster DIR    ends what start_cluster started

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

write_cluster_conf() {
  local dir=$1 host user
  host=$(hostname -s) user=$(id -un)
  cat >"$dir/slurm.conf" <<CONF
ClusterName=stockpot-test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$(free_port)
SlurmdPort=$(free_port)
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$dir/munge.sock,cred_expire=8
CredType=cred/munge
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
# mpi/pmix keeps its sockets here
TmpFS=$dir/tmp
TaskProlog=$dir/task-prolog.sh
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_interval=1,bf_interval=1,sched_min_interval=0,defer_batch=0,batch_sched_delay=0
# KillWait must be the shorter one: a requeued job must not meet its own end. source: cred_expire of slurm.conf(5)
KillWait=5
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
# four CPUs, whatever the machine has
SlurmdParameters=config_overrides
NodeName=$host NodeAddr=127.0.0.1 CPUs=4 Sockets=1 CoresPerSocket=4 ThreadsPerCore=1 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=01:00:00 State=UP
PartitionName=better Nodes=ALL PriorityTier=10 PreemptMode=OFF MaxTime=01:00:00 State=UP
CONF
  # ranks of other jobs of this machine may share the cores and /dev/shm: wait politely, and talk by TCP
  cat >"$dir/task-prolog.sh" <<'PROLOG'
#!/bin/sh
echo "export OMPI_MCA_btl=self,tcp"
echo "export OMPI_MCA_btl_tcp_if_include=lo"
echo "export OMPI_MCA_mpi_yield_when_idle=1"
PROLOG
  chmod 755 "$dir/task-prolog.sh"
}

start_cluster() {
  local dir=$1
  mkdir -p "$dir"/{state,spool,tmp}
  write_cluster_conf "$dir"
  unset "${!SLURM_@}"  # of a job that this test may run in
  export SLURM_CONF=$dir/slurm.conf
  (umask 077 && head -c 1024 /dev/urandom >"$dir/munge.key")
  munged --force --num-threads=2 --socket="$dir/munge.sock" --key-file="$dir/munge.key" --pid-file="$dir/munged.pid" \
    --seed-file="$dir/munged.seed" --log-file="$dir/munged.log"
  slurmctld -f "$SLURM_CONF" -c
  slurmd -f "$SLURM_CONF" -c
  for ((i = 0; i < 200; ++i)); do
    [ "$(sinfo -h -o %T 2>/dev/null)" != idle ] || return 0
    sleep 0.1
  done
  tail -n 20 "$dir"/*.log >&2
  echo "the test's Slurm did not become ready" >&2
  return 1
}

# Prints the state in which a job ends, within so many seconds (120), requeues included. (sbatch --wait looks at ever longer intervals.)
wait_for_job() {
  local job=$1 state
  for ((i = 0; i < 5 * ${2:-120}; ++i)); do
    state=$(scontrol show job --oneliner "$job" | sed 's/.* JobState=\([A-Z_]*\).*/\1/')
    case $state in
      PENDING | CONFIGURING | RUNNING | SIGNALING | COMPLETING | REQUEUED | PREEMPTED) sleep 0.2 ;;
      *) break ;;
    esac
  done
  echo "$state"
}

stop_cluster() {
  local dir=$1 pid
  SLURM_CONF=$dir/slurm.conf scancel --user="$(id -un)" 2>/dev/null || true  # never that of the machine
  while read -r pid; do
    kill "$pid" 2>/dev/null || continue
    timeout 10 tail --sleep-interval=0.1 --pid="$pid" -f /dev/null || kill -9 "$pid"
  done < <(cat "$dir"/{slurmd,slurmctld,munged}.pid 2>/dev/null)
}

# Makes DIR/submit, a folder that sbatch is called from: run.sbatch and sweep.sbatch find the site's file and this program below it.
make_submit_folder() {  # DIR PROGRAM
  mkdir -p "$1/submit/slurm/env"
  cp slurm/run.sbatch slurm/sweep.sbatch slurm/site.sh "$1/submit/slurm/"
  sed "s|^program=.*|program=$2|" slurm/env/default.sh >"$1/submit/slurm/env/stockpot-test.sh"
}

# Prints the sections [data] and [model] of a run of seconds on `images`.
small_data_and_model() {
  cat <<INI
[data]
name = fashion_mnist
dir = $images
train_size = 256
validation_size = 64
test_size = 64
[model]
width = 16
depth = 1
heads = 2
mlp_width = 32
INI
}

# Sets `images` and `dir`, which goes at the end of the script with the cluster in it. Ends the script as skipped where Slurm or the images are not there.
need_cluster() {
  local tool
  images=/usr/share/datasets/fashion-mnist
  [ -e $images ] || { echo "skipped: no $images (tools/setup.sh)"; exit 77; }
  PATH=$PATH:/usr/sbin:/sbin
  for tool in slurmctld slurmd sbatch munged; do
    command -v $tool >/dev/null || { echo "skipped: $tool is not installed (tools/setup.sh --tests)"; exit 77; }
  done
  dir=$(mktemp -d /tmp/stockpot-slurm-XXXXXX)  # a short path: sockets lie in it
  trap 'stop_cluster "$dir"; rm -rf "$dir"' EXIT
}
