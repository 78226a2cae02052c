#!/bin/sh
# check_mnist.sh PROGRAM [WRAPPER…]: what the example mnist does with files that are gzipped, absent, damaged or hostile. Each must be refused by
# one line on stderr and its exit status. check-valgrind gives memcheck as the wrapper: nothing may be in use at exit, whatever the way out.
set -u
srcdir=${srcdir:-.}
program=${1:-doc/examples/mnist}
[ $# -gt 0 ] && shift
images=$srcdir/doc/examples/few_digits
work=$(mktemp -d "${TMPDIR:-/tmp}/mnist-XXXXXX")
trap 'rm -rf "$work"' EXIT
failed=0

fail() {
    echo "FAIL: $1"
    cat "$work/stdout" "$work/stderr"
    failed=1
}

# A folder of its own, with all four files.
copy() {
    rm -rf "$work/$1"
    mkdir "$work/$1"
    cp "$images"/* "$work/$1"
    chmod u+w "$work/$1"/*
}

# refuses STATUS WORDS WRAPPER-AND-ARGUMENTS…
refuses() {
    wanted=$1 words=$2
    shift 2
    "$@" >"$work/stdout" 2>"$work/stderr"
    status=$?
    [ $status -eq "$wanted" ] || fail "$words: exit status $status, not $wanted"
    [ ! -s "$work/stdout" ] && [ "$(wc -l <"$work/stderr")" -eq 1 ] && grep -q "$words" "$work/stderr" || fail "$words: not said in one line"
}

copy good
refuses 2 'usage: mnist' "$@" "./$program" "$work/good" "$work/good"
refuses 3 'cannot be read' "$@" "./$program" "$work/absent"

copy no_labels
rm "$work/no_labels/t10k-labels-idx1-ubyte"
refuses 3 't10k-labels-idx1-ubyte cannot be read' "$@" "./$program" "$work/no_labels"

copy short
head -c 5000 "$images/train-images-idx3-ubyte" >"$work/short/train-images-idx3-ubyte"
refuses 3 'not as long as its header says' "$@" "./$program" "$work/short"

copy long
echo >>"$work/long/t10k-labels-idx1-ubyte"
refuses 3 'not as long as its header says' "$@" "./$program" "$work/long"

copy empty
: >"$work/empty/train-labels-idx1-ubyte"
refuses 3 'not even a whole header' "$@" "./$program" "$work/empty"

copy folder
rm "$work/folder/train-images-idx3-ubyte"
mkdir "$work/folder/train-images-idx3-ubyte"
refuses 3 'train-images-idx3-ubyte' "$@" "./$program" "$work/folder"

copy exchanged
cp "$images/train-labels-idx1-ubyte" "$work/exchanged/train-images-idx3-ubyte"
refuses 3 'not an IDX file of bytes with 3 dimensions' "$@" "./$program" "$work/exchanged"

copy huge
printf '\000\000\010\003\377\377\377\377\000\000\000\034\000\000\000\034' >"$work/huge/train-images-idx3-ubyte"
refuses 3 '4294967295 items' "$@" "./$program" "$work/huge"

copy none
printf '\000\000\010\001\000\000\000\000' >"$work/none/t10k-labels-idx1-ubyte"
refuses 3 ' 0 items' "$@" "./$program" "$work/none"

copy wide
printf '\000\000\010\003\000\000\000\001\000\000\000\034\377\377\377\377' >"$work/wide/t10k-images-idx3-ubyte"
refuses 3 'dimension 2 is 4294967295, not 28' "$@" "./$program" "$work/wide"

copy fewer
cp "$images/t10k-labels-idx1-ubyte" "$work/fewer/train-labels-idx1-ubyte"
refuses 3 'labels for' "$@" "./$program" "$work/fewer"

copy label
{ head -c 20 "$images/t10k-labels-idx1-ubyte"; printf '\012'; tail -c +22 "$images/t10k-labels-idx1-ubyte"; } >"$work/label/t10k-labels-idx1-ubyte"
refuses 3 'label 12 is 10, not a digit' "$@" "./$program" "$work/label"

copy little
cp "$images/t10k-images-idx3-ubyte" "$work/little/train-images-idx3-ubyte"
cp "$images/t10k-labels-idx1-ubyte" "$work/little/train-labels-idx1-ubyte"
refuses 3 'images to learn from; 64 is the least' "$@" "./$program" "$work/little"

# Gzipped files are read where zlib was found, and refused where not. (Not under a wrapper: to learn takes it long, and it has done so already.)
copy zipped
gzip "$work"/zipped/*
if [ $# -eq 0 ]; then
    if "./$program" "$work/zipped" >"$work/stdout" 2>"$work/stderr"; then
        grep -q '^held-out accuracy: ' "$work/stdout" || fail "gzipped files: no accuracy"
    else
        refuses 3 'without zlib' "./$program" "$work/zipped"
    fi
fi
head -c 500 "$work/zipped/train-images-idx3-ubyte.gz" >"$work/stdout"
mv "$work/stdout" "$work/zipped/train-images-idx3-ubyte.gz"
refuses 3 'damaged\|without zlib' "$@" "./$program" "$work/zipped"
exit $failed
