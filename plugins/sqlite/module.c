/* SPDX-License-Identifier: MIT */
/* The one symbol that SQLite looks for. The general name, which it tries first: GDAL, which is
   loaded below us, has one of its own, and would be found in place of a name made from that of the
   file. */
#include "module.h"

#include <string.h>

SQLITE_EXTENSION_INIT1

int sqlite3_extension_init(sqlite3 *db, char **message, const sqlite3_api_routines *api);

CMTY_API int sqlite3_extension_init(sqlite3 *db, char **message, const sqlite3_api_routines *api)
{
    const uint32_t has = cmty_abi_version();
    struct session *s;
    int rc;

    SQLITE_EXTENSION_INIT2(api);
    if (has >> 16 != CMTY_ABI_VERSION >> 16 || has < CMTY_ABI_VERSION) {
        *message = sqlite3_mprintf("mod_community needs libcommunity with binary interface %u.%u, "
                                   "and found %u.%u; install both from one release",
                                   CMTY_ABI_VERSION >> 16, CMTY_ABI_VERSION & 0xffff, has >> 16,
                                   has & 0xffff);
        return SQLITE_ERROR;
    }
    s = sqlite3_malloc64(sizeof *s);
    if (s == NULL)
        return SQLITE_NOMEM;
    memset(s, 0, sizeof *s);
    s->uses = 1;
    rc = functions_register(db, s);
    if (rc == SQLITE_OK)
        rc = answers_register(db, s);
    session_drop(s);
    /* Stays in the process: the libraries below it do not all bear to be unloaded. */
    return rc == SQLITE_OK ? SQLITE_OK_LOAD_PERMANENTLY : rc;
}
