# Helpers of the command tests: TAP lines, and runs of babyvisor with their output kept.
# Use: . "$srcdir/tests/command/tap.sh" (srcdir and top_builddir come from make check).

set -u
srcdir=${srcdir:-.}
builddir=${top_builddir:-.}
babyvisor=$builddir/babyvisor
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM
count=0

# ok CONDITION-STATUS NAME: one TAP line; on failure shows what the last run printed.
ok() {
    count=$((count + 1))
    if [ "$1" -eq 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        echo "# status: ${status-}"
        head -n 5 "$work/err" 2>/dev/null | sed 's/^/# stderr: /'
        head -n 5 "$work/out" 2>/dev/null | sed 's/^/# stdout: /'
    fi
}

skip() {
    count=$((count + 1))
    echo "ok $count - $1 # SKIP $2"
}

plan() {
    echo "1..$count"
}

# run ARGUMENT...: runs babyvisor with a time limit; sets $status, fills $work/out and $work/err.
run() {
    timeout 300 "$babyvisor" "$@" >"$work/out" 2>"$work/err"
    status=$?
}

# fails STATUS PATTERN NAME: the last run ended with STATUS, one line on standard error that
# matches PATTERN, and nothing on standard output.
fails() {
    [ "$status" -eq "$1" ] && [ ! -s "$work/out" ] && [ "$(wc -l <"$work/err")" -eq 1 ] &&
        grep -q -e "^babyvisor: .*$2" "$work/err"
    ok $? "$3"
}

# mistake PATTERN NAME: the last run found a mistake in a program: status 65, its place and what it is,
# which matches PATTERN, then the line and a caret, and nothing on standard output.
mistake() {
    [ "$status" -eq 65 ] && [ ! -s "$work/out" ] &&
        sed -n 1p "$work/err" | grep -q -e "^babyvisor: .*:[0-9]*:[0-9]*: .*$1" &&
        sed -n 2p "$work/err" | grep -q '^    ' && sed -n 3p "$work/err" | grep -q '^     *^$'
    ok $? "$2"
}

# endless: prints a program that never stops and that no engine sees to, since it multiplies a number by
# -3 for ever: LDN 7, SUB 7, SUB 7, STO 7, JMP 0.
endless() {
    printf '%s\n' 00000000000000000000000000000000 11100000000000100000000000000000 \
        11100000000000010000000000000000 11100000000000010000000000000000 \
        11100000000001100000000000000000 00000000000000000000000000000000 \
        00000000000000000000000000000000 10000000000000000000000000000000
}

# terminate PROCESS: ends a child, and waits until it is gone, and with it what it had open. Returns its status.
terminate() {
    kill "$1"
    wait "$1" 2>/dev/null
}

# ended PROCESS: waits until it has ended, half a minute at most, though nobody may have waited for it yet.
ended() {
    for _ in $(seq 300); do
        grep -q -s '^State:[[:space:]]*[^ZX]' "/proc/$1/status" || return 0
        sleep 0.1
    done
    return 1
}

# names LIST: the names of the program's own list: engines, transports, backends, formats.
names() {
    "$babyvisor" help "$1" | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p'
}

# formats from|to: prints the names of the formats that can be read or written; an error lists them.
formats() {
    "$babyvisor" convert --"$1"=none 2>&1 | sed 's/.*: //' | tr -d ','
}

# same FILE OTHER: whether both are what `run` prints of the same run: all but how long it took.
same() {
    for file in "$1" "$2"; do
        sed '/; the Baby would have taken /d' "$file" >"$work/same.$count"
        count=$((count + 1))
    done
    count=$((count - 2))
    cmp -s "$work/same.$count" "$work/same.$((count + 1))"
}

# keep_leaks: has LeakSanitizer not look for leaks, since it traces its own process then, which no layer
# of the sandbox allows.
keep_leaks() {
    export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0"
}

# uncounted: from here on a build for coverage, which could not write its counts or would cut them
# short, keeps them apart.
uncounted() {
    mkdir -p -m 777 "$work/counts"
    export GCOV_PREFIX="$work/counts"
}

# no_kvm: prints why `run` cannot work here; fails if it can, or if it is not KVM that is missing:
# a guest that does not boot is no reason to skip a test.
no_kvm() {
    "$babyvisor" doctor >"$work/doctor" 2>&1
    case $? in
        69 | 77) grep -m1 '^missing' "$work/doctor" | tr -s ' ' || echo "no KVM" ;;
        *) return 1 ;;
    esac
}

# skip_all_without_kvm: ends the test with a SKIP and the reason where there is no KVM.
skip_all_without_kvm() {
    if reason=$(no_kvm); then
        echo "1..0 # SKIP $reason"
        exit 0
    fi
}
