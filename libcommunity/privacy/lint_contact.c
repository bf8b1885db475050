/* SPDX-License-Identifier: MIT */
/* Links to a place, telephone numbers and e-mail addresses in a plain text. Pure functions: any
   thread. */
#include "privacy/lint.h"

/* ---- map links ---- */

static bool starts(const char *t, const char *prefix)
{
    return strncmp(t, prefix, strlen(prefix)) == 0;
}

static size_t link_end(const char *t, size_t i)
{
    while (t[i] > ' ' && strchr("\"'<>)", t[i]) == NULL)
        i++;
    return i;
}

/* filled.count.soap */
static size_t word_triple(const char *t, size_t i)
{
    for (int words = 0;; i++) {
        size_t start = i;

        while (cmty__plain_letter(t[i]))
            i++;
        if (i - start < 2 || (words < 2 && t[i] != '.'))
            return 0;
        if (++words == 3)
            return i;
    }
}

static size_t three_words(const char *t, size_t i)
{
    return starts(t + i, "///") ? word_triple(t, i + 3) : 0;
}

/* "what three words: ", "what3words " stand before it. */
static bool told_as_words(const char *t, size_t i)
{
    static const char *const words[] = {"three words", "3 words", "what3words", "w3w"};

    while (i > 0 && strchr(" :=", t[i - 1]) != NULL)
        i--;
    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
        if (i > strlen(words[k])
            && strncmp(t + i - strlen(words[k]), words[k], strlen(words[k])) == 0)
            return true;
    return false;
}

size_t cmty__lint_map_link(const cmty__lint_place *place, const char *t, size_t i)
{
    static const char *const hosts[] = {
        "maps.google.", "google.com/maps", "goo.gl/maps", "maps.app.goo.gl", "openstreetmap.org",
        "osm.org",      "maps.apple.com",  "waze.com/ul", "bing.com/maps",   "what3words.com",
        "w3w.co",       "plus.codes/",     "geohash.org", "here.com",        "mapquest.com",
        "maps.me",      "ge0.me",          "wego.here",   "yandex.ru/maps",  "mapy.cz"};

    (void)place;
    if (cmty__plain_word(t[i - 1]))
        return 0;
    if (starts(t + i, "geo:") && (cmty__plain_digit(t[i + 4]) || t[i + 4] == '-'))
        return link_end(t, i);
    for (size_t k = 0; k < sizeof hosts / sizeof hosts[0]; k++)
        if (starts(t + i, hosts[k]))
            return link_end(t, i);
    return told_as_words(t, i) ? word_triple(t, i) : three_words(t, i);
}

/* ---- telephone numbers ---- */

enum { GROUPS_MAX = 8 };

typedef struct dialled { /* groups of digits with marks between them */
    int digits, groups, group[GROUPS_MAX];
    size_t end;
    bool plus, bracket, same_mark;
    char mark;
} dialled;

static dialled read_dialled(const char *t, size_t i, int most)
{
    dialled d = {.same_mark = true};

    if (t[i] == '+') {
        d.plus = true;
        i++;
    }
    while (d.groups < most) {
        int n = 0;
        char mark = 0;

        if (t[i] == '(') {
            d.bracket = true;
            i++;
        }
        while (cmty__plain_digit(t[i + (size_t)n]))
            n++;
        if (n == 0)
            break;
        d.group[d.groups++] = n;
        d.digits += n;
        i += (size_t)n;
        d.end = i;
        while (t[i] != '\0' && strchr(" .-)/", t[i]) != NULL && !(t[i] == '.' && t[i + 1] == ' ')) {
            mark = t[i] == ')' || t[i] == ' ' ? mark : t[i];
            i++;
        }
        if (i == d.end && t[i] != '(')
            break;
        if (d.mark == 0)
            d.mark = mark;
        d.same_mark &= mark == d.mark || mark == 0 || !cmty__plain_digit(t[i]);
    }
    return d;
}

