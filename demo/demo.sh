#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The product in one look: an invented city, its reports in four formats, hostile ones among them,
# taken into a sealed store and published as a protected overlay.
#
#   demo/demo.sh [FOLDER]      default build/demo; what an earlier run left there is replaced
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=${1:-$root/build/demo}
community=${COMMUNITY:-$root/build/bin/community}
city=$out/city

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }

[ -x "$community" ] || { echo "demo: $community is missing: run ./dev build" >&2 && exit 1; }
umask 077
mkdir -p "$out"
rm -rf "$city" "$out"/*.key "$out"/store.db* "$out"/overlay.*

say "Port Linden: two districts, twelve beats, a lake, a border redrawn on 1 April 2026"
python3 "$root/tests/data/make_city.py" "$city"
printf '%s addresses, %s streets\n' "$(tail -n +2 "$city/addresses.csv" | wc -l)" \
    "$(grep -c LineString "$city/streets.geojson")"

say "A store that seals who, where and what under the public key of the agency"
"$community" keygen --public "$out/public.key" --secret "$out/secret.key" --mask "$out/mask.key"
"$community" init "$out/store.db" --public-key "$out/public.key" --policy "$city/policy.json" \
    --beats "$city/beats_before.geojson" --beats "$city/beats_after.geojson" \
    --fences "$city/fences.geojson" --addresses "$city/addresses.csv"

say "Reports come in"
"$community" ingest "$out/store.db" --key "$out/mask.key" \
    "$city/reports.csv" "$city/reports.ndjson" "$city/reports.geojson" "$city/open311.json"

say "The protected overlay"
"$community" publish "$out/store.db" --title "Port Linden: community reports by beat" \
    -o "$out/overlay.gpkg" --html "$out/overlay.html" --geojson "$out/overlay.geojson" \
    --csv "$out/overlay.csv"

say "Look at it"
echo "in a browser:   $out/overlay.html"
echo "in QGIS:        $out/overlay.gpkg"
echo "live in QGIS:   $out/store.db.public.sqlite"
