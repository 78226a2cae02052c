#!/bin/sh
# check_scopes_cxx.sh: C++ exceptions close the blocks of C and C++ that they pass through. Runs in the build folder; skipped without a C++
# compiler or a shared library.
set -u
include=${TN_INCLUDE:?}
here=$(dirname "$0")/scopes
library=.libs/libtenure.so
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
talloc=$(pkg-config --cflags --libs talloc 2>/dev/null || echo -ltalloc)

if [ ! -e $library ] || nm -D $library | grep -q __asan; then
    echo "no shared library without sanitizers was built"
    exit 77
fi

ran=0
for pair in gcc:g++ clang:clang++; do
    cc=${pair%:*} cxx=${pair#*:}
    command -v "$cc" >/dev/null && command -v "$cxx" >/dev/null || continue
    for opt in -O0 -O2; do
        "$cc" -std=gnu11 -Wall -Wextra -Werror -fexceptions $opt -I"$include" -c "$here/throw_through.c" -o "$work/c.o" || exit 1
        "$cxx" -std=c++17 -Wall -Wextra -Werror $opt -I"$include" "$here/throw.cc" "$work/c.o" -o "$work/throw" \
            -L.libs -ltenure -Wl,-rpath,"$PWD/.libs" $talloc || exit 1
        "$work/throw" || exit 1
        ran=$((ran + 1))
    done
done
echo "$ran programs threw through their blocks"
[ $ran -gt 0 ] || exit 77