/* 785-555-0106 and its kin: three, three, four, with or without a 1 before them. */
static bool north_american(const char *t, size_t i, const dialled *d)
{
    int first = d->groups > 3 && d->group[0] == 1 ? 1 : 0;
    size_t k = i;

    while (!cmty__plain_digit(t[k]))
        k++;
    if (first == 1 && t[k] != '1')
        return false;
    if (d->groups - first == 3)
        return d->group[first] == 3 && d->group[first + 1] == 3 && d->group[first + 2] == 4;
    if (d->groups - first == 4 && d->group[first] == 3 && d->group[first + 1] == 3)
        return d->group[first + 2] == 2 && d->group[first + 3] == 2; /* 785 555 01 06 */
    if (d->groups == 2 && d->group[0] == 3 && d->group[1] == 4)
        return d->mark == '-' || d->mark == '.'; /* 555-0106 */
    if (d->groups == 2 && d->bracket)
        return d->group[0] == 3 && d->group[1] == 7;
    if (d->groups != 1 || (d->digits != 10 && d->digits != 11))
        return false;
    k += d->digits == 11 && t[k] == '1';
    if (d->digits == 11 && t[k - 1] != '1')
        return false;
    return t[k] >= '2' && t[k + 3] >= '2'; /* area and exchange begin with 2 to 9 */
}

static size_t told_as_phone(const char *t, size_t i)
{
    static const char *const words[] = {"tel",  "phone", "telephone", "mobile", "cell",     "call",
                                        "text", "fax",   "ring",      "number", "whatsapp", "me"};

    while (i > 0 && strchr(" :=.(", t[i - 1]) != NULL)
        i--;
    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++) {
        size_t size = strlen(words[k]);

        if (i > size && strncmp(t + i - size, words[k], size) == 0
            && !cmty__plain_word(t[i - size - 1]))
            return size;
    }
    return 0;
}

static bool is_phone(const char *t, size_t i, const dialled *d)
{
    if (d->digits > 15 || cmty__plain_word(t[d->end])
        || (t[d->end] == '-' && cmty__plain_word(t[d->end + 1])))
        return false;
    if (d->plus)
        return d->digits >= 8;
    if ((t[i] == '0' && t[i + 1] == '0' && d->digits >= 10) || (d->bracket && d->digits >= 9)
        || north_american(t, i, d))
        return true;
    if (t[i] == '0' && d->digits >= 9 && d->digits <= 12 && d->groups >= 2 && d->groups <= 5)
        return true; /* 020 7946 0958 */
    return d->digits >= 7 && told_as_phone(t, i) > 0;
}

/* One past a word for a digit at i; 0. */
static size_t spelt_digit(const char *t, size_t i)
{
    static const char *const words[] = {"zero", "oh",  "one",   "two",   "three", "four",
                                        "five", "six", "seven", "eight", "nine"};
    size_t end;

    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
        if (cmty__plain_is(t, i, words[k], &end))
            return end;
    return 0;
}

/* "seven eight five, five five five, 0106": at least five words among 7 to 11 digits. */
static size_t spelt_phone(const char *t, size_t i)
{
    int digits = 0, words = 0;
    size_t end = 0;

    while (digits < 12) {
        size_t next = spelt_digit(t, i), k = i;

        if (next == 0)
            while (cmty__plain_digit(t[k]))
                k++;
        if (next == 0 && (k == i || cmty__plain_word(t[k])))
            break;
        words += next != 0;
        digits += next != 0 ? 1 : (int)(k - i);
        end = next != 0 ? next : k;
        for (i = end; t[i] != '\0' && strchr(" ,.-", t[i]) != NULL;)
            i++;
        if (i == end)
            break;
    }
    return words >= 5 && digits >= 7 && digits <= 11 ? end : 0;
}

