/* SPDX-License-Identifier: MIT */
#ifndef CMTY_PRIVACY_NOISE_H
#define CMTY_PRIVACY_NOISE_H

/* Private to this room: the keyed stream and exact draws from it, in whole numbers only. */

#include "privacy/privacy.h"

enum { CMTY__MECHANISM_VERSION = 1 }; /* of everything that decides a draw; part of its key */

/* Numbers that decide a draw; in this order they are part of its key. */
typedef struct cmty__draw_key {
    int64_t law, region, scale_a, scale_b, step_mm, row, column;
} cmty__draw_key;

typedef struct cmty__stream {
    uint8_t seed[32];
    uint64_t block; /* of ChaCha20's 64 bytes, the next to be made */
    size_t used;    /* of bytes */
    uint8_t bytes[512];
} cmty__stream;

/* Seed = BLAKE2b keyed by the mask key of domain, mechanism version, draw key and report id. */
void cmty__stream_open(cmty__stream *s, const uint8_t mask_key[32], const cmty__draw_key *draw,
                       const char *report_id);
void cmty__stream_close(cmty__stream *s); /* wipes */
uint64_t cmty__stream_next(cmty__stream *s);

uint64_t cmty__uniform(cmty__stream *s, uint64_t n);                     /* 0 .. n - 1, n > 0 */
bool cmty__bernoulli(cmty__stream *s, uint64_t n, uint64_t d);           /* true with n / d <= 1 */
bool cmty__bernoulli_exp(cmty__stream *s, uint64_t n, uint64_t d);       /* with e^(-n/d), n <= d */
int64_t cmty__discrete_laplace(cmty__stream *s, uint64_t p, uint64_t q); /* ~ e^(-|x| p/q) */

/* Rates c are whole multiples of 2^-32, below 2^11. */
enum { CMTY__RATE_BITS = 32 };

/* A vector v of Z^2 with Pr[v] proportional to e^(-c |v|). False where it cannot be decided within
   512 bits, less likely than 2^-400: nothing is guessed. */
bool cmty__lattice_noise(cmty__stream *s, uint64_t rate, int64_t *east, int64_t *north);

/* Is u < c (|v| - s |v|_1) / divisor? u is given by `count` 64-bit digits, first to ninth... of
   its binary fraction: 1 yes, 0 no, -1 it depends on further digits. Exact. */
int cmty__below_gap(uint64_t rate, int64_t east, int64_t north, uint64_t divisor,
                    const uint64_t *digits, size_t count);

uint64_t cmty__law_rate(const cmty__law *law); /* law.c: of the law lattice */

uint64_t cmty__root64(uint64_t n);                               /* floor of the square root */
uint64_t cmty__ratio_shifted(uint64_t a, uint64_t b, int shift); /* floor(a 2^shift / b) */

#endif
