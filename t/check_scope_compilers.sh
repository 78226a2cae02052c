#!/bin/sh
# check_scope_compilers.sh: the macros of scope.h compile without a warning under every compiler here, as C11 and C++17, with and without
# optimisation, with a user's warnings and with ours; and what must be refused is.
set -u
include=${TN_INCLUDE:?}
here=$(dirname "$0")/scopes
flags="-I$include $(pkg-config --cflags talloc 2>/dev/null)"
user='-Wall -Wextra -Wshadow -Werror'
failed=0
tried=0

try() {
    tried=$((tried + 1))
    "$@" $flags -c -o /dev/null 2>/dev/null && return
    failed=$((failed + 1))
    echo "failed: $*"
    "$@" $flags -c -o /dev/null 2>&1 | head -5
}

refuse() {
    tried=$((tried + 1))
    "$@" $flags -c -o /dev/null 2>/dev/null || return 0
    failed=$((failed + 1))
    echo "not refused: $*"
}

have() {
    command -v "$1" >/dev/null 2>&1
}

for cc in gcc clang; do
    have $cc || continue
    jumps= # clang refuses a jump into a scope without being asked
    [ $cc = gcc ] && jumps=-Wjump-misses-init
    ours="$user -Wconversion $jumps"
    for opt in -O0 -O2; do
        try $cc $opt -std=c11 -pedantic $user "$here/uses.c"
        try $cc $opt -std=gnu17 $user "$here/uses.c"
        try $cc $opt -std=gnu11 $ours -fexceptions "$here/uses.c"
        try $cc $opt -std=gnu17 $user -fexceptions -DTN_REQUIRE_UNWIND "$here/uses.c"
    done
    refuse $cc -std=gnu17 -DTN_REQUIRE_UNWIND "$here/uses.c"
    refuse $cc -std=gnu17 -DTN_NO_SHORT_NAMES -Werror "$here/uses.c"
    refuse $cc -std=gnu17 -Werror $jumps "$here/jump_in.c"
done
for cxx in g++ clang++; do
    have $cxx || continue
    for opt in -O0 -O2; do
        try $cxx $opt -std=c++17 -x c++ $user "$here/uses.c"
        try $cxx $opt -std=c++17 -x c++ $user -pedantic "$here/uses.c"
    done
done

echo "$tried compilations, $failed wrong"
[ $tried -gt 0 ] || exit 77
[ $failed -eq 0 ]
