#!/bin/sh
# check_symbols.sh [LIBRARY]: the library exports exactly the functions that the headers $TN_HEADERS mark TN_API (under $TN_INCLUDE), no more and
# no fewer. Default: the shared library of this build.
set -u
library=${1:-.libs/libtenure.so}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

if [ ! -e "$library" ]; then
    echo "$library is not there: no shared library was built"
    exit 77
fi

# What the preprocessor leaves of TN_API marks a declaration; its name stands before the first parenthesis, or the end.
for header in ${TN_HEADERS:?}; do
    echo "#include <${header#*include/}>"
done >"$work/all.c"
${CC:-cc} -E -P -I"${TN_INCLUDE:?}" "$work/all.c" >"$work/all.i" || exit 1
tr '\n' ' ' <"$work/all.i" | sed 's/__attribute__((visibility("default")))/\n@/g' | sed -n '/^@/p' |
    sed -E 's/__attribute__\(\([^;{]*\)\)//; s/^@([^;({]*)[;({].*/\1/; s/ *(=.*)?$//; s/.*[ *]//' | sort -u >"$work/declared"

# Sanitizers and linkers add names of their own, which start with an underscore.
${NM:-nm} -D --defined-only "$library" | awk '$2 ~ /^[A-Z]$/ && $3 !~ /^_/ { sub(/@.*/, "", $3); print $3 }' | sort -u >"$work/exported"

if [ ! -s "$work/declared" ]; then
    echo "no TN_API declaration found in $TN_HEADERS"
    exit 1
fi
if diff "$work/declared" "$work/exported" >"$work/diff"; then
    echo "$(wc -l <"$work/declared") functions are declared and exported"
    exit 0
fi
sed -n 's/^< /declared but not exported: /p; s/^> /exported but not declared: /p' "$work/diff"
exit 1
