#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Point location against GEOS, as Markdown: speed on one core, building, the memory bound, threads.
# Arguments select layers by name (see cases.c); without any, all.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

programs=build/tests/bin
cmake --build build --target bench_locate bench_areas bench_bound >&2
pinned=(taskset -c "$(($(nproc) - 1))")

printf 'Machine: %s, %s cores, %s; GEOS %s. Date: %s.\n' \
    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" \
    "$(. /etc/os-release && printf %s "$PRETTY_NAME")" "$(geos-config --version)" \
    "$(date -u +%Y-%m-%d)"
printf 'Millions of points per second of CPU time, one core.\n\n'
"${pinned[@]}" $programs/bench_locate "$@" || failed=1
printf '\n'
"${pinned[@]}" $programs/bench_areas "$@"
if [ $# -eq 0 ]; then
    printf '\n'
    $programs/bench_bound
    printf '\ntg (github.com/tidwall/tg) is in no package archive of this machine, and was not run.'
    printf ' An earlier run on another machine, best of its indexes behind a packed R-tree: 1.8 to'
    printf ' 3.0 times GEOS C on uniform points of real beats, 1.7 to 2.7 on clustered ones, 1.5 to'
    printf ' 2.4 within 5 m of edges.\n'
fi
exit "${failed:-0}"
