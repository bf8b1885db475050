/* SPDX-License-Identifier: MIT */
/* Classes of the choropleth: the same for the page and for QGIS. Any thread. */
#include "release/overlay.h"

#include <stdlib.h>

/* One hue, after ColorBrewer "Blues" (C. Brewer, colorbrewer2.org), which colour-blind readers can
   tell apart; lighter at the dark end, so that borders and dots stay visible on it. */
const char *const cmty__class_colours[CMTY__CLASSES_MAX] = {
    "233,241,250", "198,220,239", "147,193,225", "85,156,205", "35,115,178"};

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static size_t printed_values(const cmty__counts *counts, int64_t *values)
{
    size_t n = 0;

    for (size_t i = 0; i < counts->row_count; i++)
        if (counts->rows[i].beat >= 0 && counts->rows[i].reports > 0)
            values[n++] = counts->rows[i].reports;
    qsort(values, n, sizeof *values, by_value);
    return n;
}

cmty_status cmty__classes_make(const cmty__counts *counts, cmty__classes *out, cmty_error *err)
{
    int64_t *values = cmty__calloc(counts->row_count, sizeof *values);
    size_t n, start = 0;

    *out = (cmty__classes){0};
    if (values == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    n = printed_values(counts, values);
    for (size_t k = 1; k <= CMTY__CLASSES_MAX && start < n; k++) {
        size_t end = n * k / CMTY__CLASSES_MAX;

        if (end <= start)
            continue;
        while (end < n && values[end] == values[end - 1])
            end++;
        out->low[out->count] = values[start];
        out->high[out->count++] = values[end - 1];
        start = end;
    }
    cmty__free(values);
    return CMTY_OK;
}

int cmty__classes_find(const cmty__classes *classes, int64_t value)
{
    for (size_t i = 0; i < classes->count; i++)
        if (value >= classes->low[i] && value <= classes->high[i])
            return (int)i;
    return -1;
}
