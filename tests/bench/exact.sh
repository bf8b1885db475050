#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The long run of point location against the exact judge, as Markdown. CMTY_EXACT_POINTS: how many.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

programs=$PWD/build/tests/bin points=${CMTY_EXACT_POINTS:-52000000}
cmake --build build --target test_exact test_small_layers >&2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
status=0
CMTY_EXACT_POINTS=$points "$programs/test_exact" >log || status=$?
printf '| layer | edges walked | points | on a boundary | of several areas | outside'
printf ' | decided in whole numbers | wrong | GEOS differs | CPU s |\n'
printf '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n'
sed -n 's/^EXACT //p' log
sed -n 's/^EXACT //p' log | awk -F'|' '
    { for (i = 4; i <= 11; i++) sum[i] += $i }
    END { printf "| all | |"; for (i = 4; i <= 11; i++) printf " %d |", sum[i]; print "" }'
grep -v '^EXACT' log >&2
CMTY_EXACT_POINTS=$((points / 10)) "$programs/test_small_layers" || status=$?
exit $status
