#!/bin/sh
# Runs each example of $TN_EXAMPLES and compares what it prints with NAME.expected, byte by byte. digits and mnist have no such file: the last
# bits of their weights are the machine's, so they must read most of the held-out images; digits does so twice.
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

run_mnist() {
    printed=$("./$1") || fail "$1 exited with $?"
    echo "$printed"
    echo "$printed" | awk '
        /^epoch +[0-9]+ of [0-9]+, loss [0-9.]+ #*$/ { epochs++; of = $4 + 0 }
        /^held-out accuracy: [0-9]+\.[0-9][0-9] %$/ { accuracy = $3 }
        END { exit !(accuracy >= 90 && epochs > 0 && epochs == of) }' || fail "$1: no held-out accuracy of 90 % or more, or not a loss of each epoch"
}

[ -n "${TN_EXAMPLES:-}" ] || fail "no examples given in TN_EXAMPLES"
for example in ${TN_EXAMPLES:-}; do
    case $example in
    */digits) run_digits "$example" ;;
    */mnist) run_mnist "$example" ;;
    *) run_exact "$example" ;;
    esac
done
exit $failed
