/* SPDX-License-Identifier: MIT */
/* Which libraries this one runs on. Any thread; no state. */
#include "core/core.h"
#include "geo/geo.h"
#include "privacy/privacy.h"
#include "store/store.h"

#include <community/version.h>

cmty_status cmty_dependencies(char **text, cmty_error *err)
{
    cmty__buf b = {0};

    if (text == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "text is NULL");
    *text = NULL;
    cmty__geo_versions(&b);
    cmty__store_versions(&b);
    cmty__privacy_versions(&b);
    if (b.failed) {
        cmty__buf_free(&b);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    *text = b.data;
    return CMTY_OK;
}
