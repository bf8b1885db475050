/* SPDX-License-Identifier: MIT */
/*
 * The layouts and values that programs have compiled in, asserted by the compiler; never run. A
 * line here is added when a struct or a value is, and never changed: a failure is a break of the
 * ABI.
 */
#include <community/community.h>

#if UINTPTR_MAX != 0xffffffffffffffff
#error "write down the layouts of this data model beside those of LP64"
#endif

#define SIZE(type, size) _Static_assert(sizeof(type) == (size), #type)
/* Headed by struct_size: may grow at its end, never shrink. */
#define GROWS(type, size) _Static_assert(sizeof(type) >= (size), #type)
#define AT(type, member, offset)                                                                   \
    _Static_assert(offsetof(type, member) == (offset), #type "." #member)
#define VALUE(name, value) _Static_assert((name) == (value), #name)

/* types.h */
VALUE(CMTY_OK, 0);
VALUE(CMTY_END, 1);
VALUE(CMTY_NOTFOUND, 2);
VALUE(CMTY_WITHHELD, 3);
VALUE(CMTY_DUPLICATE, 4);
VALUE(CMTY_REFUSED, 5);
VALUE(CMTY_E_INVALID, -1);
VALUE(CMTY_E_NOMEM, -2);
VALUE(CMTY_E_RANGE, -3);
VALUE(CMTY_E_IO, -4);
VALUE(CMTY_E_FORMAT, -5);
VALUE(CMTY_E_ABI, -6);
VALUE(CMTY_E_KEY, -7);
VALUE(CMTY_E_EXISTS, -8);
VALUE(CMTY_E_LIMIT, -9);
VALUE(CMTY_E_STOPPED, -10);
VALUE(CMTY_E_INTERNAL, -11);
GROWS(cmty_error, 512);
AT(cmty_error, struct_size, 0);
AT(cmty_error, status, 4);
AT(cmty_error, message, 8);
SIZE(cmty_point, 16);
AT(cmty_point, lon_deg, 0);
AT(cmty_point, lat_deg, 8);
GROWS(cmty_host, 32);
AT(cmty_host, struct_size, 0);
AT(cmty_host, reserved, 4);
AT(cmty_host, user, 8);
AT(cmty_host, progress, 16);
AT(cmty_host, notice, 24);

/* memory.h */
GROWS(cmty_allocator, 32);
AT(cmty_allocator, struct_size, 0);
AT(cmty_allocator, reserved, 4);
AT(cmty_allocator, user, 8);
AT(cmty_allocator, realloc, 16);
AT(cmty_allocator, free, 24);

/* attack.h */
VALUE(CMTY_FINDING_RISK, 0);
VALUE(CMTY_FINDING_UTILITY, 1);
VALUE(CMTY_VERDICT_INFO, 0);
VALUE(CMTY_VERDICT_PASS, 1);
VALUE(CMTY_VERDICT_FAIL, 2);
GROWS(cmty_mechanism, 32);
AT(cmty_mechanism, struct_size, 0);
AT(cmty_mechanism, reserved, 4);
AT(cmty_mechanism, user, 8);
AT(cmty_mechanism, mask, 16);
AT(cmty_mechanism, inside, 24);
GROWS(cmty_attack_options, 96);
AT(cmty_attack_options, struct_size, 0);
AT(cmty_attack_options, trials, 4);
AT(cmty_attack_options, k, 8);
AT(cmty_attack_options, law, 12);
AT(cmty_attack_options, epsilon_per_m, 16);
AT(cmty_attack_options, inner_radius_m, 24);
AT(cmty_attack_options, radius_m, 32);
AT(cmty_attack_options, addresses, 40);
AT(cmty_attack_options, policy, 48);
AT(cmty_attack_options, time_zone, 56);
AT(cmty_attack_options, beats, 64);
AT(cmty_attack_options, masker, 72);
AT(cmty_attack_options, mechanism, 80);
AT(cmty_attack_options, host, 88);
GROWS(cmty_finding, 96);
AT(cmty_finding, struct_size, 0);
AT(cmty_finding, kind, 4);
AT(cmty_finding, verdict, 8);
AT(cmty_finding, reserved, 12);
AT(cmty_finding, name, 16);
AT(cmty_finding, what, 24);
AT(cmty_finding, unit, 32);
AT(cmty_finding, note, 40);
AT(cmty_finding, value, 48);
AT(cmty_finding, low, 56);
AT(cmty_finding, high, 64);
AT(cmty_finding, baseline, 72);
AT(cmty_finding, limit, 80);
AT(cmty_finding, trials, 88);

/* compare.h */
GROWS(cmty_compare_options, 56);
AT(cmty_compare_options, struct_size, 0);
AT(cmty_compare_options, unit, 4);
AT(cmty_compare_options, old_version, 8);
AT(cmty_compare_options, new_version, 12);
AT(cmty_compare_options, tolerance_m, 16);
AT(cmty_compare_options, points, 24);
AT(cmty_compare_options, population, 32);
AT(cmty_compare_options, weight_field, 40);
AT(cmty_compare_options, host, 48);
GROWS(cmty_comparison_row, 80);
AT(cmty_comparison_row, struct_size, 0);
AT(cmty_comparison_row, change, 4);
AT(cmty_comparison_row, from, 8);
AT(cmty_comparison_row, to, 16);
AT(cmty_comparison_row, area_m2, 24);
AT(cmty_comparison_row, share_of_old, 32);
AT(cmty_comparison_row, share_of_new, 40);
AT(cmty_comparison_row, pieces, 48);
AT(cmty_comparison_row, points, 56);
AT(cmty_comparison_row, population, 64);
AT(cmty_comparison_row, population_se, 72);
GROWS(cmty_comparison_unit, 72);
AT(cmty_comparison_unit, struct_size, 0);
AT(cmty_comparison_unit, beat_count, 4);
AT(cmty_comparison_unit, id, 8);
AT(cmty_comparison_unit, name, 16);
AT(cmty_comparison_unit, area_m2, 24);
AT(cmty_comparison_unit, unchanged_m2, 32);
AT(cmty_comparison_unit, noise_m2, 40);
AT(cmty_comparison_unit, points, 48);
AT(cmty_comparison_unit, population, 56);
AT(cmty_comparison_unit, population_se, 64);
GROWS(cmty_comparison_totals, 136);
AT(cmty_comparison_totals, struct_size, 0);
AT(cmty_comparison_totals, unit, 4);
AT(cmty_comparison_totals, old_label, 8);
AT(cmty_comparison_totals, new_label, 16);
AT(cmty_comparison_totals, tolerance_m, 24);
AT(cmty_comparison_totals, old_m2, 32);
AT(cmty_comparison_totals, new_m2, 40);
AT(cmty_comparison_totals, unchanged_m2, 48);
AT(cmty_comparison_totals, changed_m2, 56);
AT(cmty_comparison_totals, gone_m2, 64);
AT(cmty_comparison_totals, added_m2, 72);
AT(cmty_comparison_totals, noise_m2, 80);
AT(cmty_comparison_totals, old_overlap_m2, 88);
AT(cmty_comparison_totals, new_overlap_m2, 96);
AT(cmty_comparison_totals, rounding_m2, 104);
AT(cmty_comparison_totals, changes, 112);
AT(cmty_comparison_totals, points, 120);
AT(cmty_comparison_totals, population, 128);
GROWS(cmty_comparison_files, 56);
AT(cmty_comparison_files, struct_size, 0);
AT(cmty_comparison_files, reserved, 4);
AT(cmty_comparison_files, csv, 8);
AT(cmty_comparison_files, geojson, 16);
AT(cmty_comparison_files, gpkg, 24);
AT(cmty_comparison_files, html, 32);
AT(cmty_comparison_files, title, 40);
AT(cmty_comparison_files, host, 48);
VALUE(CMTY_UNIT_BEAT, 0);
VALUE(CMTY_UNIT_SECTOR, 1);
VALUE(CMTY_UNIT_DISTRICT, 2);
VALUE(CMTY_CHANGE_UNCHANGED, 0);
VALUE(CMTY_CHANGE_MOVED, 1);
VALUE(CMTY_CHANGE_RENAMED, 2);
VALUE(CMTY_CHANGE_SPLIT, 3);
VALUE(CMTY_CHANGE_MERGED, 4);
VALUE(CMTY_CHANGE_NEW, 5);
VALUE(CMTY_CHANGE_GONE, 6);
VALUE(CMTY_CHANGE_NOISE, 7);
VALUE(CMTY_CHANGE_OUTSIDE, 8);
VALUE(CMTY_SIDE_OLD, 0);
VALUE(CMTY_SIDE_NEW, 1);

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

/* beat.h */
GROWS(cmty_beat_options, 96);
AT(cmty_beat_options, struct_size, 0);
AT(cmty_beat_options, repair, 4);
AT(cmty_beat_options, id_field, 8);
AT(cmty_beat_options, name_field, 16);
AT(cmty_beat_options, sector_field, 24);
AT(cmty_beat_options, district_field, 32);
AT(cmty_beat_options, valid_from_field, 40);
AT(cmty_beat_options, valid_to_field, 48);
AT(cmty_beat_options, crs, 56);
AT(cmty_beat_options, time_zone, 64);
AT(cmty_beat_options, densify_m, 72);
AT(cmty_beat_options, tolerance_m, 80);
AT(cmty_beat_options, host, 88);
GROWS(cmty_beat_info, 64);
AT(cmty_beat_info, struct_size, 0);
AT(cmty_beat_info, part_count, 4);
AT(cmty_beat_info, id, 8);
AT(cmty_beat_info, name, 16);
AT(cmty_beat_info, sector, 24);
AT(cmty_beat_info, district, 32);
AT(cmty_beat_info, valid_from, 40);
AT(cmty_beat_info, valid_to, 48);
AT(cmty_beat_info, area_m2, 56);
VALUE(CMTY_RELATION_OUTSIDE, 0);
VALUE(CMTY_RELATION_INSIDE, 1);
VALUE(CMTY_RELATION_ON_EDGE, 2);
VALUE(CMTY_RELATION_OVERLAP, 3);
VALUE(CMTY_RELATION_GAP_NEAREST, 4);
VALUE(CMTY_RELATION_NO_VERSION, 5);
GROWS(cmty_beat_answer, 48);
AT(cmty_beat_answer, struct_size, 0);
AT(cmty_beat_answer, relation, 4);
AT(cmty_beat_answer, beat, 8);
AT(cmty_beat_answer, version, 12);
AT(cmty_beat_answer, margin_m, 16);
AT(cmty_beat_answer, ambiguous, 24);
AT(cmty_beat_answer, candidate_count, 28);
AT(cmty_beat_answer, other_probability, 32);
AT(cmty_beat_answer, outside_probability, 40);
SIZE(cmty_beat_candidate, 24);
AT(cmty_beat_candidate, beat, 0);
AT(cmty_beat_candidate, reserved, 4);
AT(cmty_beat_candidate, distance_m, 8);
AT(cmty_beat_candidate, probability, 16);

/* fence.h */
VALUE(CMTY_FENCE_ACCEPT, 0);
VALUE(CMTY_FENCE_ESCALATE, 1);
VALUE(CMTY_FENCE_WITHHOLD, 2);
VALUE(CMTY_FENCE_REFUSE, 3);
GROWS(cmty_fence_options, 32);
AT(cmty_fence_options, struct_size, 0);
AT(cmty_fence_options, default_action, 4);
AT(cmty_fence_options, time_zone, 8);
AT(cmty_fence_options, crs, 16);
AT(cmty_fence_options, host, 24);
GROWS(cmty_fence_decision, 32);
AT(cmty_fence_decision, struct_size, 0);
AT(cmty_fence_decision, action, 4);
AT(cmty_fence_decision, fence, 8);
AT(cmty_fence_decision, matched_count, 12);
AT(cmty_fence_decision, fence_id, 16);
AT(cmty_fence_decision, note, 24);

/* report.h */
VALUE(CMTY_REASON_NONE, 0);
VALUE(CMTY_REASON_SYNTAX, 1);
VALUE(CMTY_REASON_TOO_LARGE, 2);
VALUE(CMTY_REASON_FIELD_TYPE, 3);
VALUE(CMTY_REASON_MISSING_REF, 4);
VALUE(CMTY_REASON_MISSING_PLACE, 5);
VALUE(CMTY_REASON_BAD_COORDINATE, 6);
VALUE(CMTY_REASON_NULL_ISLAND, 7);
VALUE(CMTY_REASON_SWAPPED_AXES, 8);
VALUE(CMTY_REASON_OUTSIDE, 9);
VALUE(CMTY_REASON_NO_VERSION, 10);
VALUE(CMTY_REASON_MISSING_TIME, 11);
VALUE(CMTY_REASON_BAD_TIME, 12);
VALUE(CMTY_REASON_FUTURE, 13);
VALUE(CMTY_REASON_MISSING_CATEGORY, 14);
VALUE(CMTY_REASON_FENCE, 15);
VALUE(CMTY_REASON_ANONYMOUS_IDENTITY, 16);
VALUE(CMTY_REASON_CHANNEL_METADATA, 17);
VALUE(CMTY_REASON_CONFLICT, 18);

/* mask.h */
VALUE(CMTY_LAW_AUTO, 0);
VALUE(CMTY_LAW_LATTICE, 1);
VALUE(CMTY_LAW_ANCHOR, 2);
VALUE(CMTY_LAW_DONUT, 3);
VALUE(CMTY_LAW_GRID, 4);
VALUE(CMTY_LAW_WITHHOLD, 5);
VALUE(CMTY_REGION_NONE, 0);
VALUE(CMTY_REGION_CLAMP, 1);
VALUE(CMTY_REGION_REDRAW, 2);
GROWS(cmty_mask_options, 80);
AT(cmty_mask_options, struct_size, 0);
AT(cmty_mask_options, law, 4);
AT(cmty_mask_options, region, 8);
AT(cmty_mask_options, k, 12);
AT(cmty_mask_options, epsilon_per_m, 16);
AT(cmty_mask_options, lattice_m, 24);
AT(cmty_mask_options, radius_m, 32);
AT(cmty_mask_options, inner_radius_m, 40);
AT(cmty_mask_options, min_addresses, 48);
AT(cmty_mask_options, reserved, 52);
AT(cmty_mask_options, addresses, 56);
AT(cmty_mask_options, key_file, 64);
AT(cmty_mask_options, host, 72);
GROWS(cmty_masked, 48);
AT(cmty_masked, struct_size, 0);
AT(cmty_masked, law, 4);
AT(cmty_masked, at, 8);
AT(cmty_masked, radius_m, 24);
AT(cmty_masked, beat, 32);
AT(cmty_masked, reserved, 36);
AT(cmty_masked, note, 40);

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

/* ingest.h */
GROWS(cmty_ingest_options, 56);
AT(cmty_ingest_options, struct_size, 0);
AT(cmty_ingest_options, reserved, 4);
AT(cmty_ingest_options, source, 8);
AT(cmty_ingest_options, format, 16);
AT(cmty_ingest_options, map, 24);
AT(cmty_ingest_options, map_count, 32);
AT(cmty_ingest_options, mask_key, 40);
AT(cmty_ingest_options, host, 48);
GROWS(cmty_ingest_counts, 320);
AT(cmty_ingest_counts, struct_size, 0);
AT(cmty_ingest_counts, reserved, 4);
AT(cmty_ingest_counts, read, 8);
AT(cmty_ingest_counts, accepted, 16);
AT(cmty_ingest_counts, duplicate, 24);
AT(cmty_ingest_counts, refused, 32);
AT(cmty_ingest_counts, withheld, 40);
AT(cmty_ingest_counts, escalated, 48);
AT(cmty_ingest_counts, ambiguous, 56);
AT(cmty_ingest_counts, by_reason, 64);
GROWS(cmty_receipt, 64);
AT(cmty_receipt, struct_size, 0);
AT(cmty_receipt, reason, 4);
AT(cmty_receipt, report_id, 8);
AT(cmty_receipt, beat_id, 16);
AT(cmty_receipt, field, 24);
AT(cmty_receipt, fence_id, 32);
AT(cmty_receipt, fence_action, 40);
AT(cmty_receipt, relation, 44);
AT(cmty_receipt, ambiguous, 48);
AT(cmty_receipt, withheld, 52);
AT(cmty_receipt, margin_m, 56);

/* store.h */
GROWS(cmty_store_options, 88);
AT(cmty_store_options, struct_size, 0);
AT(cmty_store_options, reserved, 4);
AT(cmty_store_options, beats, 8);
AT(cmty_store_options, beats_count, 16);
AT(cmty_store_options, beat_options, 24);
AT(cmty_store_options, fences, 32);
AT(cmty_store_options, fences_count, 40);
AT(cmty_store_options, fence_options, 48);
AT(cmty_store_options, addresses, 56);
AT(cmty_store_options, policy, 64);
AT(cmty_store_options, public_key, 72);
AT(cmty_store_options, host, 80);

/* publish.h */
GROWS(cmty_publish_options, 72);
AT(cmty_publish_options, struct_size, 0);
AT(cmty_publish_options, reserved, 4);
AT(cmty_publish_options, gpkg, 8);
AT(cmty_publish_options, html, 16);
AT(cmty_publish_options, geojson, 24);
AT(cmty_publish_options, csv, 32);
AT(cmty_publish_options, title, 40);
AT(cmty_publish_options, since, 48);
AT(cmty_publish_options, until, 56);
AT(cmty_publish_options, host, 64);
GROWS(cmty_publication_row, 48);
AT(cmty_publication_row, struct_size, 0);
AT(cmty_publication_row, suppressed, 4);
AT(cmty_publication_row, beat_id, 8);
AT(cmty_publication_row, name, 16);
AT(cmty_publication_row, district, 24);
AT(cmty_publication_row, reports, 32);
AT(cmty_publication_row, points, 40);
