/* SPDX-License-Identifier: MIT */
#ifndef CMTY_PRIVACY_PRIVACY_H
#define CMTY_PRIVACY_PRIVACY_H

/* Floor 2: keys, sealing, mask laws, catchments, policy. The only room that sees libsodium (but for
   core's random numbers). */

#include "core/core.h"
#include "geo/geo.h"

#include <community/count.h>
#include <community/key.h>
#include <community/lint.h>
#include <community/mask.h>
#include <community/outbox.h>
#include <community/policy.h>

/* ---- key.c ---- */

typedef struct cmty__mask_key cmty__mask_key; /* guarded memory, wiped on free; any thread reads */
cmty_status cmty__mask_key_open(const char *path, cmty__mask_key **out, cmty_error *err);
void cmty__mask_key_free(cmty__mask_key *key);
const char *cmty__mask_key_id(const cmty__mask_key *key); /* 8 hex digits, public */
/* Another secret out of the key, for this purpose and salt only. */
void cmty__mask_key_derive(const cmty__mask_key *key, const char *purpose, const void *salt,
                           size_t salt_size, uint8_t out[32]);
/* The id that a key of these 32 bytes would have; out holds 9. */
void cmty__mask_key_id_of(const uint8_t *key, char *out);

/* ---- hash.c ---- */

enum { CMTY__HASH_BYTES = 32 };
/* Keyed BLAKE2b-256 (RFC 7693); key 16 to 64 bytes or NULL. */
void cmty__hash(const void *key, size_t key_size, const void *data, size_t size,
                uint8_t out[CMTY__HASH_BYTES]);
/* SHA-256, for the audit log's tree; tagged: of tag || a || b. out may be a or b. */
void cmty__sha256(const void *data, size_t size, uint8_t out[CMTY__HASH_BYTES]);
void cmty__sha256_tagged(uint8_t tag, const void *a, size_t a_size, const void *b, size_t b_size,
                         uint8_t out[CMTY__HASH_BYTES]);
void cmty__hex(const uint8_t *data, size_t size, char *out /* 2 * size + 1 */);
void cmty__wipe(void *data, size_t size);

/* ---- law_name.c: also cmty_law_name() and its inverses ---- */

const char *cmty__region_name(int32_t region); /* "none", "clamp", "redraw" */

/* ---- law.c: one law with its parameters ---- */

typedef struct cmty__catchments cmty__catchments;

typedef struct cmty__address {
    cmty_point at;
    double weight; /* 1 for an address, persons for a population unit */
} cmty__address;

/* law_list.c: public places to snap to. Immutable, any thread. */
typedef struct cmty__list cmty__list;
/* points: sorted on return. */
cmty_status cmty__list_new(cmty_point *points, size_t count, cmty__list **out, cmty_error *err);
void cmty__list_free(cmty__list *list);
const char *cmty__list_version(const cmty__list *list); /* 8 hex digits, of the set of points */
cmty_point cmty__list_nearest(const cmty__list *list, cmty_point p);
/* As cmty__list_new(), without points that serve 1 to k - 1 addresses within_m of them: they are
   left out again and again until there are none, for what is left out enlarges its neighbours. */
cmty_status cmty__list_settle(cmty_point *points, size_t count, const cmty__address *addresses,
                              size_t address_count, uint32_t k, double within_m, cmty__list **out,
                              cmty_error *err);

typedef struct cmty__law {
    int32_t law, region; /* CMTY_LAW_*, CMTY_REGION_*; never AUTO */
    uint32_t k, min_addresses;
    double epsilon_per_m, lattice_m, radius_m, inner_radius_m;
    double cutoff_m;        /* snap */
    const cmty__list *list; /* snap, street; borrowed */
    bool land;              /* the region is no beat, but land given by a layer */
} cmty__law;
cmty_status cmty__law_check(const cmty__law *law, cmty_error *err);
bool cmty__law_keyed(int32_t law);             /* needs a mask key */
bool cmty__law_confined(const cmty__law *law); /* draws, and in a region */

