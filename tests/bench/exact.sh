#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The long run of point location against the exact judge, as Markdown. CMTY_EXACT_POINTS: how many.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

cmake --build build --target test_exact >&2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
printf '| layer | points | on a boundary | of several areas | outside | decided in whole numbers'
printf ' | wrong | GEOS differs | CPU s |\n| --- |'
printf ' ---: |%.0s' 1 2 3 4 5 6 7 8
printf '\n'
status=0
(cd "$folder" && CMTY_EXACT_POINTS=${CMTY_EXACT_POINTS:-52000000} \
    "$OLDPWD/build/tests/bin/test_exact") >"$folder/log" || status=$?
sed -n 's/^EXACT //p' "$folder/log"
sed -n 's/^EXACT //p' "$folder/log" | awk -F'|' '
    { for (i = 3; i <= 10; i++) sum[i] += $i }
    END { printf "| all |"; for (i = 3; i <= 10; i++) printf " %d |", sum[i]; print "" }'
grep -v '^EXACT' "$folder/log" >&2
exit $status
