/* SPDX-License-Identifier: MIT */
/* The one exported function: which contract both sides speak. */
#include "instance.h"

#include <stdio.h>
#include <string.h>

int32_t cmty_dispatch_entry(cmty_dispatch_negotiation *negotiation,
                            const cmty_dispatch_plugin **plugin);

static int32_t refuse(cmty_dispatch_negotiation *n, const char *sentence)
{
    snprintf(n->why, sizeof n->why, "%s", sentence);
    return CMTY_E_ABI;
}

CMTY_API int32_t cmty_dispatch_entry(cmty_dispatch_negotiation *negotiation,
                                     const cmty_dispatch_plugin **plugin)
{
    const uint32_t library = cmty_abi_version();

    if (plugin == NULL)
        return CMTY_E_INVALID;
    *plugin = NULL;
    if (negotiation == NULL || negotiation->struct_size < sizeof *negotiation)
        return CMTY_E_INVALID;
    negotiation->chosen_major = 0;
    negotiation->why[0] = '\0';
    if (negotiation->host_major_min > CMTY_DISPATCH_MAJOR
        || negotiation->host_major_max < CMTY_DISPATCH_MAJOR)
        return refuse(negotiation, "this plugin speaks contract 1 of dispatch.h only");
    if (library >> 16 != CMTY_ABI_VERSION >> 16 || library < CMTY_ABI_VERSION)
        return refuse(negotiation,
                      "the libcommunity that was found is not the one this plugin was made for; "
                      "install both from one release");
    negotiation->chosen_major = CMTY_DISPATCH_MAJOR;
    negotiation->plugin_minor = CMTY_DISPATCH_MINOR;
    negotiation->plugin_flags = CMTY_PLUGIN_KEEP_LOADED | CMTY_PLUGIN_FORK_SAFE;
    *plugin = &dispatch_plugin;
    return CMTY_OK;
}
