#!/bin/sh
# hog.sh [ROW…]: rows of the benchmark with one thread and with two, first on the machine as it is, then while another program holds one
# core. With a core held, two threads should take no longer than 1.2 times as long as one. To be looked at, not passed or failed.
set -eu

bench=${BENCH:-./t/bench/bench}
[ $# -gt 0 ] || set -- exp1M softmax1024 gemm512 mlp

table() {
    for threads in 1 2; do
        BENCH_THREADS=$threads "$bench" "$@" | sed "s/^/$when, $threads threads: /"
    done
}

when=quiet
table "$@"
while :; do :; done &
hog=$!
trap 'kill $hog' EXIT
when='one core held'
table "$@"
