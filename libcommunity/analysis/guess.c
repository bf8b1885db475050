/* SPDX-License-Identifier: MIT */
/* Keys that someone might guess, and questions that someone might ask. Serial per suite. */
#include "suite.h"

#include <math.h>

/* ---- the mask key ---- */

enum { SMALL_NUMBERS = 65536 };

static const char *const words[] = {
    "",         "0",     "1",       "42",        "123",    "1234",    "12345",   "123456",
    "secret",   "key",   "mask",    "mask key",  "test",   "testing", "seed",    "password",
    "changeme", "admin", "default", "community", "police", "public",  "example", "00000000",
};

static bool fits(const uint8_t key[CMTY__HASH_BYTES], const char *key_id)
{
    char id[16];

    cmty__mask_key_id_of(key, id);
    return strcmp(id, key_id) == 0;
}

/* A small number as eight bytes at either end, or one byte all through. */
static bool guess_number(uint32_t n, const char *key_id)
{
    uint8_t key[CMTY__HASH_BYTES] = {0};
    bool found;

    for (int i = 0; i < 4; i++)
        key[i] = (uint8_t)(n >> (8 * i));
    found = fits(key, key_id);
    memset(key, 0, sizeof key);
    for (int i = 0; i < 4; i++)
        key[CMTY__HASH_BYTES - 1 - i] = (uint8_t)(n >> (8 * i));
    found |= fits(key, key_id);
    if (n < 256) {
        memset(key, (int)n, sizeof key);
        found |= fits(key, key_id);
    }
    return found;
}

/* A word as it stands, and hashed. */
static bool guess_word(const char *word, const char *key_id)
{
    uint8_t key[CMTY__HASH_BYTES] = {0};
    bool found;

    for (size_t i = 0; word[i] != '\0'; i++)
        key[i] = (uint8_t)word[i];
    found = fits(key, key_id);
    cmty__hash(NULL, 0, word, strlen(word), key);
    found |= fits(key, key_id);
    cmty__sha256(word, strlen(word), key);
    return found | fits(key, key_id);
}

static bool guess_key(const char *key_id, size_t *tries)
{
    bool found = false;

    for (uint32_t n = 0; n < SMALL_NUMBERS; n++)
        found |= guess_number(n, key_id);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        found |= guess_word(words[i], key_id);
    *tries = 2 * SMALL_NUMBERS + 256 + 3 * sizeof words / sizeof words[0];
    return found;
}

cmty_status cmty__attack_key(cmty__suite *s, cmty_error *err)
{
    cmty_finding f = {.kind = CMTY_FINDING_RISK,
                      .name = "key_guess",
                      .what = "the mask key is a guessable one",
                      .unit = "",
                      .note = "small numbers, repeated bytes, common words and their hashes; 0: "
                              "none is the key",
                      .low = (double)NAN,
                      .high = (double)NAN,
                      .baseline = (double)NAN};
    const char *text, *key_id;
    cmty__json *json = NULL;
    size_t tries = 0;
    cmty_status st;

    if (s->o.masker == NULL || s->o.mechanism != NULL)
        return CMTY_OK;
    text = cmty_masker_metadata(s->o.masker);
    st = cmty__json_parse(text, strlen(text), &json, err);
    if (st != CMTY_OK)
        return st;
    key_id = cmty__json_text(cmty__json_member(json, "key_id"));
    if (key_id != NULL) {
        f.value = guess_key(key_id, &tries);
        f.trials = tries;
        f.verdict = f.value > 0 ? CMTY_VERDICT_FAIL : CMTY_VERDICT_PASS;
        st = cmty__find(s, &f, err);
    }
    cmty__json_free(json);
    return st;
}

/* ---- a question with an answer ---- */

enum { QUESTIONS = 48 };

typedef struct box {
    cmty_point min, max;
} box;

static bool in_box(const box *b, cmty_point p)
{
    return p.lon_deg >= b->min.lon_deg && p.lon_deg <= b->max.lon_deg && p.lat_deg >= b->min.lat_deg
           && p.lat_deg <= b->max.lat_deg;
}

static box all_places(const cmty__suite *s)
{
    box b = {{180, 90}, {-180, -90}};

    for (size_t i = 0; i < s->place_count; i++) {
        cmty_point p = s->places[i].at;

        b.min = (cmty_point){fmin(b.min.lon_deg, p.lon_deg), fmin(b.min.lat_deg, p.lat_deg)};
        b.max = (cmty_point){fmax(b.max.lon_deg, p.lon_deg), fmax(b.max.lat_deg, p.lat_deg)};
    }
    return b;
}

static double addresses_in(const cmty__suite *s, const box *b, size_t *places)
{
    double n = 0;

    *places = 0;
    for (size_t i = 0; i < s->place_count; i++)
        if (in_box(b, s->places[i].at)) {
            n += s->places[i].weight;
            ++*places;
        }
    return n;
}

/* Halves the box, the longer side first, until one place is left in it; how many addresses. */
static double bisect(const cmty__suite *s, const cmty__case *c, box *b)
{
    const cmty_mechanism *m = s->o.mechanism;
    size_t left = 0;
    double addresses = addresses_in(s, b, &left);

    for (int asked = 0; asked < QUESTIONS && left > 1; asked++) {
        bool wide = b->max.lon_deg - b->min.lon_deg > b->max.lat_deg - b->min.lat_deg;
        box half = *b;

        if (wide)
            half.max.lon_deg = (b->min.lon_deg + b->max.lon_deg) / 2;
        else
            half.max.lat_deg = (b->min.lat_deg + b->max.lat_deg) / 2;
        if (m->inside(m->user, c->id, c->truth, c->seen[0].at, half.min, half.max) == 1)
            *b = half;
        else if (wide)
            b->min.lon_deg = half.max.lon_deg;
        else
            b->min.lat_deg = half.max.lat_deg;
        addresses = addresses_in(s, b, &left);
    }
    return addresses;
}

cmty_status cmty__attack_oracle(cmty__suite *s, double bayes, cmty_error *err)
{
    cmty__rate r = {0, 0};

    if (s->o.mechanism == NULL || s->o.mechanism->inside == NULL)
        return CMTY_OK;
    for (size_t i = 0; i < s->sample_count; i++) {
        const cmty__case *c = &s->cases[s->sample[i]];
        box b = all_places(s);
        double addresses = bisect(s, c, &b);

        if (in_box(&b, s->places[c->place].at))
            r.hits += 1 / addresses;
        r.trials++;
    }
    return cmty__find_excess(s, "oracle", "address found by asking whether it lies in a box",
                             "a box is halved until one place is left; baseline: best guess "
                             "without",
                             r, bayes, err);
}