/* Where a draw is confined, and what is disclosed with it. */
enum { CMTY__ANY_AREA = -2 };
typedef struct cmty__region {
    const cmty__areas *areas; /* NULL: no region known */
    int32_t area;             /* -1: outside every beat; CMTY__ANY_AREA: all of them together */
    int32_t address_count;    /* in the area; -1 unknown */
    int32_t version;          /* of the beats, part of catchment look-up */
} cmty__region;

typedef struct cmty__mask_result {
    cmty_point at;
    double radius_m;
    bool beat_disclosed;
    const char *note; /* static; why withheld */
} cmty__mask_result;

/* CMTY_OK or CMTY_WITHHELD. Deterministic in (law, key, report_id, lattice cell of at, region). */
cmty_status cmty__law_apply(const cmty__law *law, const cmty__mask_key *key,
                            const cmty__catchments *catchments, const char *report_id,
                            cmty_point at, const cmty__region *region, cmty__mask_result *out,
                            cmty_error *err);
/* What a point drawn by this law spends, per metre; 0 for laws without an epsilon. */
double cmty__law_charge(const cmty__law *law);
/* Names the place that is charged, about 100 m wide, for whoever has the key. */
void cmty__law_place(const cmty__mask_key *key, cmty_point at, uint8_t out[16]);
/* The lattice point that the noise starts from. */
cmty_point cmty__lattice_round(double lattice_m, cmty_point at);
void cmty__law_guarantee(const cmty__law *law, cmty__buf *words); /* English sentences */
void cmty__law_metadata(const cmty__law *law, const char *key_id, cmty__buf *json);

/* ---- catchment.c: k-address anchors, each inside one area, made to a fixpoint ---- */

/* For each version's areas. Deterministic in the set of addresses (order does not matter). Public
   places (NULL: none) are exempt from k: what lies in one, and in the area where the place has its
   own anchor, is served by that; addresses in them are not counted. */
cmty_status cmty__catchments_build(const cmty__areas *const *versions, size_t version_count,
                                   const cmty__address *addresses, size_t count,
                                   const cmty__areas *places, uint32_t k, const cmty_host *host,
                                   cmty__catchments **out, cmty_error *err);
void cmty__catchments_free(cmty__catchments *c);
/* Anchor that serves p in this area; CMTY_NOTFOUND where k cannot be met inside it. radius_m: the
   farthest that any point of the catchment can be from its anchor. weight: 0 for a public place. */
cmty_status cmty__catchments_find(const cmty__catchments *c, int32_t version, int32_t area,
                                  cmty_point p, cmty_point *anchor, double *radius_m,
                                  double *weight);
int32_t cmty__catchments_address_count(const cmty__catchments *c, int32_t version, int32_t area);
void cmty__catchments_save(const cmty__catchments *c, cmty__buf *out);
cmty_status cmty__catchments_load(const void *bytes, size_t size, cmty__catchments **out,
                                  cmty_error *err);

/* catchment_layer.c: the layer "catchments", one polygon for each catchment, for each area that is
   too small for one, and for each public place. `beats`: the name of each area. */
cmty_status cmty__catchments_write(const cmty__catchments *c, int32_t version,
                                   const cmty__areas *areas, const char *const *beats,
                                   cmty__writer *w, cmty_error *err);

/* ---- policy.c ---- */

/* What an audience may be told of a report besides its id. */
enum {
    CMTY__TELL_CATEGORY = 1,
    CMTY__TELL_TIME = 2,
    CMTY__TELL_BEAT = 4,
    CMTY__TELL_POINT = 8, /* as it is masked */
    CMTY__TELL_FENCE = 16,
    CMTY__TELL_DOUBT = 32, /* how sure the beat is */
    CMTY__TELL_PUBLIC = 15,
    CMTY__TELL_ALL = 63
};
typedef struct cmty__allowance {
    uint32_t fields;      /* CMTY__TELL_* */
    const char *time_bin; /* not finer than this; static text */
} cmty__allowance;

