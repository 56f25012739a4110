# The tests on an emulated host, run in there by its shell: one TAP stream from many.
# Use: sh tests/hosts/inside.sh KIND XFAIL TEST...; KIND is what doctor must say, XFAIL a list of what
# the emulator gets wrong, each TEST a command test or a program that prints TAP, with its arguments.
kind=$1
xfail=$2
shift 2
count=0

# stream NAME: renumbers a TAP stream, and turns a failure that the list knows into an expected one.
stream() {
    awk -v name="$1" -v count="$count" -v xfail="$xfail" '
        BEGIN {
            while ((getline line < xfail) > 0) {
                if (line ~ /^#/ || line == "") continue
                split(line, part, " *# *")
                reason[part[1]] = part[2]
            }
        }
        /^(not )?ok / {
            bad = /^not /
            sub(/^(not )?ok [0-9]* *-? */, "")
            count++
            what = name ": " $0
            for (known in reason)
                if (bad && index(what, known) == 1) what = what " # TODO " reason[known]
            printf "%sok %d - %s\n", bad ? "not " : "", count, what
            next
        }
        /^1\.\.0/ { sub(/^1\.\.0 */, ""); printf "ok %d - %s %s\n", ++count, name, $0; next }
        /^1\.\./ { next }
        { print "# " $0 }
        END { print count > "/tmp/count" }'
    count=$(cat /tmp/count)
}

{
    ./babyvisor doctor >/tmp/doctor
    grep -q "^ok *kind of KVM *$kind\$" /tmp/doctor || printf 'not '
    echo "ok 1 - the kind of KVM is $kind"
    grep -q "^ok *trial run" /tmp/doctor || printf 'not '
    echo "ok 2 - the guest boots"
} >/tmp/tap
stream doctor </tmp/tap
for test in "$@"; do
    # shellcheck disable=SC2086
    case $test in
        *.test*) sh $test ;;
        *) $test ;;
    esac >/tmp/tap 2>&1
    status=$?
    stream "$test" </tmp/tap
    echo "# ended: $test"
    if [ "$status" -gt 1 ]; then
        echo "not ok 1 - ends with status $status" >/tmp/tap
        stream "$test" </tmp/tap
    fi
done
echo "1..$count"
