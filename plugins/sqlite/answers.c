/* SPDX-License-Identifier: MIT */
/* The table-valued functions: the whole answer about one place, as rows. */
#include "module.h"

#include <math.h>
#include <string.h>

SQLITE_EXTENSION_INIT3

enum { MAX_ARGUMENTS = 4 };

struct cursor;

/* One table-valued function. Its arguments are hidden columns that follow those of the answer. */
struct answer {
    const char *name;
    const char *schema;
    int columns;   /* of the answer */
    int arguments; /* hidden */
    int needed;    /* the first so many may not be left out */
    int flag;      /* SQLITE_VTAB_*: who may use it */
    cmty_status (*ask)(struct cursor *cursor, sqlite3_value **argument, cmty_error *err);
    void (*column)(const struct cursor *cursor, sqlite3_context *context, int column);
};

struct table {
    sqlite3_vtab base;
    const struct answer *answer;
    struct session *session;
};

struct cursor {
    sqlite3_vtab_cursor base;
    sqlite3_value *argument[MAX_ARGUMENTS]; /* copies; NULL where left out */
    sqlite3_int64 row, rows;
    bool known; /* the place is one */
    cmty_status status;
    const cmty_beatset *beats;
    cmty_beat_answer beat;
    cmty_beat_candidate *candidates;
    cmty_fence_decision fence;
    cmty_masked mask;
};

static struct session *session_of(const struct cursor *c)
{
    return ((const struct table *)c->base.pVtab)->session;
}

