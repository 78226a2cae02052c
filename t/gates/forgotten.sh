#!/bin/sh
# forgotten.sh PROGRAM: run as `PROGRAM forget`, memcheck must call the session that it never closes definitely lost, as the manual says.
set -u
log=$1.forgotten
# shellcheck disable=SC2086
${LIBTOOL:+$LIBTOOL --mode=execute} "${VALGRIND:-valgrind}" --leak-check=full --error-exitcode=9 "./$1" forget >"$log" 2>&1
if [ $? -eq 9 ] && grep -q 'definitely lost in loss record' "$log"; then
    echo "as documented: $1 forget leaks"
    rm -f "$log"
    exit 0
fi
echo "NOT AS DOCUMENTED: $1 forget shows no lost block (all of it: $log)"
sed 's/^/    /' "$log"
exit 1