enum { CMTY__ROLES = 3, CMTY__AGES_MAX = 8 };
typedef struct cmty__audience {
    cmty__allowance view;
    uint32_t age_count;
    uint32_t days[CMTY__AGES_MAX];        /* ascending; from this age on no more than */
    cmty__allowance ages[CMTY__AGES_MAX]; /* this, and than what came before */
} cmty__audience;

typedef struct cmty__rule {
    cmty__law law;        /* AUTO resolved by the caller: anchor if there are catchments */
    const char *time_bin; /* "hour", "day", "week", "month" */
    bool publish_point;   /* false: counted only */
    bool protected_category;
    cmty__audience audiences[CMTY__ROLES]; /* by CMTY_ROLE_* */
} cmty__rule;
/* What a role may be told now of a report that happened then, in a bin not finer than the rule's.
 */
cmty__allowance cmty__rule_allows(const cmty__rule *rule, int32_t role, cmty_time occurred,
                                  cmty_time now);
bool cmty__audience_same(const cmty__audience *a, const cmty__audience *b);
/* The widest role that is ever told the point, or -1. */
int32_t cmty__rule_point_role(const cmty__rule *rule);
const char *cmty__role_name(int32_t role); /* "public", "agency", "dispatch" */
const char *cmty__time_bin_coarser(const char *a, const char *b);
/* The rule for a category: longest matching prefix, then the default. Never NULL. */
const cmty__rule *cmty__policy_rule(const cmty_policy *policy, const char *category);
cmty_status cmty__policy_parse(const char *json, size_t size, const char *name, cmty_policy **out,
                               cmty_error *err);
const char *cmty__policy_name(const cmty_policy *policy);
int64_t cmty__policy_suppress_below(const cmty_policy *policy); /* counts 1 .. this-1 are blank */
uint32_t cmty__policy_k(const cmty_policy *policy);
double cmty__policy_budget_per_m(const cmty_policy *policy);  /* of one place; 0: none is set */
double cmty__policy_count_epsilon(const cmty_policy *policy); /* 0: blanks in place of noise */
bool cmty__policy_ages(const cmty_policy *policy); /* what is told changes as reports age */

/* ---- counting.c: counts with noise from the exact discrete Laplace law ---- */

typedef struct cmty__counting {
    uint8_t key[CMTY__HASH_BYTES];
    uint64_t rate_p, rate_q; /* noise x has the weight e^(-|x| p/q) */
} cmty__counting;
/* Wiped by close. A contributor changes the counts of a level by at most `contribution`. */
void cmty__counting_open(cmty__counting *c, const cmty__mask_key *key, const char *release,
                         double epsilon, uint32_t contribution);
/* The same under a secret of 32 bytes. */
void cmty__counting_open_secret(cmty__counting *c, const uint8_t secret[CMTY__HASH_BYTES],
                                const char *release, double epsilon, uint32_t contribution);
void cmty__counting_close(cmty__counting *c);
/* Deterministic in (key, release, rate, level, cell, count). */
int64_t cmty__counting_noisy(const cmty__counting *c, const char *level, const char *cell,
                             int64_t count);
bool cmty__counting_keeps(const cmty__counting *c, const char *cell, int64_t count,
                          double probability);
void cmty__counting_hash(const cmty__counting *c, const void *data, size_t size, uint64_t out[2]);
/* Whole numbers, none negative, of the given sum (at least 0), nearest to the noisy ones by least
   squares. False: out of memory. */
bool cmty__counting_fit(const int64_t *noisy, size_t count, int64_t total, int64_t *out);

/* Chance that a key of the data with n contributors is shown, where each is in at most l0 keys. */
double cmty__keep_probability(int select, int64_t n, double epsilon, double delta, uint32_t l0);
/* What the noisy number must exceed under that noise (google/differential-privacy,
   Delta_For_Thresholding; sigma: Balle and Wang 2018 for delta / 2). */
