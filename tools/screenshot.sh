#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Draws a published page into a picture, as the README shows it. Run ./dev demo first.
#
#   tools/screenshot.sh [PAGE.html] [PICTURE.png] [light|dark]
#
# default build/demo/overlay.html and docs/images/overlay.png
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
page=${1:-$root/build/demo/overlay.html}
picture=${2:-$root/docs/images/overlay.png}
mode=${3:-light}
size=${SIZE:-1400,1200}

[ -f "$page" ] || { echo "screenshot: $page is missing: run ./dev demo" >&2 && exit 1; }
command -v chromium >/dev/null || { echo "screenshot: chromium is missing" >&2 && exit 1; }
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
mkdir -p "$(dirname "$picture")"
extra=()
[ "$mode" = light ] || extra=(--blink-settings=preferredColorScheme=0)
HOME=$home chromium --headless --no-sandbox --disable-gpu --disable-background-networking \
    --hide-scrollbars --user-data-dir="$home" --window-size="$size" "${extra[@]}" \
    --screenshot="$(realpath -m "$picture")" "file://$(realpath "$page")" >/dev/null 2>&1
[ -s "$picture" ] || { echo "screenshot: chromium drew nothing" >&2 && exit 1; }
echo "$picture"