static void result_text(sqlite3_context *context, const char *text)
{
    sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

static void result_number(sqlite3_context *context, double number)
{
    if (!isnan(number))
        sqlite3_result_double(context, number);
}

/* --- beats ------------------------------------------------------------------------------------ */

enum beat_column {
    BEAT,
    BEAT_RELATION,
    BEAT_MARGIN,
    BEAT_AMBIGUOUS,
    BEAT_VERSION,
    BEAT_RANK,
    BEAT_CANDIDATE,
    BEAT_DISTANCE,
    BEAT_PROBABILITY,
    BEAT_OUTSIDE,
    BEAT_COLUMNS
};

static cmty_status ask_candidates(struct cursor *c, const struct place *place, double accuracy_m,
                                  cmty_error *err)
{
    uint32_t capacity = 16;
    cmty_status st;

    do {
        cmty_beat_candidate *grown =
            sqlite3_realloc64(c->candidates, capacity * sizeof *c->candidates);

        if (grown == NULL)
            return CMTY_E_NOMEM;
        c->candidates = grown;
        c->beat.struct_size = sizeof c->beat;
        st = cmty_beatset_locate(c->beats, place->at, place->when, accuracy_m, &c->beat,
                                 c->candidates, capacity, err);
        if (st != CMTY_OK || c->beat.candidate_count <= capacity)
            break;
        capacity = c->beat.candidate_count;
    } while (true);
    return st;
}

static cmty_status ask_beat(struct cursor *c, sqlite3_value **argument, cmty_error *err)
{
    struct place place;
    cmty_status st = session_beats(session_of(c), &c->beats, err);

    if (st == CMTY_OK)
        st = place_read(argument[0], argument[1], argument[2], &place, err);
    if (st != CMTY_OK)
        return st;
    c->known = place.known;
    c->beat = (cmty_beat_answer){.beat = -1, .version = -1};
    if (place.known)
        st = ask_candidates(c, &place,
                            argument[3] != NULL ? sqlite3_value_double(argument[3]) : NAN, err);
    c->rows = c->beat.candidate_count > 0 ? c->beat.candidate_count : 1;
    return st;
}

static void result_beat(const struct cursor *c, sqlite3_context *context, int32_t beat)
{
    cmty_beat_info info = {.struct_size = sizeof info};

    if (beat >= 0 && cmty_beatset_info(c->beats, beat, &info, NULL) == CMTY_OK)
        result_text(context, info.id);
}

static void result_version(const struct cursor *c, sqlite3_context *context)
{
    const char *label = NULL;

    if (c->beat.version >= 0
        && cmty_beatset_version(c->beats, c->beat.version, NULL, NULL, &label, NULL) == CMTY_OK)
        result_text(context, label);
}

static void candidate_column(const struct cursor *c, sqlite3_context *context, int column)
{
    const cmty_beat_candidate *candidate = &c->candidates[c->row];

    if (column == BEAT_CANDIDATE)
        result_beat(c, context, candidate->beat);
    else
        result_number(context,
                      column == BEAT_DISTANCE ? candidate->distance_m : candidate->probability);
}

static void beat_column(const struct cursor *c, sqlite3_context *context, int column)
{
    if (column == BEAT_RANK)
        sqlite3_result_int64(context, c->row + 1);
    else if (column == BEAT_RELATION)
        result_text(context, c->known ? cmty_relation_name(c->beat.relation) : "no_place");
    else if (!c->known)
        return;
    else if (column == BEAT)
        result_beat(c, context, c->beat.beat);
    else if (column == BEAT_MARGIN)
        result_number(context, c->beat.margin_m);
    else if (column == BEAT_AMBIGUOUS)
        sqlite3_result_int64(context, c->beat.ambiguous);
    else if (column == BEAT_VERSION)
        result_version(c, context);
    else if (column == BEAT_OUTSIDE)
        result_number(context, c->beat.outside_probability);
    else if (c->beat.candidate_count > 0)
        candidate_column(c, context, column);
}

/* --- fences ----------------------------------------------------------------------------------- */

enum fence_column { FENCE_ACTION, FENCE_ID, FENCE_NOTE, FENCE_MATCHED, FENCE_COLUMNS };

static cmty_status ask_fence(struct cursor *c, sqlite3_value **argument, cmty_error *err)
{
    const cmty_fenceset *fences = NULL;
    const char *category = (const char *)sqlite3_value_text(argument[2]);
    struct place place;
    cmty_status st = session_fences(session_of(c), &fences, err);

    if (st == CMTY_OK)
        st = place_read(argument[0], argument[1], argument[3], &place, err);
    if (st != CMTY_OK)
        return st;
    c->known = place.known;
    c->rows = 1;
    c->fence.struct_size = sizeof c->fence;
    return !place.known ? CMTY_OK
                        : cmty_fenceset_decide(fences, place.at, category != NULL ? category : "",
                                               place.when, &c->fence, err);
}

static void fence_column(const struct cursor *c, sqlite3_context *context, int column)
{
    if (!c->known)
        return;
    if (column == FENCE_ACTION)
        result_text(context, cmty_fence_action_name(c->fence.action));
    else if (column == FENCE_MATCHED)
        sqlite3_result_int64(context, c->fence.matched_count);
    else if (c->fence.fence >= 0)
        result_text(context, column == FENCE_ID ? c->fence.fence_id : c->fence.note);
}

/* --- masks ------------------------------------------------------------------------------------ */

enum mask_column {
    MASK_LON,
    MASK_LAT,
    MASK_LAW,
    MASK_RADIUS,
    MASK_STATUS,
    MASK_NOTE,
    MASK_COLUMNS
};

static cmty_status ask_mask(struct cursor *c, sqlite3_value **argument, cmty_error *err)
{
    const cmty_masker *masker = NULL;
    const char *id = (const char *)sqlite3_value_text(argument[0]);
    struct place place;
    cmty_status st = session_masker(session_of(c), &masker, err);

    if (st == CMTY_OK)
        st = place_read(argument[1], argument[2], argument[3], &place, err);
    if (st != CMTY_OK)
        return st;
    c->known = place.known;
    c->rows = 1;
    c->mask = (cmty_masked){.struct_size = sizeof c->mask, .note = ""};
    c->status = !place.known ? CMTY_OK
                             : cmty_masker_apply(masker, id != NULL ? id : "", place.at, place.when,
                                                 &c->mask, err);
    return c->status < 0 ? c->status : CMTY_OK;
}

static void mask_column(const struct cursor *c, sqlite3_context *context, int column)
{
    if (column == MASK_STATUS)
        result_text(context, !c->known ? "no_place" : c->status == CMTY_OK ? "ok" : "withheld");
    else if (!c->known)
        return;
    else if (column == MASK_LAW)
        result_text(context, cmty_law_name(c->mask.law));
    else if (column == MASK_NOTE)
        result_text(context, c->mask.note);
    else if (c->status == CMTY_OK)
        sqlite3_result_double(context, column == MASK_LON   ? c->mask.at.lon_deg
                                       : column == MASK_LAT ? c->mask.at.lat_deg
                                                            : c->mask.radius_m);
}

/* --- the tables ------------------------------------------------------------------------------- */

static const struct answer answers[] = {
    {"cmty_beat_answer",
     "CREATE TABLE x(beat TEXT, relation TEXT, margin_m REAL, ambiguous INTEGER, version TEXT, "
     "rank INTEGER, candidate TEXT, distance_m REAL, probability REAL, outside_probability REAL, "
     "lon HIDDEN, lat HIDDEN, at_time HIDDEN, accuracy_m HIDDEN)",
     BEAT_COLUMNS, 4, 2, SQLITE_VTAB_INNOCUOUS, ask_beat, beat_column},
    {"cmty_fence_answer",
     "CREATE TABLE x(action TEXT, fence TEXT, note TEXT, matched INTEGER, "
     "lon HIDDEN, lat HIDDEN, category HIDDEN, at_time HIDDEN)",
     FENCE_COLUMNS, 4, 3, SQLITE_VTAB_INNOCUOUS, ask_fence, fence_column},
    {"cmty_mask_answer",
     "CREATE TABLE x(lon REAL, lat REAL, law TEXT, radius_m REAL, status TEXT, note TEXT, "
     "report_id HIDDEN, true_lon HIDDEN, true_lat HIDDEN, at_time HIDDEN)",
     MASK_COLUMNS, 4, 3, SQLITE_VTAB_DIRECTONLY, ask_mask, mask_column},
};

static int table_connect(sqlite3 *db, void *aux, int argc, const char *const *argv,
                         sqlite3_vtab **out, char **message)
{
    struct session *s = aux;
    const struct answer *answer = NULL;
    struct table *t;
    int rc;

    (void)argc;
    (void)message;
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        if (strcmp(answers[i].name, argv[0]) == 0)
            answer = &answers[i];
    rc = answer != NULL ? sqlite3_declare_vtab(db, answer->schema) : SQLITE_ERROR;
    if (rc != SQLITE_OK)
        return rc;
    sqlite3_vtab_config(db, answer->flag);
    t = sqlite3_malloc64(sizeof *t);
    if (t == NULL)
        return SQLITE_NOMEM;
    memset(t, 0, sizeof *t);
    t->answer = answer;
    t->session = s;
    s->uses++;
    *out = &t->base;
    return SQLITE_OK;
}

static int table_disconnect(sqlite3_vtab *base)
{
    struct table *t = (struct table *)base;

    session_drop(t->session);
    sqlite3_free(t);
    return SQLITE_OK;
}

/* Takes each argument that is given as column = value. idxNum says which, one bit for each. */
static int table_best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
    const struct answer *answer = ((struct table *)base)->answer;
    int constraint[MAX_ARGUMENTS] = {-1, -1, -1, -1};
    int used = 0;

    for (int i = 0; i < info->nConstraint; i++) {
        const int argument = info->aConstraint[i].iColumn - answer->columns;

        if (argument < 0 || info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ)
            continue;
        if (info->aConstraint[i].usable != 0)
            constraint[argument] = i;
        else if (argument < answer->needed)
            return SQLITE_CONSTRAINT;
    }
    for (int a = 0; a < answer->arguments; a++) {
        if (constraint[a] < 0 && a < answer->needed) {
            sqlite3_free(base->zErrMsg);
            base->zErrMsg =
                sqlite3_mprintf("%s needs its first %d arguments", answer->name, answer->needed);
            return SQLITE_ERROR;
        }
        if (constraint[a] < 0)
            continue;
        info->aConstraintUsage[constraint[a]].argvIndex = ++used;
        info->aConstraintUsage[constraint[a]].omit = 1;
        info->idxNum |= 1 << a;
    }
    info->estimatedCost = 1;
    info->estimatedRows = 1;
    return SQLITE_OK;
}

