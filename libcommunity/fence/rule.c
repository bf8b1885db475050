/* SPDX-License-Identifier: MIT */
/* One fence without its place: reading its fields, and whether it applies. Any thread; no state. */
#include "fence/rule.h"

#include "report/report.h"

static const char *const action_names[] = {"accept", "escalate", "withhold", "refuse"};
static const char *const day_names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
enum {
    ACTION_COUNT = sizeof action_names / sizeof action_names[0],
    PRIORITY_LIMIT = 1000000000,
    RADIUS_LIMIT_M = 100000,
    LIST_LIMIT = 1000 /* bytes of a list in one field */
};

const cmty__fence_rule cmty__fence_rule_default = {
    .id = "",
    .note = "",
    .to_minute = DAY_MINUTES,
    .days = ALL_DAYS,
    .valid_from = CMTY_TIME_UNKNOWN,
    .valid_to = CMTY_TIME_OPEN_END,
};

const char *cmty_fence_action_name(int32_t action)
{
    return action >= 0 && action < ACTION_COUNT ? action_names[action] : "unknown";
}

bool cmty__fence_action(const char *text, int32_t *out)
{
    for (int32_t i = 0; i < ACTION_COUNT; i++) {
        if (cmty__text_equal_nocase(text, action_names[i])) {
            *out = i;
            return true;
        }
    }
    return false;
}

/* The next part of a list separated by commas, blanks trimmed, in a buffer of `size`. After the
   last one, rest is NULL. */
static bool next_part(const char **rest, char *out, size_t size)
{
    char *trimmed;
    size_t n;

    if (*rest == NULL || (n = strcspn(*rest, ",")) >= size)
        return false;
    memcpy(out, *rest, n);
    out[n] = '\0';
    trimmed = cmty__trim(out);
    memmove(out, trimmed, strlen(trimmed) + 1);
    *rest += n;
    if (**rest == ',')
        *rest += 1;
    else
        *rest = NULL;
    return *out != '\0';
}

static bool find_day(const char *name, size_t *out)
{
    for (size_t i = 0; i < 7; i++) {
        if (cmty__text_equal_nocase(name, day_names[i])) {
            *out = i;
            return true;
        }
    }
    return false;
}

bool cmty__fence_days(const char *text, uint32_t *out)
{
    const char *rest = text;
    uint32_t days = 0;
    char part[16];
    size_t first, last;

    while (rest != NULL) {
        char *dash;

        if (!next_part(&rest, part, sizeof part))
            return false;
        dash = strchr(part, '-');
        if (dash != NULL)
            *dash = '\0';
        if (!find_day(part, &first) || !find_day(dash != NULL ? dash + 1 : part, &last))
            return false;
        for (size_t day = first;; day = (day + 1) % 7) { /* fri-mon passes the end of the week */
            days |= 1u << day;
            if (day == last)
                break;
        }
    }
    *out = days;
    return true;
}

/* hh:mm, up to 24:00 */
static bool read_minute(const char *text, int32_t *out)
{
    int32_t hour, minute;

    for (size_t i = 0; i < 5; i++)
        if (i == 2 ? text[i] != ':' : text[i] < '0' || text[i] > '9')
            return false;
    hour = (text[0] - '0') * 10 + (text[1] - '0');
    minute = (text[3] - '0') * 10 + (text[4] - '0');
    *out = hour * 60 + minute;
    return minute <= 59 && *out <= DAY_MINUTES;
}

bool cmty__fence_hours(const char *text, int32_t *from_minute, int32_t *to_minute)
{
    int32_t from, to;

    if (strlen(text) != strlen("22:00-06:00") || text[5] != '-' || !read_minute(text, &from)
        || !read_minute(text + 6, &to) || from == DAY_MINUTES || from == to)
        return false;
    *from_minute = from;
    *to_minute = to;
    return true;
}

bool cmty__fence_priority(const char *text, int32_t *out)
{
    double v; /* a column of numbers may be printed as 50 or 50.0 */

    if (!cmty__parse_double(text, &v) || v < -PRIORITY_LIMIT || v > PRIORITY_LIMIT
        || v != (double)(int32_t)v)
        return false;
    *out = (int32_t)v;
    return true;
}

