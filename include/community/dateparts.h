/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_DATEPARTS_H
#define COMMUNITY_DATEPARTS_H

#include <community/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Which times, on whose clock. Start from CMTY_DATEPARTS_OPTIONS_INIT, then set fields. */
typedef struct cmty_dateparts_options {
    uint32_t struct_size;      /**< Filled by the initialiser; never by hand. */
    uint32_t date_order;       /**< How 03/04/2026 is read: 'd' day first, 'm' month first. Default
                                    0: it is refused. */
    const char *date_column;   /**< Where date and time stand in two columns; NULL: one column, or
                                    date and time where neither is named and both are there. */
    const char *time_column;   /**< NULL: found (occurred, datetime, timestamp, time and others). */
    const char *time_zone;     /**< IANA name of the zone whose clocks are asked. Needed. */
    const char *source_zone;   /**< Zone of times without one. NULL: @p time_zone. */
    const char *const *shifts; /**< "NAME=HH:MM-HH:MM" each, the end not included; one that ends at
                                    or before its start goes over midnight. May be NULL. */
    size_t shift_count;        /**< How many. */
    const cmty_host *host;     /**< Borrowed for the call; may be NULL. */
} cmty_dateparts_options;

/** Defaults of cmty_dateparts_options. */
#define CMTY_DATEPARTS_OPTIONS_INIT                                                                \
    {                                                                                              \
        (uint32_t)sizeof(cmty_dateparts_options), 0, NULL, NULL, NULL, NULL, NULL, 0, NULL         \
    }

/**
 * Fill dateparts options with the defaults, for callers without a preprocessor.
 *
 * @param[out] options  Not NULL.
 * @return CMTY_OK, or CMTY_E_INVALID if @p options is NULL.
 * @threads any
 * @since 0.1
 */
CMTY_API cmty_status cmty_dateparts_options_init(cmty_dateparts_options *options);

/**
 * Add to each row of a CSV file what the clocks of a place showed at its time. The input columns
 * come first, then these.
 *
 * - local_time: date and time without a zone, to the second.
 * - local_offset: what is added to UTC, as -06:00.
 * - local_date, local_week (2026-W48; ISO 8601), local_weekday (1 Monday to 7 Sunday),
 *   local_weekday_name (in English), local_hour (0 to 23).
 * - local_shift, local_shift_date, where shifts are given: the shifts whose hours these are, joined
 *   by | in the order given, and the dates on which they began. Empty where it is nobody's hour.
 * - local_clock: empty, or what is odd. `skipped`: the time has no zone, and clocks jumped over it;
 *   the moment of the jump is taken. `twice`: it has no zone, and clocks showed it twice; the first
 *   is taken. `first`, `second`: the moment is known, but clocks showed the same twice, and this is
 *   the first or second time. `date_only`: no time of day, so that time, offset, hour and shift are
 *   empty.
 *
 * All are empty in a row without a time. One row out for each row in.
 *
 * @param      in       CSV file with a header, or "-" for standard input.
 * @param      out      File to write (renamed into place), not the same as @p in; or "-" for
 *                      standard output.
 * @param      options  Not NULL.
 * @param[out] err      Detail on failure, or NULL: names file, line and column.
 * @return CMTY_OK; CMTY_E_IO; CMTY_E_FORMAT; CMTY_E_INVALID, also for a shift or zone that there is
 *         not; CMTY_E_NOMEM; CMTY_E_STOPPED; CMTY_E_ABI.
 * @threads any
 * @since 0.1
 */
CMTY_API CMTY_MUSTCHECK cmty_status cmty_dateparts_table(const char *in, const char *out,
                                                         const cmty_dateparts_options *options,
                                                         cmty_error *err);

#ifdef __cplusplus
}
#endif
#endif
