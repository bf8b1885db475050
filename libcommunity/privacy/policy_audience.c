/* SPDX-License-Identifier: MIT */
/*
 * What audiences may have of a report: fields, the finest time, and less of both with age. Every
 * line of a policy can only take away, so no order of lines gives more than any of them.
 *
 * Pure functions: any thread.
 */
#include "privacy/policy.h"

static const struct {
    const char *name, *words;
    uint32_t bit;
} fields[] = {
    {"category", "its category", CMTY__TELL_CATEGORY},
    {"time", "its time", CMTY__TELL_TIME},
    {"beat", "the beat", CMTY__TELL_BEAT},
    {"point", "the masked point", CMTY__TELL_POINT},
    {"fence", "the geofence that decided", CMTY__TELL_FENCE},
    {"doubt", "how sure the beat is", CMTY__TELL_DOUBT},
};
enum { FIELD_COUNT = sizeof fields / sizeof fields[0], DAYS_MAX = 36500 };

static const char *const roles[CMTY__ROLES] = {"public", "agency", "dispatch"};
static const char finest_bin[] = "hour";
static const cmty_time day_ms = 86400000;

const char *cmty__role_name(int32_t role)
{
    return role >= 0 && role < CMTY__ROLES ? roles[role] : "";
}

static int32_t role_of(const char *name)
{
    for (int32_t i = 0; i < CMTY__ROLES; i++)
        if (strcmp(roles[i], name) == 0)
            return i;
    return -1;
}

/* All that there is to tell this role. */
static uint32_t all_fields(int32_t role)
{
    return role == CMTY_ROLE_PUBLIC ? CMTY__TELL_PUBLIC : CMTY__TELL_ALL;
}

void cmty__audiences_default(cmty__rule *rule)
{
    for (int32_t i = 0; i < CMTY__ROLES; i++)
        rule->audiences[i] =
            (cmty__audience){.view = {all_fields(i), cmty__time_bin_find(finest_bin)}};
}

/* ---- reading ---- */

static cmty_status read_fields(const cmty__policy_place *at, const cmty__json *value, int32_t role,
                               uint32_t *out, cmty_error *err)
{
    uint32_t said = 0;

    if (cmty__json_type(value) != CMTY__JSON_ARRAY)
        return cmty__policy_fail(at, "fields", "must be a list", err);
    for (size_t i = 0; i < cmty__json_count(value); i++) {
        const char *name = cmty__json_text(cmty__json_at(value, i));
        size_t k = 0;

        while (k < FIELD_COUNT && (name == NULL || strcmp(fields[k].name, name) != 0))
            k++;
        if (k == FIELD_COUNT || (fields[k].bit & all_fields(role)) == 0)
            return cmty__policy_fail(at, "fields",
                                     role == CMTY_ROLE_PUBLIC
                                         ? "may hold category, time, beat and point, in quotes"
                                         : "may hold category, time, beat, point, fence and doubt, "
                                           "in quotes",
                                     err);
        if ((said & fields[k].bit) != 0)
            return cmty__policy_fail(at, "fields", "names a field twice", err);
        said |= fields[k].bit;
    }
    *out = said;
    return CMTY_OK;
}

static cmty_status read_bin(const cmty__policy_place *at, const cmty__json *value, const char **out,
                            cmty_error *err)
{
    const char *text = cmty__json_text(value);
    const char *bin = text != NULL ? cmty__time_bin_find(text) : NULL;

    if (bin == NULL)
        return cmty__policy_fail(at, "time_bin", "must be hour, day, week or month, in quotes",
                                 err);
    *out = bin;
    return CMTY_OK;
}

