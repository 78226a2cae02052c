#!/bin/sh
# Runs each example of $TN_EXAMPLES and compares what it prints with NAME.expected, byte by byte. digits has no such file: the last bits of
# its weights are the machine's, so it must read at least 97 % of the held-out images, twice.
set -u
srcdir=${srcdir:-.}
failed=0

fail() {
    echo "FAIL: $1"
    failed=1
}

run_exact() {
    printed=$1.printed
    "./$1" >"$printed" || fail "$1 exited with $?"
    diff -u "$srcdir/$1.expected" "$printed" || fail "$1 prints something else"
    rm -f "$printed"
}

run_digits() {
    printed=$("./$1") || fail "$1 exited with $?"
    echo "$printed"
    echo "$printed" | awk '
        /^held-out accuracy: [0-9]+\.[0-9][0-9] %$/ { accuracy = $3 }
        /^restored into a second session: / { again = $6 }
        END { exit !(accuracy >= 97 && again == accuracy) }' || fail "$1: no held-out accuracy of 97 % or more, or not the same after restoring"
}

[ -n "${TN_EXAMPLES:-}" ] || fail "no examples given in TN_EXAMPLES"
for example in ${TN_EXAMPLES:-}; do
    case $example in
    */digits) run_digits "$example" ;;
    *) run_exact "$example" ;;
    esac
done
exit $failed
