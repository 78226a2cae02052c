#!/bin/sh
# run.sh PKGCONFIG-FOLDER LIBRARY-FOLDER CC CXX: builds a program in C and one in C++ with what pkg-config says of the installed library, and runs them.
set -eu
here=$(dirname "$0")
PKG_CONFIG_PATH=$1${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
LD_LIBRARY_PATH=$2${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export PKG_CONFIG_PATH LD_LIBRARY_PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags=$(pkg-config --cflags --libs tenure)
warnings='-Wall -Wextra -Wshadow -Werror'

# shellcheck disable=SC2086
for standard in c11 gnu17; do
    $3 -std=$standard $warnings "$here/consumer.c" -o "$work/consumer" $flags
    "$work/consumer"
done
if ! echo 'int main() {}' | $4 -x c++ - -o "$work/empty" 2>/dev/null; then
    echo "no C++ compiler: the consumer in C++ was left out"
    exit 0
fi
# shellcheck disable=SC2086
$4 -std=c++17 -pedantic $warnings "$here/consumer.cpp" -o "$work/consumer" $flags
"$work/consumer"
