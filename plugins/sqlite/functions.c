/* SPDX-License-Identifier: MIT */
/* The scalar functions.

   Flags. Those that answer by public boundaries are innocuous, so that views and triggers of a file
   may use them; they are not deterministic in SQLite's sense, because other beats give other
   answers, and an index kept over them would go stale. The mask and all that opens files are
   direct only: the schema of a file that somebody sent must not reach for a key or a path. */
#include "module.h"

#include <string.h>

SQLITE_EXTENSION_INIT3

enum { MAX_LAYERS = 32 };

static void result_error(sqlite3_context *context, cmty_status status, const cmty_error *err)
{
    if (status == CMTY_E_NOMEM)
        sqlite3_result_error_nomem(context);
    else
        sqlite3_result_error(context, err->message, -1);
}

static void version(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    (void)argc;
    (void)argv;
    sqlite3_result_text(context, cmty_version_string(), -1, SQLITE_STATIC);
}

/* cmty_beat(lon, lat [, when]): id of the beat, NULL where there is none. */
static void beat(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_beat_info info = {.struct_size = sizeof info};
    const cmty_beatset *beats = NULL;
    struct place place;
    int32_t found = -1;
    cmty_status st = session_beats(sqlite3_user_data(context), &beats, &err);

    if (st == CMTY_OK)
        st = place_read(argv[0], argv[1], argc > 2 ? argv[2] : NULL, &place, &err);
    if (st == CMTY_OK && place.known)
        st = cmty_beatset_locate_many(beats, &place.at, &place.when, 1, &found, NULL, &err);
    if (st == CMTY_OK && found >= 0)
        st = cmty_beatset_info(beats, found, &info, &err);
    if (st != CMTY_OK)
        result_error(context, st, &err);
    else if (found >= 0)
        sqlite3_result_text(context, info.id, -1, SQLITE_TRANSIENT);
}

/* cmty_fence(lon, lat, category [, when]): what the fences do with such a report. */
static void fence(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_fence_decision decision = {.struct_size = sizeof decision};
    const cmty_fenceset *fences = NULL;
    const char *category = (const char *)sqlite3_value_text(argv[2]);
    struct place place;
    cmty_status st = session_fences(sqlite3_user_data(context), &fences, &err);

    if (st == CMTY_OK)
        st = place_read(argv[0], argv[1], argc > 3 ? argv[3] : NULL, &place, &err);
    if (st == CMTY_OK && place.known)
        st = cmty_fenceset_decide(fences, place.at, category != NULL ? category : "", place.when,
                                  &decision, &err);
    if (st != CMTY_OK)
        result_error(context, st, &err);
    else if (place.known)
        sqlite3_result_text(context, cmty_fence_action_name(decision.action), -1, SQLITE_STATIC);
}

/* cmty_mask(report_id, lon, lat [, when]): the masked place as WKT, NULL where it is withheld. */
static void mask(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_masked masked = {.struct_size = sizeof masked};
    const cmty_masker *masker = NULL;
    const char *id = (const char *)sqlite3_value_text(argv[0]);
    struct place place;
    cmty_status st = session_masker(sqlite3_user_data(context), &masker, &err);

    if (st == CMTY_OK)
        st = place_read(argv[1], argv[2], argc > 3 ? argv[3] : NULL, &place, &err);
    if (st == CMTY_OK && place.known)
        st = cmty_masker_apply(masker, id != NULL ? id : "", place.at, place.when, &masked, &err);
    if (st < 0) {
        result_error(context, st, &err);
    } else if (st == CMTY_OK && place.known) {
        char *wkt = sqlite3_mprintf("POINT(%!.17g %!.17g)", masked.at.lon_deg, masked.at.lat_deg);

        sqlite3_result_text(context, wkt, -1, sqlite3_free);
    }
}

static cmty_status read_layers(int argc, sqlite3_value **argv, const char *layers[MAX_LAYERS],
                               cmty_error *err)
{
    if (argc < 1 || argc > MAX_LAYERS) {
        sqlite3_snprintf((int)sizeof err->message, err->message, "name 1 to %d layers",
                         (int)MAX_LAYERS);
        return CMTY_E_INVALID;
    }
    for (int i = 0; i < argc; i++) {
        const char *text = (const char *)sqlite3_value_text(argv[i]);

        layers[i] = text != NULL ? text : "";
    }
    return CMTY_OK;
}

/* cmty_open_beats(layer, ...): how many beats there are now. */
static void open_beats(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    cmty_error err = CMTY_ERROR_INIT;
    struct session *s = sqlite3_user_data(context);
    const char *layers[MAX_LAYERS];
    cmty_status st = read_layers(argc, argv, layers, &err);

    if (st == CMTY_OK)
        st = session_open_beats(s, layers, (size_t)argc, &err);
    if (st != CMTY_OK)
        result_error(context, st, &err);
    else
        sqlite3_result_int64(context, (sqlite3_int64)cmty_beatset_count(s->beats));
}