double cmty__threshold_laplace(double epsilon, double delta, uint32_t l0, uint32_t linf);
double cmty__threshold_gaussian(double epsilon, double delta, uint32_t l0);
double cmty__sigma_gaussian(double epsilon, double delta, uint32_t l0);

/* ---- lint.c: what a text tells that is finer than it may be ---- */

typedef struct cmty__lint_place cmty__lint_place; /* where, and its streets; immutable once made */
cmty__lint_place *cmty__lint_place_new(void);
void cmty__lint_place_free(cmty__lint_place *place);
void cmty__lint_place_box(cmty__lint_place *place, cmty_point min, cmty_point max);
/* Then sort once, after the last. False: out of memory. */
bool cmty__lint_place_street(cmty__lint_place *place, const char *name);
void cmty__lint_place_sort(cmty__lint_place *place);

typedef struct cmty__found {
    int32_t rule; /* CMTY_LEAK_* */
    size_t at, size;
} cmty__found;
/* All that the text rules find, in order, none over another; those of the bits in `without` are not
   asked. place may be NULL. *found is owned by the caller (cmty__free). */
cmty_status cmty__lint(const cmty__lint_place *place, const char *text, size_t size,
                       uint32_t without, cmty__found **found, size_t *count, cmty_error *err);
/* The rule that finds something first, or -1. Without memory to look, one of them. */
int32_t cmty__lint_first(const cmty__lint_place *place, const char *text);

/* ---- media.c: see community/media.h ---- */

/* Where a picture says it was taken, or CMTY_NOTFOUND. Exact: only ever for the sealed part. */
cmty_status cmty__media_place(const void *bytes, size_t size, cmty_point *place, cmty_error *err);

/* ---- seal.c: a data key per report under a period key that is sealed once ---- */

enum { CMTY__SEAL_PUBLIC_BYTES = 32 };
cmty_status cmty__seal_public_read(const char *path, uint8_t out[CMTY__SEAL_PUBLIC_BYTES],
                                   cmty_error *err);

typedef struct cmty__sealer cmty__sealer; /* a fresh period key; in guarded memory */
cmty_status cmty__sealer_new(const uint8_t public_key[CMTY__SEAL_PUBLIC_BYTES], cmty__sealer **out,
                             cmty_error *err);
void cmty__sealer_free(cmty__sealer *s);
/* The period key sealed under the public key (crypto_box_seal), with its algorithm id: stored once.
 */
void cmty__sealer_period(const cmty__sealer *s, cmty__buf *out);
/* Appends to out: algorithm id, wrapped data key, nonce, ciphertext of `plain` padded to 256-byte
   steps, bound to `bound` (the clear columns) as associated data. XChaCha20-Poly1305. */
cmty_status cmty__seal(const cmty__sealer *s, const void *plain, size_t size, const void *bound,
                       size_t bound_size, cmty__buf *out, cmty_error *err);

typedef struct cmty__opener cmty__opener; /* holds the secret key, guarded */
cmty_status cmty__opener_open(const char *secret_path, cmty__opener **out, cmty_error *err);
void cmty__opener_free(cmty__opener *o);
bool cmty__opener_fits(const cmty__opener *o, const uint8_t public_key[CMTY__SEAL_PUBLIC_BYTES]);
/* CMTY_E_KEY: wrong key; CMTY_E_FORMAT: altered, or bound to other clear columns. */
cmty_status cmty__unseal(const cmty__opener *o, const void *period, size_t period_size,
                         const void *sealed, size_t size, const void *bound, size_t bound_size,
                         cmty__buf *plain, cmty_error *err);

/* A sealed period key, sealed for another public key. What is sealed under it is not touched. */
cmty_status cmty__period_rewrap(const cmty__opener *o, const void *period, size_t size,
                                const uint8_t public_key[CMTY__SEAL_PUBLIC_BYTES], cmty__buf *out,
                                cmty_error *err);

/* Name and version of libsodium, for cmty_dependencies(). */
void cmty__privacy_versions(cmty__buf *out);

#endif
