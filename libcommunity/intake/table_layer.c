/* SPDX-License-Identifier: MIT */
/* The beat of each point of a layer, in a copy of the layer. Any thread. */
#include "answer.h"
#include "geo/geo.h"

#include <math.h>

/* For all features: never changed. */
typedef struct locating {
    const cmty_beatset *set;
    cmty_time as_of;
    bool probabilities;
    cmty__arena *texts;
    const char **alone; /* of each beat: as the only candidate, that holds the point */
} locating;

/* For the features at hand. */
typedef struct answering {
    const locating *l;
    cmty__asker asker;
    cmty__arena *texts; /* borrowed */
    cmty__buf line;
} answering;

/* ---- one answer ---- */

static const char *keep_line(answering *g)
{
    const char *kept = NULL;

    if (!g->line.failed)
        kept = g->line.size == 0 ? "" : cmty__arena_text(g->texts, g->line.data, g->line.size);
    cmty__buf_clear(&g->line);
    return kept;
}

static cmty__value text_value(const char *text)
{
    return (cmty__value){.text = text, .null = text == NULL || *text == '\0'};
}

static cmty_status set_candidates(answering *g, cmty__value *v, cmty_error *err)
{
    const cmty_beat_answer *a = &g->asker.answer;
    const char *text = "";

    if (a->candidate_count == 1 && g->asker.list[0].distance_m == 0) {
        text = g->l->alone[g->asker.list[0].beat];
    } else if (a->candidate_count > 0) {
        cmty__buf_candidates(&g->line, &g->asker);
        text = keep_line(g);
    }
    *v = text_value(text);
    return text != NULL ? CMTY_OK : cmty__fail(err, CMTY_E_NOMEM, "out of memory");
}

static cmty_status set_probabilities(answering *g, cmty__value *v, cmty_error *err)
{
    const cmty_beat_answer *a = &g->asker.answer;
    const char *text;

    cmty__buf_probabilities(&g->line, &g->asker);
    text = keep_line(g);
    v[0] = (cmty__value){.real = cmty__answer_probability(&g->asker)};
    v[1] = text_value(text);
    v[2] = (cmty__value){.real = a->other_probability};
    v[3] = (cmty__value){.real = a->outside_probability};
    return text != NULL ? CMTY_OK : cmty__fail(err, CMTY_E_NOMEM, "out of memory");
}

static cmty_status set_answer(answering *g, cmty__value *v, cmty_error *err)
{
    const cmty_beat_answer *a = &g->asker.answer;
    const cmty_beatset *set = g->l->set;
    cmty_status st;

    v[0] = text_value(a->beat >= 0 ? cmty__beatset_id(set, a->beat) : NULL);
    v[1] = text_value(cmty_relation_name(a->relation));
    v[2] = (cmty__value){.real = round(cmty__answer_metres(a->margin_m) * 1000) / 1000};
    v[3] = (cmty__value){.integer = a->ambiguous};
    st = set_candidates(g, &v[4], err);
    v[5] = text_value(a->version >= 0 ? cmty__beatset_label(set, a->version) : NULL);
    if (st == CMTY_OK && g->l->probabilities)
        st = set_probabilities(g, v + CMTY__ANSWER_COLUMNS, err);
    return st;
}

static void set_no_place(const locating *l, cmty__value *v)
{
    for (int i = 0; i < (l->probabilities ? CMTY__ANSWER_ALL : CMTY__ANSWER_COLUMNS); i++)
        v[i] = (cmty__value){.null = true};
    v[1] = text_value("no_place");
    v[3] = (cmty__value){.integer = 0};
}

/* ---- all of them ---- */

static cmty_status locate_places(void *user, const cmty__places *p, cmty__value *values,
                                 cmty_error *err)
{
    answering g = {.l = user, .texts = p->texts};
    size_t width = g.l->probabilities ? CMTY__ANSWER_ALL : CMTY__ANSWER_COLUMNS;
    cmty_status st = cmty__asker_open(g.l->set, &g.asker, err);

    for (size_t i = 0; st == CMTY_OK && i < p->count; i++) {
        cmty__value *v = values + i * width;
        cmty_time when = p->when[i] == CMTY_TIME_UNKNOWN ? g.l->as_of : p->when[i];

        if (!p->known[i]) {
            set_no_place(g.l, v);
            continue;
        }
        st = cmty__answer_ask(&g.asker, p->at[i], when, p->accuracy_m[i], err);
        if (st == CMTY_OK)
            st = set_answer(&g, v, err);
    }
    cmty__asker_close(&g.asker);
    cmty__buf_wipe(&g.line);
    return st;
}

