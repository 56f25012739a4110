# Sourced by the tests on emulated hosts. Gives: on SCRIPT ARGUMENT...

# timed: adds to each line that says that a test has ended how long that took. The clock of an emulated host
# is its own.
timed() {
    begun=$(date +%s)
    while IFS= read -r line; do
        case $line in
            '# ended: '*)
                now=$(date +%s)
                line="$line, $((now - begun)) s"
                begun=$now
                ;;
        esac
        printf '%s\n' "$line"
    done
}

# on SCRIPT ARGUMENT...: runs scripts/SCRIPT, whose command prints TAP; SKIPs if what it needs cannot be
# had here.
on() {
    script=${srcdir:-.}/scripts/$1
    shift
    work=$(mktemp -d) || exit 99
    trap 'rm -rf "$work"' EXIT
    { "$script" "$@" 2>"$work/err"; echo $? >"$work/status"; } | tee "$work/out" | timed
    sed 's/^/# /' "$work/err"
    status=$(cat "$work/status")
    if [ ! -s "$work/out" ] && { [ "$status" -eq 69 ] || [ "$status" -eq 77 ]; }; then
        echo "1..0 # SKIP $(tail -n 1 "$work/err")"
        exit 0
    fi
    exit "$status"
}