size_t cmty__lint_phone(const cmty__lint_place *place, const char *t, size_t i)
{
    bool fresh = !cmty__plain_word(t[i - 1]) && t[i - 1] != '.' && t[i - 1] != '+';

    (void)place;
    if (fresh && cmty__plain_letter(t[i]))
        return spelt_phone(t, i);
    if (!fresh || (!cmty__plain_digit(t[i]) && t[i] != '+' && t[i] != '('))
        return 0;
    if (cmty__plain_digit(t[i]) && t[i - 1] == '-' && cmty__plain_word(t[i - 2]))
        return 0;                                         /* the rest of a case number or a date */
    for (int groups = GROUPS_MAX; groups > 0; groups--) { /* other numbers may follow */
        dialled d = read_dialled(t, i, groups);

        if (d.groups == groups && is_phone(t, i, &d))
            return d.end;
    }
    return 0;
}

/* ---- e-mail ---- */

static bool local(char c)
{
    return cmty__plain_word(c) || (c != '\0' && strchr(".+-%'!#$&*/=?^`{|}~", c) != NULL);
}

/* How sure an at sign is: some need more behind them. */
enum { AT_SURE, AT_WORD, AT_BRACKET };

/* "@", "(at)", "[at]", " at ", "(a)" */
static size_t at_sign(const char *t, size_t i, int *kind)
{
    static const char *const spellings[] = {"(at)", "[at]", "{at}", "(a)", "[a]", "at"};
    size_t k = cmty__plain_blanks(t, i);

    *kind = AT_SURE;
    if (t[i] == '@')
        return i + 1;
    if (starts(t + i, "%40"))
        return i + 3;
    for (size_t n = 0; n < 6; n++)
        if (starts(t + k, spellings[n]) && (n < 5 || (k > i && t[k + 2] == ' '))) {
            *kind = n == 5 ? AT_WORD : n >= 3 ? AT_BRACKET : AT_SURE;
            return cmty__plain_blanks(t, k + strlen(spellings[n]));
        }
    return 0;
}

static size_t dot(const char *t, size_t i, bool *spelt)
{
    static const char *const spellings[] = {"(dot)", "[dot]", "{dot}", "dot"};
    size_t k = cmty__plain_blanks(t, i);

    if (t[i] == '.')
        return i + 1;
    for (size_t n = 0; n < 4; n++)
        if (starts(t + k, spellings[n]) && (n < 3 || (k > i && t[k + 3] == ' '))) {
            *spelt = true;
            return cmty__plain_blanks(t, k + strlen(spellings[n]));
        }
    return 0;
}

/* A name of a host with a dot in it. Where the at is a mere word, a dot must be spelt too. */
static size_t host(const char *t, size_t i, bool must_spell)
{
    size_t end = 0;
    bool spelt = false;

    for (int labels = 0; i != 0; labels++) {
        size_t start = i;

        while (cmty__plain_word(t[i]) || t[i] == '-')
            i++;
        if (i == start)
            break;
        if (labels > 0 && cmty__plain_letter(t[start]))
            end = i;
        i = dot(t, i, &spelt);
    }
    return must_spell && !spelt ? 0 : end;
}

/* "(a)" is an item of a list, too: the host must end as many do. */
static bool is_common(const char *t, size_t end)
{
    static const char *const last[] = {".com", ".org", ".net", ".edu", ".gov",
                                       ".de",  ".uk",  ".fr",  ".es",  ".us"};

    for (size_t k = 0; k < sizeof last / sizeof last[0]; k++)
        if (end > strlen(last[k])
            && strncmp(t + end - strlen(last[k]), last[k], strlen(last[k])) == 0)
            return true;
    return false;
}

size_t cmty__lint_email(const cmty__lint_place *place, const char *t, size_t i)
{
    size_t k = i, after, end;
    int kind;

    (void)place;
    if (local(t[i - 1]) || !cmty__plain_word(t[i]))
        return 0;
    while (local(t[k]) && !starts(t + k, "%40"))
        k++;
    after = at_sign(t, k, &kind);
    if (after == 0 || !cmty__plain_word(t[after]))
        return 0;
    end = host(t, after, kind == AT_WORD);
    return kind == AT_BRACKET && !is_common(t, end) ? 0 : end;
}
