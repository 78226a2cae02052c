#!/bin/sh
# format.sh FOLDER: every C file that git tracks in FOLDER has the layout of .clang-format.
set -u
cd "$1" || exit 2
command -v "${CLANG_FORMAT:-clang-format}" >/dev/null || { echo "clang-format is needed (Debian: apt-get install clang-format)"; exit 2; }
git ls-files -z '*.c' '*.h' '*.cpp' >/dev/null 2>&1 || { echo "format.sh: $1 is no git checkout"; exit 2; }
git ls-files -z '*.c' '*.h' '*.cpp' | xargs -0 "${CLANG_FORMAT:-clang-format}" --dry-run -Werror
