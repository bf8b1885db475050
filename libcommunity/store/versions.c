/* SPDX-License-Identifier: MIT */
/* Versions of what this room runs on. Any thread. */
#include "store/store.h"

#include <sqlite3.h>

#include <spatialite.h>

void cmty__store_versions(cmty__buf *out)
{
    cmty__buf_format(out, "SQLite %s\nSpatiaLite %s\n", sqlite3_libversion(), spatialite_version());
}
