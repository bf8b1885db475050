/* SPDX-License-Identifier: MIT */
/* Coordinates as they are written: decimal, degrees and minutes, UTM, MGRS, geohash, Plus Code.
   Each rule looks at one place of a plain text. Pure functions: any thread. */
#include "privacy/lint.h"

/* ---- decimal degrees ---- */

/* Words that may stand at a coordinate; whole words but for the hemispheres. */
static const char *const axis_words[] = {
    "latitude", "longitude", "lat",         "lng",   "long",  "lon",   "x",    "y",
    "n",        "s",         "e",           "w",     "north", "south", "east", "west",
    "deg",      "degrees",   "coordinates", "point", "and",   "by",    NULL};

/* Between two coordinates: marks, blanks and words of axes. Counts the words that say so. */
static bool between(const char *t, size_t i, size_t *next, int *told)
{
    size_t start = i, end;

    while (i - start < 40 && !cmty__plain_digit(t[i])) {
        bool is_word = false;

        if ((t[i] == '-' || t[i] == '+') && cmty__plain_digit(t[i + 1]))
            break;
        if (cmty__plain_letter(t[i])) {
            for (size_t k = 0; axis_words[k] != NULL && !is_word; k++) {
                size_t size = strlen(axis_words[k]);

                /* "N41.5": a digit may follow, a letter may not */
                is_word =
                    strncmp(t + i, axis_words[k], size) == 0 && !cmty__plain_letter(t[i + size]);
                if (is_word) {
                    *told += k < 16;
                    i += size;
                }
            }
            if (!is_word)
                return false;
            continue;
        }
        if (t[i] == '\0' || strchr(" ,;:./|=&[](){}\"'_%+-*<>\x01", t[i]) == NULL
            || (t[i] == '.' && cmty__plain_digit(t[i + 1])))
            return false;
        *told += t[i] == CMTY__DEGREE;
        i++;
    }
    end = i;
    *next = end;
    return end > start && (cmty__plain_digit(t[i]) || t[i] == '-' || t[i] == '+');
}

/* An axis or a degree just before. */
static int told_before(const char *t, size_t i)
{
    size_t k = i;

    while (k > 0 && strchr(" :=.\"'(", t[k - 1]) != NULL)
        k--;
    for (size_t w = 0; w < 16; w++) {
        size_t size = strlen(axis_words[w]);

        if (k > size && strncmp(t + k - size, axis_words[w], size) == 0
            && !cmty__plain_letter(t[k - size - 1]))
            return 1;
    }
    return 0;
}

static size_t decimal_pair(const char *t, size_t i, bool comma)
{
    cmty__number a, b;
    int told = told_before(t, i), least;
    size_t next, end;

    if (!cmty__plain_number(t, i, comma, &a) || a.decimals < 3 || a.whole > 3
        || !between(t, a.end, &next, &told) || !cmty__plain_number(t, next, comma, &b)
        || b.decimals < 3 || b.whole > 3 || cmty__plain_digit(t[b.end]))
        return 0;
    if (a.value > 180 || b.value > 180 || (a.value > 90 && b.value > 90))
        return 0;
    end = b.end;
    if (t[end] == CMTY__DEGREE)
        told++, end++;
    end = cmty__plain_blanks(t, end);
    if (t[end] != '\0' && strchr("nsew", t[end]) != NULL && !cmty__plain_letter(t[end + 1]))
        told++;
    least = told > 0 ? 3 : 4;
    return a.decimals >= least && b.decimals >= least ? b.end : 0;
}

/* One coordinate by itself, if an axis stands before it. */
static size_t decimal_one(const char *t, size_t i)
{
    cmty__number a;

    if (!cmty__plain_number(t, i, false, &a) || a.decimals < 4 || a.whole > 3 || a.value > 180
        || told_before(t, i) == 0)
        return 0;
    return a.end;
}

