# Helpers of the tests of what --save keeps and a move carries; sourced after tap.sh, with a program in $loop.

# state FILE: the numbers that its check is of.
state() {
    sed 's/.*\("executed"\)/\1/' "$1"
}

# count_of FILE: instructions obeyed so far.
count_of() {
    sed 's/.*"executed":"*\([0-9]*\).*/\1/' "$1"
}

# ends N: what the program ends with after so many instructions: whole, its state, and expected, its listing.
ends() {
    limit=$1
    "$babyvisor" run --backend=native --limit=$limit --save=whole "$loop" >listing
    head -n 36 listing >expected
}
