# Sourced by the tests on emulated hosts. Gives: on SCRIPT ARGUMENT...

# on SCRIPT ARGUMENT...: runs scripts/SCRIPT, whose command prints TAP; SKIPs if what it needs cannot be
# had here.
on() {
    script=${srcdir:-.}/scripts/$1
    shift
    work=$(mktemp -d) || exit 99
    trap 'rm -rf "$work"' EXIT
    { "$script" "$@" 2>"$work/err"; echo $? >"$work/status"; } | tee "$work/out"
    sed 's/^/# /' "$work/err"
    status=$(cat "$work/status")
    if [ ! -s "$work/out" ] && { [ "$status" -eq 69 ] || [ "$status" -eq 77 ]; }; then
        echo "1..0 # SKIP $(tail -n 1 "$work/err")"
        exit 0
    fi
    exit "$status"
}
