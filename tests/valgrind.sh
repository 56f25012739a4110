# Runs a test program under valgrind. Use: . "$srcdir/tests/valgrind.sh"

set -u
srcdir=${srcdir:-.}
top=${top_builddir:-.}
work=$(mktemp -d) || exit 99
trap 'rm -rf "$work"' EXIT
trap 'exit 99' HUP INT TERM

# under_valgrind PROGRAM ARGUMENT...: its TAP, and valgrind's findings as a failure; a SKIP where
# valgrind is missing. The program loses its line numbers first: valgrind does not read clang's.
under_valgrind() {
    program=$top/$1
    shift
    if ! command -v valgrind >/dev/null; then
        echo "1..0 # SKIP valgrind is not installed"
    elif grep -q -a __asan_init "$program"; then
        echo "1..0 # SKIP built with sanitizers, which valgrind does not run"
    else
        strip -g -o "$work/program" "$program" &&
            timeout 600 valgrind --quiet --error-exitcode=9 --leak-check=full \
                --errors-for-leak-kinds=definite --sim-hints=lax-ioctls "$work/program" "$@"
    fi
}