/* A step of an audience's ages; what it leaves out takes nothing away. */
static cmty_status read_age(const cmty__policy_place *at, const cmty__json *object, int32_t role,
                            cmty__audience *a, cmty_error *err)
{
    cmty__allowance view = {all_fields(role), cmty__time_bin_find(finest_bin)};
    double days = 0;
    const char *name;
    cmty_status st = CMTY_OK;

    if (cmty__json_type(object) != CMTY__JSON_OBJECT || a->age_count == CMTY__AGES_MAX)
        return cmty__policy_fail(at, "ages", "must be a list of at most 8 objects", err);
    for (size_t i = 0; i < cmty__json_count(object) && st == CMTY_OK; i++) {
        const cmty__json *value = cmty__json_member_at(object, i, &name);

        if (strcmp(name, "days") == 0)
            st = cmty__json_number(value, &days)
                     ? CMTY_OK
                     : cmty__policy_fail(at, "ages.days", "must be a number", err);
        else if (strcmp(name, "fields") == 0)
            st = read_fields(at, value, role, &view.fields, err);
        else if (strcmp(name, "time_bin") == 0)
            st = read_bin(at, value, &view.time_bin, err);
        else
            st = cmty__policy_fail(at, "ages", "may hold days, fields and time_bin", err);
    }
    if (st != CMTY_OK)
        return st;
    if (!(days >= 1 && days <= DAYS_MAX) || days != (double)(uint32_t)days)
        return cmty__policy_fail(at, "ages.days", "must be a whole number from 1 to 36500", err);
    if (a->age_count > 0 && days <= a->days[a->age_count - 1])
        return cmty__policy_fail(at, "ages.days", "must grow from one step to the next", err);
    a->days[a->age_count] = (uint32_t)days;
    a->ages[a->age_count++] = view;
    return CMTY_OK;
}

static cmty_status read_ages(const cmty__policy_place *at, const cmty__json *value, int32_t role,
                             cmty__audience *a, cmty_error *err)
{
    cmty_status st = CMTY_OK;

    if (cmty__json_type(value) != CMTY__JSON_ARRAY)
        return cmty__policy_fail(at, "ages", "must be a list of at most 8 objects", err);
    a->age_count = 0;
    for (size_t i = 0; i < cmty__json_count(value) && st == CMTY_OK; i++)
        st = read_age(at, cmty__json_at(value, i), role, a, err);
    return st;
}

static cmty_status read_audience(const cmty__policy_place *at, const cmty__json *object,
                                 int32_t role, cmty__audience *a, cmty_error *err)
{
    cmty_status st = CMTY_OK;
    const char *name;

    if (cmty__json_type(object) != CMTY__JSON_OBJECT)
        return cmty__fail(err, CMTY_E_FORMAT, "%s: %s must be an object", at->file, at->path);
    for (size_t i = 0; i < cmty__json_count(object) && st == CMTY_OK; i++) {
        const cmty__json *value = cmty__json_member_at(object, i, &name);

        if (strcmp(name, "fields") == 0)
            st = read_fields(at, value, role, &a->view.fields, err);
        else if (strcmp(name, "time_bin") == 0)
            st = read_bin(at, value, &a->view.time_bin, err);
        else if (strcmp(name, "ages") == 0)
            st = read_ages(at, value, role, a, err);
        else
            st = cmty__policy_fail(
                at, name, "is not a member of an audience; look for a slip of the pen", err);
    }
    return st;
}

cmty_status cmty__audiences_read(const cmty__policy_place *at, const cmty__json *object,
                                 cmty__rule *rule, cmty_error *err)
{
    cmty_status st = CMTY_OK;
    const char *name;
    char path[160];
    const cmty__policy_place inner = {at->file, path};

    if (cmty__json_type(object) != CMTY__JSON_OBJECT)
        return cmty__policy_fail(at, "audiences", "must be an object", err);
    for (size_t i = 0; i < cmty__json_count(object) && st == CMTY_OK; i++) {
        const cmty__json *value = cmty__json_member_at(object, i, &name);
        int32_t role = role_of(name);

        if (role < 0)
            return cmty__policy_fail(at, "audiences", "may hold public, agency and dispatch", err);
        (void)cmty__format(path, sizeof path, "%s.audiences.%s", at->path, name);
        st = read_audience(&inner, value, role, &rule->audiences[role], err);
    }
    return st;
}

