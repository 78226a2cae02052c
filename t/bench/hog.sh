#!/bin/sh
# hog.sh [ROW…]: rows of the benchmark with one thread and with two, run by run, first on the machine as it is, then while another program
# holds one core. With a core held, two threads should take no longer than 1.2 times as long as one, at any quantile. To be looked at, not passed or
# failed: some runs lose a time slice of the system, with one thread as with two.
set -eu

bench=${BENCH:-./t/bench/bench}
[ $# -gt 0 ] || set -- exp1M softmax1024 gemm512 mlp

BENCH_THREADS=2 BENCH_MODE=pairs
export BENCH_THREADS BENCH_MODE
"$bench" "$@" | sed 's/^/quiet: /'
while :; do :; done &
hog=$!
trap 'kill $hog' EXIT
"$bench" "$@" | sed 's/^/one core held: /'
