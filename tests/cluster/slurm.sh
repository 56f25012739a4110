# A Slurm cluster of two nodes on this host, in a folder of its own, without systemd; ends the test with a
# SKIP where that cannot be. Sourced after tap.sh. Gives: await SECONDS COMMAND..., gone JOB, $node_n1 and
# $node_n2, the process of each slurmd, and $BABYVISOR.
for need in munged slurmctld slurmd sbatch scancel sinfo squeue; do
    PATH=$PATH:/usr/sbin command -v $need >/dev/null && continue
    echo "1..0 # SKIP no $need: apt-get install slurm-wlm munge"
    exit 0
done
PATH=$PATH:/usr/sbin
[ "$(id -u)" -eq 0 ] || { echo "1..0 # SKIP slurmd of a test's own wants root"; exit 0; }

host=$(hostname -s)
port=$((20000 + $$ % 20000))
started=
# Only what was started here is ended, by its number.
finish() {
    for process in $started; do kill -KILL "$process" 2>/dev/null; done
    rm -rf "$work"
}
trap finish EXIT
chmod 755 "$work"
mkdir "$work/state" "$work/spool.n1" "$work/spool.n2" "$work/munge"
chmod 711 "$work/munge"
head -c 1024 /dev/urandom >"$work/munge/key"
chmod 400 "$work/munge/key"
cat >"$work/slurm.conf" <<CONF
ClusterName=baby
SlurmctldHost=$host(127.0.0.1)
AuthType=auth/munge
AuthInfo=socket=$work/munge/socket,cred_expire=5
SlurmUser=root
SlurmdUser=root
SlurmctldPort=$port
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool.%n
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/slurmd.%n.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/slurmd.%n.log
SlurmdTimeout=5
SlurmctldTimeout=5
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,bf_interval=1,sched_interval=1
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/none
ReturnToService=2
KillWait=2
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 1)) CPUs=2
NodeName=n2 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 2)) CPUs=2
PartitionName=baby Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF="$work/slurm.conf"
start() {
    "$@" >>"$work/daemons" 2>&1 &
    started="$started $!"
}
# await SECONDS COMMAND...: until it succeeds.
await() {
    tries=$(($1 * 10))
    shift
    while ! "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || return 1
        sleep 0.1
    done
}
start munged -F --force --key-file="$work/munge/key" --socket="$work/munge/socket" \
    --pid-file="$work/munge/pid" --log-file="$work/munge/log" --seed-file="$work/munge/seed"
await 10 test -S "$work/munge/socket"
start slurmctld -D
start slurmd -D -N n1
node_n1=$!
start slurmd -D -N n2
# shellcheck disable=SC2034
node_n2=$!
idle() {
    [ "$(sinfo -h -N -o %T | grep -c idle)" -eq 2 ]
}
if ! await 30 idle; then
    echo "1..0 # SKIP this host starts no Slurm: $(tail -n 1 "$work/daemons" "$work/slurmctld.log" | tr '\n' ' ')"
    exit 0
fi
BABYVISOR=$(cd "$builddir" && pwd)/babyvisor
export BABYVISOR

# gone JOB: it is not in the queue any more.
gone() {
    ! squeue -h -j "$1" 2>/dev/null | grep -q .
}
