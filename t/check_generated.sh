#!/bin/sh
# The committed constructors and manual are what the registry gives.
status=0
check() {
    if ! tools/gen_ops "$1" | cmp -s - "${srcdir:-.}/$2"; then
        echo "$2 is not what the registry gives: run make generate"
        status=1
    fi
}
check header include/tenure/ops.h
check source lib/graph/constructors.c
check manual doc/manual/operations.md
exit $status
