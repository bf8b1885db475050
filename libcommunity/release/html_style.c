/* SPDX-License-Identifier: MIT */
/* What the overlay's page adds to the common style sheet. */
#include "release/html.h"

const char *const cmty__html_style[] = {
    ".cz{fill:var(--cz)}.c0{fill:var(--c0)}.c1{fill:var(--c1)}.c2{fill:var(--c2)}"
    ".c3{fill:var(--c3)}.c4{fill:var(--c4)}.cx{fill:url(#hatch)}"
    ".hb{fill:var(--hb)}.hl{stroke:var(--hl);stroke-width:2.4}"
    ".dots circle{fill:var(--dot);fill-opacity:.82;stroke:var(--dot-edge);stroke-width:.7}"
    ".dots path{stroke:var(--dot);stroke-opacity:.75;stroke-width:2.4;stroke-linecap:round;"
    "fill:none}"
    ".discs path{stroke:var(--dot);stroke-opacity:.2;stroke-linecap:round;fill:none}"
    ".map .discs{display:none;pointer-events:none}"
    "#show-counts:not(:checked)~.map .beats path{fill:none}"
    "#show-counts:not(:checked)~.map .n{display:none}"
    "#show-dots:not(:checked)~.map .dots{display:none}"
    "#show-discs:checked~.map .discs{display:block}",
    ".bars{list-style:none;margin:0;padding:0;font-size:14px}"
    ".bars li{margin:0 0 11px}"
    ".bars span{display:flex;justify-content:space-between;gap:12px}"
    ".bars b{font-weight:650;font-variant-numeric:tabular-nums}"
    ".bars i{display:block;height:7px;margin-top:3px;background:var(--bar);border-radius:2px}"
    ".brief li{display:grid;grid-template-columns:minmax(34px,max-content) 1fr;gap:10px;"
    "align-items:center;margin-bottom:4px}.brief span{display:contents}"
    ".brief b{grid-column:3;min-width:44px;text-align:right}"
    ".brief i{grid-column:2;grid-row:1;margin:0}",
    NULL};
