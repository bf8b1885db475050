/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_LEDGER_H
#define COMMUNITY_LEDGER_H

#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Who was told what of which case, and what that has spent. Opaque; immutable. */
typedef struct cmty_ledger cmty_ledger;

/**
 * Read the ledger of a store: what its places have spent, by audience, and for each case who was
 * told of it. A case is the number that a receiver gave to its reports; a report without one is a
 * case of its own. No place is in it, and no sealed part is opened.
 *
 * @param      store  Path of the journal; only read, may be under intake.
 * @param[out] out    Owned by the caller; NULL on failure.
 * @param[out] err    Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_INVALID; CMTY_E_NOMEM.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_ledger_open(const char *store, cmty_ledger **out,
                                                     cmty_error *err);

/**
 * Release a ledger.
 *
 * @param ledger  May be NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API void cmty_ledger_free(cmty_ledger *ledger);

/** What a row of the ledger is about. */
enum {
    CMTY_LEDGER_TOTAL = 0,    /**< All that was spent with an audience: public, agency, dispatch. */
    CMTY_LEDGER_PUBLIC = 1,   /**< A case, as everybody may see it. */
    CMTY_LEDGER_RECEIVER = 2, /**< A case, and a receiver that has taken its reports. */
    CMTY_LEDGER_READER = 3, /**< A case, and somebody who has read it exactly: with the secret key,
                                 on the record. */
};                          /* values are ABI: append, never renumber */

/** One row. Texts are borrowed until the ledger is freed, never NULL. */
typedef struct cmty_ledger_row {
    uint32_t struct_size;    /**< sizeof(cmty_ledger_row), set by the caller. */
    int32_t kind;            /**< CMTY_LEDGER_*. */
    const char *audience;    /**< The audience, the receiver, or who has read. */
    const char *case_number; /**< As a receiver gave it; empty where none did, and for totals. */
    const char *report_id;   /**< Of a report without a case number; empty otherwise. A reader's row
                                  without either is about all reports of the store. */
    uint64_t reports;        /**< Reports of the case; totals: places that have spent. */
    uint64_t points;         /**< Masked points told of them; totals: all that were charged. */
    uint64_t times;          /**< Reader: how often; else 0. */
    double epsilon_per_m; /**< Sum for the points. Those of receivers are the ones that the public
                               row counts, where there are such: they are not spent twice. */
    double most_per_m;    /**< Totals: most that one place has spent; else 0. */
    double budget_per_m;  /**< Totals: what the policy lets a place spend, 0: no limit; else 0. */
    cmty_time last;       /**< Reader: when last; else CMTY_TIME_UNKNOWN. */
} cmty_ledger_row;

/**
 * Number of rows: totals first, then cases in order of their number, then reports.
 *
 * @param ledger  Not NULL.
 * @return The count.
 * @threads any
 * @since 0.1
 */
CMTY_API size_t cmty_ledger_count(const cmty_ledger *ledger);

/**
 * One row.
 *
 * @param      ledger  Not NULL.
 * @param      index   0 to cmty_ledger_count() - 1.
 * @param[out] row     Its struct_size set by the caller. Untouched on failure.
 * @param[out] err     Detail on failure, or NULL.
 * @return CMTY_OK; CMTY_E_RANGE; CMTY_E_INVALID; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_ledger_row_at(const cmty_ledger *ledger, size_t index,
                                                       cmty_ledger_row *row, cmty_error *err);

#ifdef __cplusplus
}
#endif
#endif
