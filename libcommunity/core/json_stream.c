/* SPDX-License-Identifier: MIT */
/* Elements of a JSON array, one text at a time: the reader's place in the file is all the state
   there is, so that a file of any size takes the memory of one element. Only brackets and quotes
   are followed here; each element is parsed strictly on its own. Serial per reader. */
#include "core/core.h"

enum { NAME_LIMIT = 256 };

static cmty_status fail_at(cmty__reader *r, const char *what, cmty_error *err)
{
    cmty_status st = cmty__reader_status(r, err);

    if (st != CMTY_OK)
        return st;
    return cmty__fail(err, CMTY_E_FORMAT, "%s, line %llu: %s", cmty__reader_name(r),
                      (unsigned long long)cmty__reader_line_number(r) + 1, what);
}

static bool blank(int c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* First byte that is no blank, not yet consumed; -1 at the end. */
static int next_byte(cmty__reader *r)
{
    int c = cmty__reader_peek(r);

    while (blank(c)) {
        cmty__reader_get(r);
        c = cmty__reader_peek(r);
    }
    return c;
}

static bool take(cmty__reader *r, int wanted)
{
    if (next_byte(r) != wanted)
        return false;
    cmty__reader_get(r);
    return true;
}

/* Where a value goes while it is read: kept up to a limit, or only passed over. */
struct sink {
    cmty__buf *kept; /* NULL: passed over */
    size_t limit;
    bool too_large;
};

static void keep(struct sink *s, int c)
{
    if (s->kept == NULL || s->too_large)
        return;
    if (s->kept->size >= s->limit) {
        s->too_large = true;
        cmty__buf_clear(s->kept);
    } else {
        cmty__buf_char(s->kept, (char)c);
    }
}

/* The rest of a text whose opening quote has been consumed. */
static bool pass_string(cmty__reader *r, struct sink *s)
{
    int c;

    while ((c = cmty__reader_get(r)) >= 0) {
        keep(s, c);
        if (c == '"')
            return true;
        if (c == '\\')
            keep(s, cmty__reader_get(r));
    }
    return false;
}

/* One value. The separator behind it is left. */
static cmty_status pass_value(cmty__reader *r, struct sink *s, cmty_error *err)
{
    uint64_t depth = 0;
    int c = next_byte(r);

    if (c == ',' || c == ']' || c == '}')
        return fail_at(r, "a value is expected", err);
    do {
        c = cmty__reader_get(r);
        if (c < 0)
            return fail_at(r, "the file ends within a value", err);
        keep(s, c);
        if (c == '"' && !pass_string(r, s))
            return fail_at(r, "the file ends within a text", err);
        if (c == '{' || c == '[')
            depth++;
        if (c == '}' || c == ']')
            depth--;
        c = cmty__reader_peek(r);
        if (depth == 0 && (c == ',' || c == ']' || c == '}' || blank(c) || c < 0))
            return CMTY_OK;
    } while (true);
}

/* The name of a member and its colon. */
static cmty_status pass_name(cmty__reader *r, cmty__buf *name, cmty_error *err)
{
    struct sink s = {name, NAME_LIMIT, false};

    cmty__buf_clear(name);
    if (!take(r, '"'))
        return fail_at(r, "a name in quotes is expected", err);
    if (!pass_string(r, &s))
        return fail_at(r, "the file ends within a text", err);
    if (!take(r, ':'))
        return fail_at(r, "a colon is expected", err);
    if (name->failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    return CMTY_OK;
}

static bool is_member(const cmty__buf *name, const char *member)
{
    size_t n = strlen(member); /* the name still has its closing quote */

    return name->size == n + 1 && memcmp(name->data, member, n) == 0;
}

/* Up to and with the bracket that opens the array of the wanted member. */
static cmty_status find_member(cmty__reader *r, const char *member, cmty__buf *name,
                               cmty_error *err)
{
    cmty_status st;

    if (!take(r, '{'))
        return fail_at(r, "an object in braces is expected", err);
    if (next_byte(r) == '}')
        return fail_at(r, "the array that should hold the records is missing", err);
    for (;;) {
        struct sink pass = {NULL, 0, false};

        st = pass_name(r, name, err);
        if (st != CMTY_OK)
            return st;
        if (is_member(name, member))
            return take(r, '[') ? CMTY_OK : fail_at(r, "an array in brackets is expected", err);
        st = pass_value(r, &pass, err);
        if (st != CMTY_OK)
            return st;
        if (!take(r, ','))
            return fail_at(r, "the array that should hold the records is missing", err);
    }
}

static cmty_status begin(cmty__reader *r, const char *member, cmty__buf *scratch, cmty_error *err)
{
    static const unsigned char mark[] = {0xEF, 0xBB, 0xBF};

    for (size_t i = 0; i < sizeof mark && cmty__reader_peek(r) == mark[i]; i++)
        cmty__reader_get(r);
    if (member != NULL)
        return find_member(r, member, scratch, err);
    return take(r, '[') ? CMTY_OK : fail_at(r, "an array in brackets is expected", err);
}

/* What stands behind the array: only the other members of its object, and nothing after them. */
static cmty_status finish(cmty__reader *r, const char *member, cmty__buf *name, cmty_error *err)
{
    while (member != NULL && take(r, ',')) {
        struct sink pass = {NULL, 0, false};
        cmty_status st = pass_name(r, name, err);

        if (st == CMTY_OK && is_member(name, member))
            st = fail_at(r, "the array that holds the records is there twice", err);
        if (st == CMTY_OK)
            st = pass_value(r, &pass, err);
        if (st != CMTY_OK)
            return st;
    }
    if (member != NULL && !take(r, '}'))
        return fail_at(r, "a comma or } is expected", err);
    if (next_byte(r) >= 0)
        return fail_at(r, "there is something after the end of the JSON text", err);
    cmty__buf_clear(name);
    return cmty__reader_status(r, err) == CMTY_OK ? CMTY_END : CMTY_E_IO;
}

cmty_status cmty__json_stream(cmty__reader *r, const char *member, size_t limit, cmty__buf *element,
                              cmty_error *err)
{
    struct sink sink = {element, limit, false};
    bool first = cmty__reader_offset(r) == 0;
    cmty_status st;

    if (first) {
        st = begin(r, member, element, err);
        if (st != CMTY_OK)
            return st;
    }
    cmty__buf_clear(element);
    if (first ? take(r, ']') : !take(r, ',')) {
        if (!first && !take(r, ']'))
            return fail_at(r, "a comma or ] is expected", err);
        return finish(r, member, element, err);
    }
    next_byte(r);
    st = pass_value(r, &sink, err);
    if (st != CMTY_OK)
        return st;
    if (element->failed)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (sink.too_large)
        return cmty__fail(err, CMTY_E_LIMIT, "%s, line %llu: a record is longer than %zu bytes",
                          cmty__reader_name(r), (unsigned long long)cmty__reader_line_number(r) + 1,
                          limit);
    return CMTY_OK;
}