static int cursor_open(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
    struct cursor *c = sqlite3_malloc64(sizeof *c);

    if (c == NULL)
        return SQLITE_NOMEM;
    memset(c, 0, sizeof *c);
    ((struct table *)base)->session->cursors++;
    *out = &c->base;
    return SQLITE_OK;
}

static void cursor_forget(struct cursor *c)
{
    for (int a = 0; a < MAX_ARGUMENTS; a++) {
        sqlite3_value_free(c->argument[a]);
        c->argument[a] = NULL;
    }
    c->row = 0;
    c->rows = 0;
}

static int cursor_close(sqlite3_vtab_cursor *base)
{
    struct cursor *c = (struct cursor *)base;

    session_of(c)->cursors--;
    cursor_forget(c);
    sqlite3_free(c->candidates);
    sqlite3_free(c);
    return SQLITE_OK;
}

static int cursor_filter(sqlite3_vtab_cursor *base, int which, const char *text, int argc,
                         sqlite3_value **argv)
{
    struct cursor *c = (struct cursor *)base;
    const struct answer *answer = ((struct table *)base->pVtab)->answer;
    cmty_error err = CMTY_ERROR_INIT;
    cmty_status st;

    (void)text;
    cursor_forget(c);
    for (int a = 0, next = 0; a < answer->arguments && next < argc; a++) {
        if ((which & 1 << a) == 0)
            continue;
        c->argument[a] = sqlite3_value_dup(argv[next++]);
        if (c->argument[a] == NULL)
            return SQLITE_NOMEM;
    }
    st = answer->ask(c, c->argument, &err);
    if (st == CMTY_OK)
        return SQLITE_OK;
    c->rows = 0;
    if (st == CMTY_E_NOMEM)
        return SQLITE_NOMEM;
    sqlite3_free(base->pVtab->zErrMsg);
    base->pVtab->zErrMsg = sqlite3_mprintf("%s", err.message);
    return SQLITE_ERROR;
}

