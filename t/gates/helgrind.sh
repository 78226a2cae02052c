#!/bin/sh
# helgrind.sh PROGRAM…: runs Check suites under valgrind's helgrind; fails when one fails or has a race or a wrong order of locks.
# $TN_CHECKER names another of valgrind's tools for threads: drd.
# $LIBTOOL runs what libtool built; $TN_JOBS programs run at a time.
set -u

one() {
    log=$1.${TN_CHECKER:-helgrind}
    start=$(date +%s)
    # Check runs its tests in this process: a child's errors would not be seen.
    CK_FORK=no TN_UNDER_VALGRIND=1
    export CK_FORK TN_UNDER_VALGRIND
    # shellcheck disable=SC2086
    if ${LIBTOOL:+$LIBTOOL --mode=execute} "${VALGRIND:-valgrind}" --tool="${TN_CHECKER:-helgrind}" --fair-sched=try --error-exitcode=9 --num-callers=30 "./$1" >"$log" 2>&1; then
        echo "clean: $1 ($(($(date +%s) - start)) s)"
        rm -f "$log"
        exit 0
    fi
    echo "NOT CLEAN: $1 (all of it: $log)"
    head -n 300 "$log" | sed 's/^/    /'
    exit 1
}

if [ "${1:-}" = --one ]; then
    one "$2"
fi
command -v "${VALGRIND:-valgrind}" >/dev/null || { echo "valgrind is needed (Debian: apt-get install valgrind)"; exit 2; }
[ $# -gt 0 ] || { echo "helgrind.sh: no suites to check"; exit 2; }
printf '%s\n' "$@" | xargs -P "${TN_JOBS:-2}" -n 1 "$0" --one || exit 1