bool cmty__fence_radius(const char *text, double *out_m)
{
    double v;

    if (!cmty__parse_double(text, &v) || !(v > 0) || v > RADIUS_LIMIT_M)
        return false;
    *out_m = v;
    return true;
}

cmty_status cmty__fence_patterns(const char *text, cmty__arena *arena, cmty__fence_rule *out)
{
    char part[LIST_LIMIT];
    const char **patterns;
    const char *rest = text;
    uint32_t count = 1;

    for (const char *c = text; *c != '\0'; c++)
        count += *c == ',' ? 1 : 0;
    patterns = cmty__arena_alloc(arena, count * sizeof *patterns);
    if (patterns == NULL)
        return CMTY_E_NOMEM;
    for (uint32_t i = 0; i < count; i++) {
        if (!next_part(&rest, part, sizeof part) || !cmty__category_pattern_known(part))
            return CMTY_E_FORMAT;
        patterns[i] = cmty__arena_text(arena, part, strlen(part));
        if (patterns[i] == NULL)
            return CMTY_E_NOMEM;
    }
    out->patterns = patterns;
    out->pattern_count = count;
    return CMTY_OK;
}

bool cmty__fence_rule_has_window(const cmty__fence_rule *rule)
{
    return rule->valid_from != CMTY_TIME_UNKNOWN || rule->valid_to != CMTY_TIME_OPEN_END
           || rule->days != ALL_DAYS || rule->from_minute != 0 || rule->to_minute != DAY_MINUTES;
}

static bool in_window(const cmty__fence_rule *rule, cmty_time when, const cmty__zone *zone)
{
    cmty__civil local;
    int32_t minute, day;

    if (when < rule->valid_from || when >= rule->valid_to)
        return false;
    cmty__time_to_civil(when, zone, &local);
    minute = local.hour * 60 + local.minute;
    day = local.weekday;
    if (rule->from_minute < rule->to_minute) {
        if (minute < rule->from_minute || minute >= rule->to_minute)
            return false;
    } else if (minute < rule->to_minute) {
        day = (day + 6) % 7; /* the small hours belong to the night that began the day before */
    } else if (minute < rule->from_minute) {
        return false;
    }
    return (rule->days >> day & 1) != 0;
}

static bool has_category(const cmty__fence_rule *rule, const char *category)
{
    for (uint32_t i = 0; i < rule->pattern_count; i++)
        if (cmty__category_matches(rule->patterns[i], category))
            return true;
    return rule->pattern_count == 0;
}

bool cmty__fence_rule_applies(const cmty__fence_rule *rule, const char *category, cmty_time when,
                              const cmty__zone *zone)
{
    if (!has_category(rule, category))
        return false;
    if (!cmty__fence_rule_has_window(rule))
        return true;
    if (when == CMTY_TIME_UNKNOWN) /* to be on the safe side */
        return rule->action != CMTY_FENCE_ACCEPT;
    return in_window(rule, when, zone);
}

static int compare_int64(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static int compare_patterns(const cmty__fence_rule *a, const cmty__fence_rule *b)
{
    int order = compare_int64(a->pattern_count, b->pattern_count);

    for (uint32_t i = 0; order == 0 && i < a->pattern_count; i++)
        order = strcmp(a->patterns[i], b->patterns[i]);
    return order;
}

int cmty__fence_rule_compare(const cmty__fence_rule *a, const cmty__fence_rule *b)
{
    int order = compare_int64(b->priority, a->priority);

    if (order == 0)
        order = compare_int64(b->action, a->action); /* actions are numbered by strictness */
    if (order == 0)
        order = strcmp(a->id, b->id);
    /* From here on only the number and the note of the fence that decides can differ. */
    if (order == 0)
        order = strcmp(a->note, b->note);
    if (order == 0)
        order = compare_patterns(a, b);
    if (order == 0)
        order = compare_int64(a->valid_from, b->valid_from);
    if (order == 0)
        order = compare_int64(a->valid_to, b->valid_to);
    if (order == 0)
        order = compare_int64(a->days, b->days);
    if (order == 0)
        order = compare_int64(a->from_minute, b->from_minute);
    if (order == 0)
        order = compare_int64(a->to_minute, b->to_minute);
    return order;
}