static cmty_status name_alone(locating *l, cmty_error *err)
{
    size_t count = cmty_beatset_count(l->set);
    cmty__buf b = {0};

    l->alone = cmty__calloc(count, sizeof *l->alone);
    for (size_t i = 0; l->alone != NULL && !b.failed && i < count; i++) {
        cmty__buf_clear(&b);
        cmty__buf_text(&b, cmty__beatset_id(l->set, (int32_t)i));
        cmty__buf_text(&b, "@0.000");
        if (!b.failed)
            l->alone[i] = cmty__arena_text(l->texts, b.data, b.size);
        b.failed |= l->alone[i] == NULL;
    }
    cmty__buf_free(&b);
    return l->alone != NULL && (count == 0 || l->alone[count - 1] != NULL)
               ? CMTY_OK
               : cmty__fail(err, CMTY_E_NOMEM, "out of memory");
}

static cmty_status locating_open(locating *l, cmty_error *err)
{
    l->texts = cmty__arena_new();
    return l->texts != NULL ? name_alone(l, err) : cmty__fail(err, CMTY_E_NOMEM, "out of memory");
}

static void locating_close(locating *l)
{
    cmty__arena_free(l->texts);
    cmty__free(l->alone);
}

static cmty_status locate(const cmty_beatset *set, const cmty__spec *in, const cmty__spec *out,
                          const cmty_table_options *o, cmty_error *err)
{
    static const int types[CMTY__ANSWER_ALL] = {
        CMTY__FIELD_TEXT, CMTY__FIELD_TEXT, CMTY__FIELD_REAL, CMTY__FIELD_INT,  CMTY__FIELD_TEXT,
        CMTY__FIELD_TEXT, CMTY__FIELD_REAL, CMTY__FIELD_TEXT, CMTY__FIELD_REAL, CMTY__FIELD_REAL};
    cmty__field fields[CMTY__ANSWER_ALL];
    locating l = {.set = set, .as_of = o->as_of, .probabilities = o->probabilities != 0};
    cmty__zone *zone = NULL;
    cmty__enrichment e = {.fields = fields,
                          .field_count =
                              o->probabilities != 0 ? CMTY__ANSWER_ALL : CMTY__ANSWER_COLUMNS,
                          .fn = locate_places,
                          .user = &l,
                          .time_field = o->time_column,
                          .accuracy_field = o->accuracy_column,
                          .stage = "locating",
                          .host = o->host};
    cmty_status st = locating_open(&l, err);

    for (int i = 0; i < CMTY__ANSWER_ALL; i++)
        fields[i] = (cmty__field){cmty__answer_names[i], types[i]};
    if (st == CMTY_OK)
        st = cmty__zone_open(o->time_zone, &zone, err);
    e.zone = zone;
    if (st == CMTY_OK)
        st = cmty__enrich(in, out, &e, err);
    cmty__zone_free(zone);
    locating_close(&l);
    return st;
}

cmty_status cmty_locate_layer(const cmty_beatset *set, const char *in, const char *out,
                              const cmty_table_options *options, cmty_error *err)
{
    cmty_table_options o = CMTY_TABLE_OPTIONS_INIT;
    cmty__spec from = {0}, to = {0};
    cmty_status st = CMTY_OK;

    if (set == NULL || in == NULL || out == NULL)
        return cmty__fail(err, CMTY_E_INVALID,
                          "beats, a layer to read and a file to write are needed");
    if (options != NULL)
        st = cmty__struct_read(&o, sizeof o, options, sizeof o, "cmty_table_options", err);
    if (st == CMTY_OK)
        st = cmty__spec_parse(in, &from, err);
    if (st == CMTY_OK)
        st = cmty__spec_parse(out, &to, err);
    if (st == CMTY_OK) {
        from.lon = o.lon_column != NULL ? o.lon_column : from.lon;
        from.lat = o.lat_column != NULL ? o.lat_column : from.lat;
        cmty__tell_of_future_beats(set, &o);
        st = locate(set, &from, &to, &o, err);
    }
    cmty__spec_free(&from);
    cmty__spec_free(&to);
    return st;
}
