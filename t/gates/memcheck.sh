#!/bin/sh
# memcheck.sh KIND PROGRAM…: runs programs under valgrind's memcheck; fails when one fails or memcheck finds something in it.
#   suites     a Check suite; Check keeps some memory of its own until exit, so only lost blocks count
#   programs   nothing at all may be in use at exit
# $LIBTOOL runs what libtool built; $TN_JOBS programs run at a time.
set -u
kind=$1
shift

memcheck() {
    # shellcheck disable=SC2086
    ${LIBTOOL:+$LIBTOOL --mode=execute} "${VALGRIND:-valgrind}" --tool=memcheck --fair-sched=try --error-exitcode=9 --leak-check=full --show-leak-kinds=all \
        --num-callers=30 "$@"
}

# Check runs its tests in this process: a child's errors would not be seen.
suite() {
    CK_FORK=no CK_VERBOSITY=normal TN_UNDER_VALGRIND=1
    export CK_FORK CK_VERBOSITY TN_UNDER_VALGRIND
    memcheck --errors-for-leak-kinds=definite,possible "./$1" >"$log" 2>&1
}

# Valgrind computes each fused multiply-add by a call: to learn took mnist minutes. The suites have the functions of the other processors, too.
program() {
    TENURE_ISA=baseline
    export TENURE_ISA
    memcheck --errors-for-leak-kinds=all "./$1" >"$log" 2>&1 && grep -q 'in use at exit: 0 bytes in 0 blocks' "$log"
}

one() {
    log=$2.memcheck
    start=$(date +%s)
    if "$1" "$2"; then
        echo "clean: $2 ($(($(date +%s) - start)) s)"
        rm -f "$log"
        exit 0
    fi
    echo "NOT CLEAN: $2 (all of it: $log)"
    head -n 300 "$log" | sed 's/^/    /'
    exit 1
}

case $kind in
suites | programs)
    command -v "${VALGRIND:-valgrind}" >/dev/null || { echo "valgrind is needed (Debian: apt-get install valgrind)"; exit 2; }
    [ $# -gt 0 ] || { echo "memcheck.sh: no $kind to check"; exit 2; }
    printf '%s\n' "$@" | xargs -P "${TN_JOBS:-2}" -n 1 "$0" "${kind%s}" || exit 1
    ;;
suite | program) one "$kind" "$1" ;;
*) echo "usage: memcheck.sh suites|programs PROGRAM…"; exit 2 ;;
esac
