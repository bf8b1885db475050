/* SPDX-License-Identifier: MIT */
#ifndef CMTY_RELEASE_HTML_H
#define CMTY_RELEASE_HTML_H

/* Parts of the page; private to the page. */

#include "release/overlay.h"

extern const char *const cmty__html_style[]; /* beside the common style; the last NULL */

/* html_map.c: the map as inline SVG with its legend. */
cmty_status cmty__html_map(const cmty__overlay *o, const cmty__classes *classes, cmty__buf *out,
                           cmty_error *err);

void cmty__html_number(cmty__buf *out, int64_t n); /* 12,345; a dash with words where blank */

#endif
