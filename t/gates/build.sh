#!/bin/sh
# build.sh FOLDER TARGET CONFIGURE-ARGUMENT…: configures this project ($TN_SRC) anew in FOLDER and makes TARGET there. What it prints goes to
# FOLDER/log; its end is shown when something fails.
set -u
folder=$1 target=$2
shift 2
rm -rf "$folder"
mkdir -p "$folder" || exit 1
cd "$folder" || exit 1
start=$(date +%s)
# MAKEFLAGS would carry the outer make's job server and variables along.
unset MAKEFLAGS MFLAGS MAKELEVEL
if { "${TN_SRC:?}/configure" --quiet "$@" && make -j"${TN_JOBS:-2}" "$target"; } >log 2>&1; then
    echo "well: $folder: $target ($(($(date +%s) - start)) s)"
    rm -rf "$folder"
    exit 0
fi
echo "FAILED: $folder: $target (all of it: $folder/log)"
grep -E 'warning:|error:|runtime error|^FAIL|^ERROR' log | head -n 40
tail -n 30 log
exit 1
