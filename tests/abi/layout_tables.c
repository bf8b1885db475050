/* SPDX-License-Identifier: MIT */
/* Layouts and values of what reads a table and writes another. */
#include "layout.h"

/* dateparts.h */
GROWS(cmty_dateparts_options, 64);
AT(cmty_dateparts_options, struct_size, 0);
AT(cmty_dateparts_options, date_order, 4);
AT(cmty_dateparts_options, date_column, 8);
AT(cmty_dateparts_options, time_column, 16);
AT(cmty_dateparts_options, time_zone, 24);
AT(cmty_dateparts_options, source_zone, 32);
AT(cmty_dateparts_options, shifts, 40);
AT(cmty_dateparts_options, shift_count, 48);
AT(cmty_dateparts_options, host, 56);

/* duplicates.h */
VALUE(CMTY_MATCH_SPACE_TIME, 1);
VALUE(CMTY_MATCH_SPACE, 2);
VALUE(CMTY_MATCH_TIME, 4);
GROWS(cmty_duplicates_options, 112);
AT(cmty_duplicates_options, struct_size, 0);
AT(cmty_duplicates_options, match, 4);
AT(cmty_duplicates_options, same_category, 8);
AT(cmty_duplicates_options, max_links, 12);
AT(cmty_duplicates_options, date_order, 16);
AT(cmty_duplicates_options, reserved, 20);
AT(cmty_duplicates_options, radius_m, 24);
AT(cmty_duplicates_options, minutes, 32);
AT(cmty_duplicates_options, lon_column, 40);
AT(cmty_duplicates_options, lat_column, 48);
AT(cmty_duplicates_options, date_column, 56);
AT(cmty_duplicates_options, time_column, 64);
AT(cmty_duplicates_options, id_column, 72);
AT(cmty_duplicates_options, category_column, 80);
AT(cmty_duplicates_options, source_column, 88);
AT(cmty_duplicates_options, time_zone, 96);
AT(cmty_duplicates_options, host, 104);
