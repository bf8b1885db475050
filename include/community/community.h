/* SPDX-License-Identifier: MIT */
#ifndef COMMUNITY_COMMUNITY_H
#define COMMUNITY_COMMUNITY_H

#include <community/arrow.h>
#include <community/attack.h>
#include <community/beat.h>
#include <community/check.h>
#include <community/compare.h>
#include <community/convert.h>
#include <community/count.h>
#include <community/dateparts.h>
#include <community/dispatch.h>
#include <community/duplicates.h>
#include <community/fence.h>
#include <community/ingest.h>
#include <community/key.h>
#include <community/ledger.h>
#include <community/lint.h>
#include <community/live.h>
#include <community/mask.h>
#include <community/media.h>
#include <community/memory.h>
#include <community/outbox.h>
#include <community/photo.h>
#include <community/policy.h>
#include <community/publish.h>
#include <community/quarantine.h>
#include <community/report.h>
#include <community/retention.h>
#include <community/spool.h>
#include <community/store.h>
#include <community/table.h>
#include <community/types.h>
#include <community/version.h>

#endif