size_t cmty__lint_decimal(const cmty__lint_place *place, const char *t, size_t i)
{
    size_t end;

    (void)place;
    if (cmty__plain_digit(t[i - 1]) || t[i - 1] == '.')
        return 0; /* inside a number */
    if ((t[i - 1] == '-' || t[i - 1] == '+') && !cmty__plain_digit(t[i - 2]))
        return 0; /* behind its sign */
    end = decimal_pair(t, i, false);
    if (end == 0)
        end = decimal_pair(t, i, true);
    return end != 0 ? end : decimal_one(t, i);
}

/* ---- degrees and minutes ---- */

static size_t mark(const char *t, size_t i, const char *marks, const char *const *words)
{
    size_t k = cmty__plain_blanks(t, i), end;

    if (t[k] != '\0' && strchr(marks, t[k]) != NULL) {
        k++;
        return t[k] == '\'' ? k + 1 : k; /* two single quotes are a double one */
    }
    for (; *words != NULL; words++)
        if (strncmp(t + k, *words, strlen(*words)) == 0) {
            end = k + strlen(*words);
            if (!cmty__plain_letter(t[end]))
                return end;
        }
    return 0;
}

static bool hemisphere(const char *t, size_t i, size_t *end)
{
    static const char *const names[] = {"north", "south", "east", "west", "n", "s", "e", "w"};

    i = cmty__plain_blanks(t, i);
    for (size_t k = 0; k < 8; k++)
        if (strncmp(t + i, names[k], strlen(names[k])) == 0
            && !cmty__plain_letter(t[i + strlen(names[k])])) {
            *end = i + strlen(names[k]);
            return true;
        }
    return false;
}

static bool hemisphere_before(const char *t, size_t i)
{
    while (i > 0 && t[i - 1] == ' ')
        i--;
    return i > 1 && strchr("nsew", t[i - 1]) != NULL && !cmty__plain_word(t[i - 2]);
}

/* 415241N, 0873747.5W: digits that run together, with their hemisphere. */
static size_t run_together(const char *t, size_t i)
{
    cmty__number n;
    size_t end;
    bool east;

    if (!cmty__plain_number(t, i, false, &n) || (n.whole != 6 && n.whole != 7)
        || (t[n.end] != 'n' && t[n.end] != 's' && t[n.end] != 'e' && t[n.end] != 'w'))
        return 0;
    end = n.end + 1;
    east = t[n.end] == 'e' || t[n.end] == 'w';
    if ((n.whole == 7) != east)
        return 0;
    return (long)(n.value / 100) % 100 < 60 && (long)n.value % 100 < 60 ? end : 0;
}

size_t cmty__lint_dms(const cmty__lint_place *place, const char *t, size_t i)
{
    static const char *const degree_words[] = {"degrees", "degree", "deg", "d", NULL};
    static const char *const minute_words[] = {"minutes", "minute", "min", "m", NULL};
    static const char *const second_words[] = {"seconds", "second", "sec", "s", NULL};
    cmty__number d, m, s = {0};
    size_t after_d, after_m, end, hemi;
    int marks;

    (void)place;
    if (!cmty__plain_digit(t[i]) || cmty__plain_digit(t[i - 1]) || t[i - 1] == '.')
        return 0;
    end = run_together(t, i);
    if (end != 0)
        return end;
    if (!cmty__plain_number(t, i, false, &d) || d.decimals > 0 || d.whole > 3 || d.value > 180)
        return 0;
    after_d = mark(t, d.end, "\x01*", degree_words);
    marks = after_d != 0;
    after_d = after_d != 0 ? after_d : d.end;
    if (after_d == d.end && t[d.end] != ' ' && t[d.end] != '-' && t[d.end] != ':')
        return 0;
    after_d += t[after_d] == '-' || t[after_d] == ':';
    if (!cmty__plain_number(t, cmty__plain_blanks(t, after_d), false, &m) || m.whole > 2
        || m.value >= 60 || m.negative)
        return 0;
    after_m = mark(t, m.end, "'", minute_words);
    marks += after_m != 0;
    end = after_m = after_m != 0 ? after_m : m.end;
    after_m += t[after_m] == '-' || t[after_m] == ':' || (marks > 0 && t[after_m] == ',');
    if (cmty__plain_number(t, cmty__plain_blanks(t, after_m), true, &s) && s.whole <= 2
        && s.value < 60 && !s.negative) {
        size_t after_s = mark(t, s.end, "\"'", second_words);

        end = after_s != 0 ? after_s : s.end;
    }
    if (marks == 2)
        return end;
    /* without marks the hemisphere must say what it is, and seconds or decimals be there */
    if (s.end == 0 && m.decimals < 2)
        return 0;
    if (hemisphere(t, end, &hemi))
        return hemi;
    return hemisphere_before(t, i) ? end : 0;
}