/* ---- writing ---- */

static void write_view(uint32_t told, const char *bin, cmty__buf *b)
{
    bool first = true;

    cmty__buf_text(b, "\"fields\":[");
    for (size_t k = 0; k < FIELD_COUNT; k++)
        if ((told & fields[k].bit) != 0) {
            cmty__buf_format(b, "%s\"%s\"", first ? "" : ",", fields[k].name);
            first = false;
        }
    cmty__buf_format(b, "],\"time_bin\":\"%s\"", bin);
}

void cmty__audiences_write(const cmty__rule *rule, cmty__buf *b)
{
    for (int32_t i = 0; i < CMTY__ROLES; i++) {
        const cmty__audience *a = &rule->audiences[i];

        cmty__buf_format(b, "%s\"%s\":{", i > 0 ? "," : "", roles[i]);
        write_view(a->view.fields, a->view.time_bin, b);
        cmty__buf_text(b, ",\"ages\":[");
        for (uint32_t k = 0; k < a->age_count; k++) {
            cmty__buf_format(b, "%s{\"days\":%u,", k > 0 ? "," : "", a->days[k]);
            write_view(a->ages[k].fields & all_fields(i), a->ages[k].time_bin, b);
            cmty__buf_char(b, '}');
        }
        cmty__buf_text(b, "]}");
    }
}

void cmty__allowance_words(uint32_t told, cmty__buf *b)
{
    size_t left = 0;
    bool first = true;

    for (size_t k = 0; k < FIELD_COUNT; k++)
        left += (told & fields[k].bit) != 0;
    if (left == 0)
        cmty__buf_text(b, "nothing but that there is one");
    for (size_t k = 0; k < FIELD_COUNT; k++) {
        if ((told & fields[k].bit) == 0)
            continue;
        cmty__buf_format(b, "%s%s", first ? "" : --left == 1 ? " and " : ", ", fields[k].words);
        first = false;
    }
}

/* ---- asking ---- */

cmty__allowance cmty__rule_allows(const cmty__rule *rule, int32_t role, cmty_time occurred,
                                  cmty_time now)
{
    const cmty__audience *a = &rule->audiences[role];
    cmty__allowance view = a->view;

    if (!rule->publish_point)
        view.fields &= ~(uint32_t)CMTY__TELL_POINT;
    for (uint32_t i = 0; i < a->age_count; i++) {
        if (occurred != CMTY_TIME_UNKNOWN && now - occurred < day_ms * a->days[i])
            break;
        view.fields &= a->ages[i].fields;
        view.time_bin = cmty__time_bin_coarser(view.time_bin, a->ages[i].time_bin);
    }
    view.time_bin = cmty__time_bin_coarser(view.time_bin, rule->time_bin);
    return view;
}

static bool same_view(const cmty__allowance *a, const cmty__allowance *b)
{
    return a->fields == b->fields && strcmp(a->time_bin, b->time_bin) == 0;
}

bool cmty__audience_same(const cmty__audience *a, const cmty__audience *b)
{
    if (!same_view(&a->view, &b->view) || a->age_count != b->age_count)
        return false;
    for (uint32_t i = 0; i < a->age_count; i++)
        if (a->days[i] != b->days[i] || !same_view(&a->ages[i], &b->ages[i]))
            return false;
    return true;
}

int32_t cmty__rule_point_role(const cmty__rule *rule)
{
    if (!rule->publish_point)
        return -1;
    for (int32_t i = 0; i < CMTY__ROLES; i++)
        if ((rule->audiences[i].view.fields & CMTY__TELL_POINT) != 0)
            return i;
    return -1;
}
