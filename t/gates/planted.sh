#!/bin/sh
# planted.sh: the gates' own test. Each gate is run, as its make target runs it, on a program or library with one planted fault: it must fail,
# for that reason. On a program without a fault it must pass.
set -u
here=$(dirname "$0")
failed=0

passes() {
    what=$1
    shift
    if "$@" >t/gates/planted.log 2>&1; then
        echo "passes: $what"
    else
        echo "FAIL: $what should pass"
        sed 's/^/    /' t/gates/planted.log
        failed=1
    fi
}

catches() {
    what=$1 reason=$2
    shift 2
    if "$@" >t/gates/planted.log 2>&1; then
        echo "FAIL: not caught: $what"
        failed=1
    elif grep -Eq "$reason" t/gates/planted.log; then
        echo "caught: $what"
    else
        echo "FAIL: $what was refused, but not because of \"$reason\":"
        sed 's/^/    /' t/gates/planted.log
        failed=1
    fi
}

passes "check-valgrind, a clean suite" "$here/memcheck.sh" suites t/gates/planted_nothing
catches "a leak, by check-valgrind" "definitely lost in loss record" "$here/memcheck.sh" suites t/gates/planted_leak
catches "memory in use at exit, by check-valgrind's part for examples" "in use at exit: [1-9]" "$here/memcheck.sh" programs t/gates/planted_reachable
passes "check-helgrind, a clean suite" "$here/helgrind.sh" t/gates/planted_nothing
catches "a race, by check-helgrind" "Possible data race" "$here/helgrind.sh" t/gates/planted_race
passes "check-oom, a clean suite" "$here/memcheck.sh" suites t/gates/planted_nothing
catches "an unchecked allocation, by check-oom" "Invalid write" "$here/memcheck.sh" suites t/gates/planted_unchecked
passes "check-symbols, the library" "$here/../check_symbols.sh" .libs/libtenure.so
catches "a stray symbol, by check-symbols" "exported but not declared: planted_stray" "$here/../check_symbols.sh" t/gates/.libs/libplanted.so
rm -f t/gates/planted.log t/gates/planted_*.memcheck t/gates/planted_*.helgrind
exit $failed