/* ---- UTM and MGRS ---- */

/* Zone 1 to 60 and, if there, its band; 0: none. */
static size_t zone(const char *t, size_t i, bool *band)
{
    cmty__number n;
    size_t k;

    if (cmty__plain_word(t[i - 1]) || !cmty__plain_number(t, i, false, &n) || n.whole > 2
        || n.decimals > 0 || n.negative || n.value < 1 || n.value > 60)
        return 0;
    k = n.end + (t[n.end] == ' ');
    *band = t[k] >= 'c' && t[k] <= 'x' && t[k] != 'i' && t[k] != 'o';
    return *band ? k + 1 : n.end;
}

static size_t label(const char *t, size_t i, char axis)
{
    size_t k = cmty__plain_blanks(t, i);

    if (t[k] == 'm' && t[k + 1] == axis)
        k++;
    if (t[k] == 'm' && t[k + 1] == ' ' && t[k + 2] == axis)
        k += 2;
    return t[k] == axis && !cmty__plain_letter(t[k + 1]) ? k + 1 : 0;
}

static size_t separators(const char *t, size_t i)
{
    while (t[i] != '\0' && strchr(" ,;:/=-", t[i]) != NULL)
        i++;
    return i;
}

/* A name or a letter of the axis that may stand before its number. */
static size_t axis_before(const char *t, size_t i, const char *word, bool *told)
{
    size_t size = strlen(word);

    if (strncmp(t + i, word, size) == 0 && !cmty__plain_letter(t[i + size])) {
        *told = true;
        return separators(t, i + size);
    }
    if (t[i] == word[0] && !cmty__plain_letter(t[i + 1])) {
        *told = true;
        return separators(t, i + 1);
    }
    return i;
}

size_t cmty__lint_utm(const cmty__lint_place *place, const char *t, size_t i)
{
    bool band = false, east_told = false, north_told = false;
    size_t k = zone(t, i, &band), end;
    bool zoned = k != 0 && band;
    cmty__number east, north;

    (void)place;
    if (cmty__plain_word(t[i - 1]) || t[i - 1] == '.')
        return 0;
    if (zoned && cmty__plain_word(t[k]))
        return 0; /* an MGRS square, or a word */
    k = separators(t, zoned ? k : i);
    k = axis_before(t, k, "easting", &east_told);
    if (!cmty__plain_number(t, k, false, &east) || east.value < 100000 || east.value >= 1000000)
        return 0;
    end = label(t, east.end, 'e');
    east_told |= end != 0;
    k = separators(t, end != 0 ? end : east.end);
    if (k == east.end)
        return 0;
    k = axis_before(t, k, "northing", &north_told);
    if (!cmty__plain_number(t, k, false, &north) || north.value < 100000 || north.value > 1e7)
        return 0;
    end = label(t, north.end, 'n');
    north_told |= end != 0;
    if (!zoned && !(east_told && north_told))
        return 0;
    return end != 0 ? end : north.end;
}

