#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The dispatch plugin under load; a layer of beats and a place in it (LAYER LON LAT) may follow.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
"$root/build/tests/bin/bench_dispatch" "$@"
stat -L -c 'libcommunity.so %s bytes' "$root/build/lib/libcommunity.so"
stat -c 'libcommunity_dispatch.so %s bytes' "$root/build/lib/libcommunity_dispatch.so"
