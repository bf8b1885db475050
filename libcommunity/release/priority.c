/* SPDX-License-Identifier: MIT */
/*
 * Priorities: read from JSON, strictly, for a rule with a slip of the pen would hold for all;
 * judged by what the receiver is told anyway, so that a number tells nothing more. Any thread.
 */
#include "release/priority.h"

#include <community/fence.h>
#include <community/report.h>

enum { FILE_LIMIT = 1024 * 1024, MOST_RULES = 1000, MOST_PRIORITY = 10, NAME_BYTES = 64 };

typedef struct rule {
    const char *name;
    int32_t priority;
    const cmty__json *categories, *beats, *districts, *fences; /* NULL: any */
    int32_t fence_action;                                      /* -1: any */
    int32_t ambiguous;                                         /* -1: either */
} rule;

struct cmty__priorities {
    cmty__json *document; /* texts of the rules */
    rule *rules;
    size_t count;
};

void cmty__priorities_free(cmty__priorities *p)
{
    if (p == NULL)
        return;
    cmty__json_free(p->document);
    cmty__free(p->rules);
    cmty__free(p);
}

/* ---- reading ---- */

/* Where in the file we are, for messages. */
typedef struct place {
    const char *file;
    size_t number; /* of the rule, from 1 */
} place;

static cmty_status fail_at(const place *at, const char *member, const char *what, cmty_error *err)
{
    return cmty__fail(err, CMTY_E_FORMAT, "%s: rule %zu: %s %s", at->file, at->number, member,
                      what);
}

/* "theft.*" covers theft and all that begins with "theft." */
static bool matches(const char *pattern, const char *code)
{
    const size_t size = strlen(pattern);

    if (size < 3 || strcmp(pattern + size - 2, ".*") != 0)
        return strcmp(pattern, code) == 0;
    return strncmp(pattern, code, size - 2) == 0
           && (code[size - 2] == '.' || code[size - 2] == '\0');
}

static bool is_known_pattern(const char *pattern)
{
    for (size_t i = 0; i < cmty_category_count(); i++)
        if (matches(pattern, cmty_category_code(i)))
            return true;
    return false;
}

static cmty_status read_list(const place *at, const char *member, const cmty__json *value,
                             const cmty__json **out, cmty_error *err)
{
    const char *text;

    if (cmty__json_type(value) != CMTY__JSON_ARRAY || cmty__json_count(value) == 0)
        return fail_at(at, member, "must be a list of texts that is not empty", err);
    for (size_t i = 0; i < cmty__json_count(value); i++) {
        text = cmty__json_text(cmty__json_at(value, i));
        if (text == NULL || text[0] == '\0')
            return fail_at(at, member, "must be a list of texts that is not empty", err);
        if (strcmp(member, "categories") == 0 && !is_known_pattern(text))
            return fail_at(at, member, "has a text that is no category and no family of them", err);
    }
    *out = value;
    return CMTY_OK;
}

static cmty_status read_action(const place *at, const cmty__json *value, rule *r, cmty_error *err)
{
    const char *text = cmty__json_text(value);

    for (int32_t a = CMTY_FENCE_ACCEPT; text != NULL && a <= CMTY_FENCE_WITHHOLD; a++)
        if (strcmp(text, cmty_fence_action_name(a)) == 0) {
            r->fence_action = a;
            return CMTY_OK;
        }
    return fail_at(at, "fence_action", "must be accept, escalate or withhold, in quotes", err);
}

static cmty_status read_member(const place *at, const char *name, const cmty__json *value, rule *r,
                               cmty_error *err)
{
    const char *text = cmty__json_text(value);
    int64_t number = -1;
    bool yes = false;

    if (strcmp(name, "name") == 0) {
        r->name = text;
        return text != NULL && text[0] != '\0' && strlen(text) <= NAME_BYTES
                   ? CMTY_OK
                   : fail_at(at, name, "must be a text of 1 to 64 bytes", err);
    }
    if (strcmp(name, "priority") == 0) {
        if (!cmty__json_int64(value, &number) || number < 0 || number > MOST_PRIORITY)
            return fail_at(at, name, "must be a whole number from 0 to 10", err);
        r->priority = (int32_t)number;
        return CMTY_OK;
    }
    if (strcmp(name, "ambiguous") == 0) {
        if (!cmty__json_bool(value, &yes))
            return fail_at(at, name, "must be true or false", err);
        r->ambiguous = yes;
        return CMTY_OK;
    }
    if (strcmp(name, "fence_action") == 0)
        return read_action(at, value, r, err);
    if (strcmp(name, "categories") == 0)
        return read_list(at, name, value, &r->categories, err);
    if (strcmp(name, "beats") == 0)
        return read_list(at, name, value, &r->beats, err);
    if (strcmp(name, "districts") == 0)
        return read_list(at, name, value, &r->districts, err);
    if (strcmp(name, "fences") == 0)
        return read_list(at, name, value, &r->fences, err);
    return fail_at(at, name, "is not a member of a rule; look for a slip of the pen", err);
}