/* cmty_open_fences(layer, ...): how many fences there are now. */
static void open_fences(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    cmty_error err = CMTY_ERROR_INIT;
    struct session *s = sqlite3_user_data(context);
    const char *layers[MAX_LAYERS];
    cmty_status st = read_layers(argc, argv, layers, &err);

    if (st == CMTY_OK)
        st = session_open_fences(s, layers, (size_t)argc, &err);
    if (st != CMTY_OK)
        result_error(context, st, &err);
    else
        sqlite3_result_int64(context, (sqlite3_int64)cmty_fenceset_count(s->fences));
}

static bool mask_text(cmty_mask_options *o, const char *name, const char *value)
{
    if (strcmp(name, "law") == 0)
        o->law = cmty_law_from_name(value);
    else if (strcmp(name, "region") == 0)
        o->region = cmty_region_from_name(value);
    else if (strcmp(name, "key") == 0)
        o->key_file = value;
    else if (strcmp(name, "addresses") == 0)
        o->addresses = value;
    else if (strcmp(name, "snap_to") == 0)
        o->snap_to = value;
    else if (strcmp(name, "land") == 0)
        o->land = value;
    else
        return false;
    return true;
}

static bool mask_number(cmty_mask_options *o, const char *name, double value)
{
    const double whole = value >= 0 && value <= UINT32_MAX ? value : 0; /* 0 is out of range */

    if (strcmp(name, "epsilon") == 0)
        o->epsilon_per_m = value;
    else if (strcmp(name, "lattice_m") == 0)
        o->lattice_m = value;
    else if (strcmp(name, "radius_m") == 0)
        o->radius_m = value;
    else if (strcmp(name, "inner_radius_m") == 0)
        o->inner_radius_m = value;
    else if (strcmp(name, "cutoff_m") == 0)
        o->cutoff_m = value;
    else if (strcmp(name, "k") == 0)
        o->k = (uint32_t)whole;
    else if (strcmp(name, "min_addresses") == 0)
        o->min_addresses = (uint32_t)whole;
    else
        return false;
    return true;
}

static cmty_status mask_options(int argc, sqlite3_value **argv, cmty_mask_options *o,
                                cmty_error *err)
{
    for (int i = 0; i < argc; i += 2) {
        const char *name = (const char *)sqlite3_value_text(argv[i]);
        sqlite3_value *value = i + 1 < argc ? argv[i + 1] : NULL;

        if (name != NULL && value != NULL && sqlite3_value_type(value) != SQLITE_NULL
            && (mask_text(o, name, (const char *)sqlite3_value_text(value))
                || mask_number(o, name, sqlite3_value_double(value))))
            continue;
        sqlite3_snprintf((int)sizeof err->message, err->message,
                         "cmty_open_mask takes pairs of a name and a value, and \"%s\" is none: "
                         "law, region, key, addresses, snap_to, land, epsilon, lattice_m, "
                         "radius_m, inner_radius_m, cutoff_m, k, min_addresses",
                         name != NULL ? name : "NULL");
        return CMTY_E_INVALID;
    }
    return CMTY_OK;
}

/* cmty_open_mask(name, value, ...): what the mask promises, in words. */
static void open_mask(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    cmty_error err = CMTY_ERROR_INIT;
    cmty_mask_options o = CMTY_MASK_OPTIONS_INIT;
    struct session *s = sqlite3_user_data(context);
    cmty_status st = mask_options(argc, argv, &o, &err);

    if (st == CMTY_OK)
        st = session_open_mask(s, &o, &err);
    if (st != CMTY_OK)
        result_error(context, st, &err);
    else
        sqlite3_result_text(context, cmty_masker_guarantee(s->masker), -1, SQLITE_TRANSIENT);
}

int functions_register(sqlite3 *db, struct session *s)
{
    static const struct {
        const char *name;
        int arguments, flags;
        void (*call)(sqlite3_context *, int, sqlite3_value **);
    } functions[] = {
        {"cmty_version", 0, SQLITE_INNOCUOUS, version},
        {"cmty_beat", 2, SQLITE_INNOCUOUS, beat},
        {"cmty_beat", 3, SQLITE_INNOCUOUS, beat},
        {"cmty_fence", 3, SQLITE_INNOCUOUS, fence},
        {"cmty_fence", 4, SQLITE_INNOCUOUS, fence},
        {"cmty_mask", 3, SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, mask},
        {"cmty_mask", 4, SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, mask},
        {"cmty_open_beats", -1, SQLITE_DIRECTONLY, open_beats},
        {"cmty_open_fences", -1, SQLITE_DIRECTONLY, open_fences},
        {"cmty_open_mask", -1, SQLITE_DIRECTONLY, open_mask},
    };
    int rc = SQLITE_OK;

    for (size_t i = 0; rc == SQLITE_OK && i < sizeof functions / sizeof *functions; i++) {
        s->uses++; /* SQLite drops it where it fails, too */
        rc = sqlite3_create_function_v2(db, functions[i].name, functions[i].arguments,
                                        SQLITE_UTF8 | functions[i].flags, s, functions[i].call,
                                        NULL, NULL, session_drop);
    }
    return rc;
}
