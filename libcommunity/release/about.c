/* SPDX-License-Identifier: MIT */
/* The release in words: what it covers, what it promises, what is missing and why. Any thread. */
#include "release/overlay.h"

#include <community/version.h>

/* ---- period ---- */

static const char *const months[] = {"January",   "February", "March",    "April",
                                     "May",       "June",     "July",     "August",
                                     "September", "October",  "November", "December"};

static void put_day(cmty__buf *out, const cmty__civil *c)
{
    cmty__buf_format(out, "%d %s %d", c->day, months[(c->month + 11) % 12], c->year);
}

void cmty__about_period(const cmty__overlay *o, cmty__buf *out)
{
    const cmty__zone *zone = cmty__gate_zone(o->gate);
    cmty_time from = o->since != CMTY_TIME_UNKNOWN ? o->since : o->first;
    cmty_time to = o->until != CMTY_TIME_OPEN_END ? o->until - 1 : o->last;
    cmty__civil a, b;

    if (from == CMTY_TIME_UNKNOWN || to == CMTY_TIME_UNKNOWN) {
        cmty__buf_text(out, "All reports on record");
        return;
    }
    cmty__time_to_civil(from, zone, &a);
    cmty__time_to_civil(to, zone, &b);
    put_day(out, &a);
    if (a.year != b.year || a.month != b.month || a.day != b.day) {
        cmty__buf_text(out, " to ");
        put_day(out, &b);
    }
}

/* ---- explanations ---- */

void cmty__about_suppression(const cmty__overlay *o, cmty__buf *out)
{
    if (o->counts->noisy) {
        cmty__buf_format(
            out,
            "Every number has noise from the discrete Laplace law, zeros too, and each "
            "sum is that of the numbers below it. One report changes the odds of this "
            "table by a factor of at most e^%g, whatever else is known (differential "
            "privacy, epsilon %g for the whole table, split evenly over its levels). "
            "Another period, or the same with another report, is drawn anew and costs "
            "its epsilon again. There are no points and no numbers by beat and "
            "category.",
            cmty__policy_count_epsilon(o->policy), cmty__policy_count_epsilon(o->policy));
        return;
    }
    if (o->suppress_below <= 1) {
        cmty__buf_text(out, "The policy of this release prints every number.");
        return;
    }
    cmty__buf_format(out,
                     "Numbers from 1 to %lld are not printed. So that they cannot be worked out "
                     "from sums, some larger numbers are left out with them. A zero is printed.",
                     (long long)o->suppress_below - 1);
    cmty__buf_text(out, " Points that would tell a number which is not printed are left out too, "
                        "or shown without their category.");
}

void cmty__about_points(const cmty__overlay *o, cmty__buf *out)
{
    (void)o;
    cmty__buf_text(out, "A point is a protected place, not the scene: it was moved on purpose, and "
                        "radius_m says how far the true place may be. The beat of a point is that "
                        "of the true place only where its law says so; else it is the beat in "
                        "which the moved point lies. Counts by beat always use the true beat.");
}

/* ---- the list ---- */

typedef struct builder {
    cmty__about *list;
    size_t count, capacity;
    bool failed;
} builder;

/* Takes over what is in the buffer. */
static void add(builder *b, const char *key, cmty__buf *text)
{
    if (text->data == NULL && !text->failed)
        cmty__buf_text(text, "");
    if (text->failed || !cmty__grow(&b->list, &b->capacity, b->count + 1, sizeof *b->list)) {
        b->failed = true;
        cmty__buf_free(text);
        return;
    }
    b->list[b->count++] = (cmty__about){key, text->data};
    *text = (cmty__buf){0};
}

static void add_text(builder *b, const char *key, const char *text)
{
    cmty__buf copy = {0};

    cmty__buf_text(&copy, text);
    add(b, key, &copy);
}

static void add_number(builder *b, const char *key, int64_t number)
{
    cmty__buf text = {0};

    if (number == CMTY__BLANK)
        cmty__buf_text(&text, "not printed");
    else
        cmty__buf_format(&text, "%lld", (long long)number);
    add(b, key, &text);
}

static void add_made(builder *b, const char *key, const cmty__overlay *o,
                     void (*make)(const cmty__overlay *, cmty__buf *))
{
    cmty__buf text = {0};

    make(o, &text);
    add(b, key, &text);
}

static void add_guarantees(builder *b, const cmty__overlay *o)
{
    for (size_t i = 0; i < cmty__gate_guarantee_count(o->gate); i++) {
        const cmty__guarantee *g = cmty__gate_guarantee(o->gate, i);
        cmty__buf words = {0}, parameters = {0};

        cmty__buf_format(&words, "%s: %s", g->id, g->words);
        add(b, "guarantee", &words);
        cmty__buf_format(&parameters, "%s: %s", g->id, g->metadata);
        add(b, "guarantee_parameters", &parameters);
    }
}

static void add_library(builder *b)
{
    cmty__buf text = {0};

    cmty__buf_format(&text, "libcommunity %s", cmty_version_string());
    add(b, "made_by", &text);
}

cmty_status cmty__about_list(const cmty__overlay *o, cmty__about **out, size_t *count,
                             cmty_error *err)
{
    builder b = {0};

    add_text(&b, "title", o->title);
    add_made(&b, "period", o, cmty__about_period);
    add_text(&b, "time_zone", cmty_policy_time_zone(o->policy));
    add_text(&b, "beats_in_force", cmty__beatset_label(o->beats, o->counts->version));
    add_number(&b, "reports", o->counts->reports);
    add_number(&b, "points", (int64_t)o->point_count);
    add_number(&b, "beats_not_printed", o->counts->blank_beats);
    add_made(&b, "numbers", o, cmty__about_suppression);
    add_made(&b, "places", o, cmty__about_points);
    add_guarantees(&b, o);
    add_text(&b, "limits",
             "Two releases whose periods overlap can be subtracted from one another: publish fixed "
             "periods. What a reader knows already from elsewhere is not protected.");
    add_text(&b, "policy_name", cmty__policy_name(o->policy));
    add_text(&b, "policy", cmty_policy_json(o->policy));
    add_library(&b);
    if (b.failed) {
        cmty__about_list_free(b.list, b.count);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    *out = b.list;
    *count = b.count;
    return CMTY_OK;
}

void cmty__about_list_free(cmty__about *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        cmty__free(list[i].text);
    cmty__free(list);
}
