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

/* count.h */
VALUE(CMTY_SELECT_GEOMETRIC, 0);
VALUE(CMTY_SELECT_LAPLACE, 1);
VALUE(CMTY_SELECT_GAUSSIAN, 2);
GROWS(cmty_count_options, 112);
AT(cmty_count_options, struct_size, 0);
AT(cmty_count_options, contribution, 4);
AT(cmty_count_options, select, 8);
AT(cmty_count_options, minimum, 12);
AT(cmty_count_options, epsilon, 16);
AT(cmty_count_options, delta, 24);
AT(cmty_count_options, by, 32);
AT(cmty_count_options, list, 40);
AT(cmty_count_options, contributor, 48);
AT(cmty_count_options, lon_column, 56);
AT(cmty_count_options, lat_column, 64);
AT(cmty_count_options, release, 72);
AT(cmty_count_options, key_file, 80);
AT(cmty_count_options, beats, 88);
AT(cmty_count_options, as_of, 96);
AT(cmty_count_options, host, 104);

/* table.h */
GROWS(cmty_table_options, 88);
AT(cmty_table_options, struct_size, 0);
AT(cmty_table_options, probabilities, 4);
AT(cmty_table_options, lon_column, 8);
AT(cmty_table_options, lat_column, 16);
AT(cmty_table_options, time_column, 24);
AT(cmty_table_options, accuracy_column, 32);
AT(cmty_table_options, id_column, 40);
AT(cmty_table_options, keep, 48);
AT(cmty_table_options, keep_count, 56);
AT(cmty_table_options, time_zone, 64);
AT(cmty_table_options, as_of, 72);
AT(cmty_table_options, host, 80);
