/* SPDX-License-Identifier: MIT */
/* Which libraries this one runs on. Here, for no lower room sees them all. Any thread. */
#include "geo/geo.h"
#include "privacy/privacy.h"
#include "store/store.h"

cmty_status cmty_dependencies(char **text, cmty_error *err)
{
    cmty__buf out = {0};

    if (text == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "text is NULL");
    *text = NULL;
    cmty__geo_versions(&out);
    cmty__store_versions(&out);
    cmty__privacy_versions(&out);
    cmty__json_versions(&out);
    cmty__xml_versions(&out);
    if (out.failed) {
        cmty__buf_free(&out);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    *text = out.data;
    return CMTY_OK;
}
