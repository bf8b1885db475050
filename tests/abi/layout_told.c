/* SPDX-License-Identifier: MIT */
/* Layouts and values of what says who was told what. */
#include "layout.h"

/* ledger.h */
VALUE(CMTY_LEDGER_TOTAL, 0);
VALUE(CMTY_LEDGER_PUBLIC, 1);
VALUE(CMTY_LEDGER_RECEIVER, 2);
VALUE(CMTY_LEDGER_READER, 3);
GROWS(cmty_ledger_row, 88);
AT(cmty_ledger_row, struct_size, 0);
AT(cmty_ledger_row, kind, 4);
AT(cmty_ledger_row, audience, 8);
AT(cmty_ledger_row, case_number, 16);
AT(cmty_ledger_row, report_id, 24);
AT(cmty_ledger_row, reports, 32);
AT(cmty_ledger_row, points, 40);
AT(cmty_ledger_row, times, 48);
AT(cmty_ledger_row, epsilon_per_m, 56);
AT(cmty_ledger_row, most_per_m, 64);
AT(cmty_ledger_row, budget_per_m, 72);
AT(cmty_ledger_row, last, 80);