static int cursor_next(sqlite3_vtab_cursor *base)
{
    ((struct cursor *)base)->row++;
    return SQLITE_OK;
}

static int cursor_eof(sqlite3_vtab_cursor *base)
{
    const struct cursor *c = (const struct cursor *)base;

    return c->row >= c->rows;
}

static int cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *context, int column)
{
    const struct cursor *c = (const struct cursor *)base;
    const struct answer *answer = ((const struct table *)base->pVtab)->answer;

    if (column < answer->columns)
        answer->column(c, context, column);
    else if (c->argument[column - answer->columns] != NULL)
        sqlite3_result_value(context, c->argument[column - answer->columns]);
    return SQLITE_OK;
}

static int cursor_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *rowid)
{
    *rowid = ((struct cursor *)base)->row;
    return SQLITE_OK;
}

/* No xCreate: such a table cannot be made, it is there. */
static const sqlite3_module module = {
    .xConnect = table_connect,
    .xBestIndex = table_best_index,
    .xDisconnect = table_disconnect,
    .xOpen = cursor_open,
    .xClose = cursor_close,
    .xFilter = cursor_filter,
    .xNext = cursor_next,
    .xEof = cursor_eof,
    .xColumn = cursor_column,
    .xRowid = cursor_rowid,
};

int answers_register(sqlite3 *db, struct session *s)
{
    int rc = SQLITE_OK;

    for (size_t i = 0; rc == SQLITE_OK && i < sizeof answers / sizeof *answers; i++) {
        s->uses++;
        rc = sqlite3_create_module_v2(db, answers[i].name, &module, s, session_drop);
    }
    return rc;
}
