/* SPDX-License-Identifier: MIT */
/* Which layers a beat set was read from, and how they were carried to WGS 84. Immutable once the
   set is open: any thread. */
#include "beat/set.h"

static const char *keep(cmty_beatset *set, const char *text)
{
    return cmty__arena_text(set->texts, text, strlen(text));
}

cmty_status cmty__beatset_note_source(cmty_beatset *set, size_t of, const cmty__layer *layer,
                                      cmty_error *err)
{
    cmty__source *s;

    if (set->sources == NULL)
        set->sources = cmty__arena_alloc(set->texts, of * sizeof *set->sources);
    if (set->sources == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    s = &set->sources[set->source_count++];
    s->name = keep(set, cmty__layer_name(layer));
    s->crs = keep(set, cmty__layer_crs(layer));
    s->operation = keep(set, cmty__layer_operation(layer));
    s->accuracy_m = cmty__layer_accuracy_m(layer);
    return s->name != NULL && s->crs != NULL && s->operation != NULL
               ? CMTY_OK
               : cmty__fail(err, CMTY_E_NOMEM, "out of memory");
}

size_t cmty_beatset_source_count(const cmty_beatset *set)
{
    return set == NULL ? 0 : set->source_count;
}

cmty_status cmty_beatset_source(const cmty_beatset *set, size_t i, cmty_beat_source *source,
                                cmty_error *err)
{
    cmty_beat_source out = {.struct_size = (uint32_t)sizeof out};

    if (set == NULL || source == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "a beat set and a place for the answer are needed");
    if (i >= set->source_count)
        return cmty__fail(err, CMTY_E_RANGE, "there is no layer of that number");
    out.name = set->sources[i].name;
    out.crs = set->sources[i].crs;
    out.operation = set->sources[i].operation;
    out.accuracy_m = set->sources[i].accuracy_m;
    return cmty__struct_write(source, &out, sizeof out, sizeof out, "cmty_beat_source", err);
}