size_t cmty__lint_mgrs(const cmty__lint_place *place, const char *t, size_t i)
{
    bool band = false;
    size_t k = zone(t, i, &band), digits = 0, first = 0;

    (void)place;
    if (k == 0 || !band)
        return 0;
    k += t[k] == ' ';
    for (int n = 0; n < 2; n++, k++)
        if (t[k] < 'a' || t[k] > 'z' || t[k] == 'i' || t[k] == 'o')
            return 0;
    k += t[k] == ' ';
    for (; cmty__plain_digit(t[k]) || (t[k] == ' ' && first == 0 && digits > 0); k++) {
        if (t[k] == ' ' && !cmty__plain_digit(t[k + 1]))
            break;
        if (t[k] == ' ')
            first = digits;
        else
            digits++;
    }
    if (cmty__plain_word(t[k]) || digits < 6 || digits > 10 || digits % 2 != 0
        || (first != 0 && first != digits / 2))
        return 0;
    return k;
}

/* ---- geohash ---- */

static const char base_32[] = "0123456789bcdefghjkmnpqrstuvwxyz";

/* The middle of the cell. */
static cmty_point geohash_point(const char *t, size_t size)
{
    double range[2][2] = {{-180, 180}, {-90, 90}};
    int bit = 0;

    for (size_t i = 0; i < size; i++) {
        int v = (int)(strchr(base_32, t[i]) - base_32);

        for (int k = 4; k >= 0; k--, bit++) {
            double *r = range[bit % 2], middle = (r[0] + r[1]) / 2;

            r[(v >> k & 1) == 0] = middle;
        }
    }
    return (cmty_point){(range[0][0] + range[0][1]) / 2, (range[1][0] + range[1][1]) / 2};
}

static bool called_geohash(const char *t, size_t i)
{
    static const char word[] = "geohash";
    const size_t size = sizeof word - 1;

    while (i > 0 && strchr(" :=/.\"'", t[i - 1]) != NULL)
        i--;
    if (i >= 3 && strncmp(t + i - 3, "org", 3) == 0)
        i -= 4;
    return i > size && strncmp(t + i - size, word, size) == 0;
}

size_t cmty__lint_geohash(const cmty__lint_place *place, const char *t, size_t i)
{
    size_t size = 0;
    bool digit = false, letter = false;
    cmty_point p;

    if (cmty__plain_word(t[i - 1]))
        return 0;
    while (t[i + size] != '\0' && strchr(base_32, t[i + size]) != NULL) {
        digit |= cmty__plain_digit(t[i + size]);
        letter |= !cmty__plain_digit(t[i + size]);
        size++;
    }
    if (size < 7 || size > 12 || cmty__plain_word(t[i + size]))
        return 0;
    if (called_geohash(t, i))
        return i + size;
    if (place == NULL || !place->has_box || !digit || !letter)
        return 0;
    p = geohash_point(t + i, size);
    return p.lon_deg >= place->min.lon_deg && p.lon_deg <= place->max.lon_deg
                   && p.lat_deg >= place->min.lat_deg && p.lat_deg <= place->max.lat_deg
               ? i + size
               : 0;
}

/* ---- Plus Code: github.com/google/open-location-code ---- */

size_t cmty__lint_plus_code(const cmty__lint_place *place, const char *t, size_t i)
{
    static const char digits[] = "23456789cfghjmpqrvwx";
    size_t before = 0, after = 0;

    (void)place;
    if (cmty__plain_word(t[i - 1]))
        return 0;
    while (t[i + before] != '\0' && strchr(digits, t[i + before]) != NULL)
        before++;
    if ((before != 8 && before != 6 && before != 4)
        || (t[i + before] != '+' && strncmp(t + i + before, "%2b", 3) != 0))
        return 0;
    i += before + (t[i + before] == '+' ? 1 : 3);
    while (t[i + after] != '\0' && strchr(digits, t[i + after]) != NULL)
        after++;
    return after >= 2 && after <= 7 && !cmty__plain_word(t[i + after]) ? i + after : 0;
}