static cmty_status read_rule(const place *at, const cmty__json *object, rule *r, cmty_error *err)
{
    cmty_status st = CMTY_OK;
    const char *name;

    *r = (rule){.priority = -1, .fence_action = -1, .ambiguous = -1};
    if (cmty__json_type(object) != CMTY__JSON_OBJECT)
        return fail_at(at, "it", "must be an object", err);
    for (size_t i = 0; st == CMTY_OK && i < cmty__json_count(object); i++) {
        const cmty__json *value = cmty__json_member_at(object, i, &name);

        st = read_member(at, name, value, r, err);
    }
    if (st == CMTY_OK && r->name == NULL)
        st = fail_at(at, "name", "is missing", err);
    if (st == CMTY_OK && r->priority < 0)
        st = fail_at(at, "priority", "is missing; 0 to 10, 10 is the highest", err);
    return st;
}

static cmty_status read_rules(cmty__priorities *p, const char *file, const cmty__json *list,
                              cmty_error *err)
{
    cmty_status st = CMTY_OK;

    if (cmty__json_type(list) != CMTY__JSON_ARRAY || cmty__json_count(list) > MOST_RULES)
        return cmty__fail(err, CMTY_E_FORMAT, "%s: rules must be a list of at most %d", file,
                          MOST_RULES);
    p->rules = cmty__calloc(cmty__json_count(list) + 1, sizeof *p->rules);
    if (p->rules == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; st == CMTY_OK && i < cmty__json_count(list); i++) {
        const place at = {file, i + 1};

        st = read_rule(&at, cmty__json_at(list, i), &p->rules[i], err);
        for (size_t k = 0; st == CMTY_OK && k < i; k++)
            if (strcmp(p->rules[k].name, p->rules[i].name) == 0)
                st = fail_at(&at, "name", "is that of another rule too", err);
        p->count = i + 1;
    }
    return st;
}

static cmty_status read_document(cmty__priorities *p, const char *file, cmty_error *err)
{
    const cmty__json *rules = cmty__json_member(p->document, "rules");
    int64_t version = 0;
    const char *name;

    if (cmty__json_type(p->document) != CMTY__JSON_OBJECT
        || !cmty__json_int64(cmty__json_member(p->document, "priority"), &version) || version != 1)
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s: a file of priorities is an object with \"priority\": 1, the version "
                          "of the format, and \"rules\"",
                          file);
    for (size_t i = 0; i < cmty__json_count(p->document); i++) {
        cmty__json_member_at(p->document, i, &name);
        if (strcmp(name, "priority") != 0 && strcmp(name, "rules") != 0)
            return cmty__fail(err, CMTY_E_FORMAT,
                              "%s: %.40s is not a member of a file of priorities", file, name);
    }
    return read_rules(p, file, rules, err);
}

cmty_status cmty__priorities_open(const char *path, cmty__priorities **out, cmty_error *err)
{
    const char *file = cmty__basename(path);
    cmty_error why = CMTY_ERROR_INIT;
    cmty__priorities *p = NULL;
    char *text = NULL;
    size_t size = 0;
    cmty_status st = cmty__file_read(path, FILE_LIMIT, &text, &size, err);

    *out = NULL;
    if (st != CMTY_OK)
        return st;
    p = cmty__calloc(1, sizeof *p);
    if (p == NULL) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        goto done;
    }
    st = cmty__json_parse(text != NULL ? text : "", size, &p->document, &why);
    if (st < 0)
        st = cmty__fail(err, st, "%s: %s", file, why.message);
    else
        st = read_document(p, file, err);
    if (st == CMTY_OK) {
        *out = p;
        p = NULL;
    }

done:
    cmty__priorities_free(p);
    cmty__free(text);
    return st;
}

/* ---- judging ---- */

static bool lists(const cmty__json *list, const char *text,
                  bool (*equal)(const char *entry, const char *text))
{
    if (list == NULL)
        return true;
    for (size_t i = 0; i < cmty__json_count(list); i++)
        if (equal(cmty__json_text(cmty__json_at(list, i)), text))
            return true;
    return false;
}

static bool same(const char *entry, const char *text)
{
    return strcmp(entry, text) == 0;
}

static bool holds(const rule *r, const cmty_outbox_item *item)
{
    return lists(r->categories, item->category, matches) && lists(r->beats, item->beat_id, same)
           && lists(r->districts, item->district, same) && lists(r->fences, item->fence_id, same)
           && (r->fence_action < 0 || r->fence_action == item->fence_action)
           && (r->ambiguous < 0 || (uint32_t)r->ambiguous == item->ambiguous);
}

void cmty__priorities_judge(const cmty__priorities *p, cmty_outbox_item *item)
{
    const rule *best = NULL;

    item->priority = -1;
    item->priority_rule = "";
    for (size_t i = 0; p != NULL && i < p->count; i++) {
        const rule *r = &p->rules[i];

        if (holds(r, item)
            && (best == NULL || r->priority > best->priority
                || (r->priority == best->priority && strcmp(r->name, best->name) < 0)))
            best = r;
    }
    if (best != NULL) {
        item->priority = best->priority;
        item->priority_rule = best->name;
    }
}
