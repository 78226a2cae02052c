#!/bin/sh
# isa.sh PROGRAM…: runs suites once for each instruction set that kernels are compiled for, by $TENURE_ISA. One that the processor does not
# have is passed over, and said so; $TN_JOBS programs run at a time.
set -u

one() {
    log=$2.isa
    if TENURE_ISA=$1 "./$2" >"$log" 2>&1; then
        rm -f "$log"
        exit 0
    fi
    echo "FAILED: $2 with TENURE_ISA=$1"
    sed 's/^/    /' "$log"
    exit 1
}

if [ "${1:-}" = --one ]; then
    one "$2" "$3"
fi
[ $# -gt 0 ] || { echo "isa.sh: no suites to check"; exit 2; }
failed=0
for isa in baseline avx2 avx512; do
    case $isa in
    avx2) needs=avx2 ;;
    avx512) needs=avx512vl ;;
    *) needs= ;;
    esac
    if [ -n "$needs" ] && ! grep -qw "$needs" /proc/cpuinfo; then
        echo "passed over: $isa, which this processor does not have"
    elif printf '%s\n' "$@" | xargs -P "${TN_JOBS:-2}" -n 1 "$0" --one "$isa"; then
        echo "well: $isa, $# suites"
    else
        failed=1
    fi
done
exit $failed
