#!/bin/sh
# module.sh PROGRAM MODULE SUPPRESSIONS: memcheck of a program that uses a module: no error, and nothing in use at exit but what the
# suppressions name. A module that was not built is no fault.
set -u
[ -e "$2" ] || { echo "no module: $2 was not built"; exit 0; }
log=$1.memcheck
TENURE_MODULES=$(pwd)/$2
export TENURE_MODULES
# shellcheck disable=SC2086
if ${LIBTOOL:+$LIBTOOL --mode=execute} "${VALGRIND:-valgrind}" --tool=memcheck --error-exitcode=9 --leak-check=full --show-leak-kinds=all \
    --errors-for-leak-kinds=all --num-callers=30 --suppressions="$3" "./$1" >"$log" 2>&1 && grep -q 'suppressed: [1-9]' "$log"; then
    echo "clean: $1 with $2"
    rm -f "$log"
    exit 0
fi
echo "NOT CLEAN: $1 with $2 (all of it: $log)"
head -n 300 "$log" | sed 's/^/    /'
exit 1
