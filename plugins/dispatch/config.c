/* SPDX-License-Identifier: MIT */
/* What the host configures. A key that is not there has its default. */
#include "instance.h"

#include <stdio.h>
#include <string.h>

static int32_t read_key(const cmty_dispatch_host *host, const char *key, const char *fallback,
                        char text[CONFIG_TEXT])
{
    uint64_t size = CONFIG_TEXT;
    const int32_t st = host->config_get(host->context, key, text, &size);
    char message[128];

    text[CONFIG_TEXT - 1] = '\0';
    if (st == CMTY_NOTFOUND)
        snprintf(text, CONFIG_TEXT, "%s", fallback);
    if (st == CMTY_OK || st == CMTY_NOTFOUND)
        return CMTY_OK;
    snprintf(message, sizeof message, "configuration key %s cannot be read, or is too long", key);
    host_log(host, CMTY_LOG_ERROR, message);
    return st < 0 ? st : CMTY_E_INVALID;
}

static int32_t complain(const cmty_dispatch_host *host, const char *sentence)
{
    host_log(host, CMTY_LOG_ERROR, sentence);
    return CMTY_E_INVALID;
}

static int32_t read_role(const cmty_dispatch_host *host, struct config *c)
{
    static const char *const roles[] = {"public", "agency", "dispatch"};
    char text[CONFIG_TEXT];
    const int32_t st = read_key(host, "role", "public", text);

    if (st != CMTY_OK)
        return st;
    for (int32_t i = 0; i <= CMTY_ROLE_DISPATCH; i++)
        if (strcmp(text, roles[i]) == 0) {
            c->role = i;
            return CMTY_OK;
        }
    return complain(host, "configuration key role is public, agency or dispatch");
}

int32_t config_read(const cmty_dispatch_host *host, struct config *c)
{
    const struct {
        const char *key, *fallback;
        char *text;
    } keys[] = {
        {"store", "", c->store},
        {"mask_key", "", c->mask_key},
        {"secret_key", "", c->secret_key},
        {"source", "dispatch", c->source},
        {"format", "json", c->format},
        {"receiver", "dispatch", c->receiver},
        {"name", "libcommunity", c->name},
        {"spool", "", c->spool},
        {"spool_format", "eido", c->spool_format},
        {"agency", "", c->agency},
        {"agency_name", "", c->agency_name},
        {"priorities", "", c->priorities},
    };
    int32_t st = read_role(host, c);

    for (size_t i = 0; st == CMTY_OK && i < sizeof keys / sizeof *keys; i++)
        st = read_key(host, keys[i].key, keys[i].fallback, keys[i].text);
    if (st == CMTY_OK && c->store[0] == '\0')
        st = complain(host, "configuration key store is needed: the path of a store that "
                            "`community init` made");
    if (st == CMTY_OK && c->role == CMTY_ROLE_DISPATCH && c->secret_key[0] == '\0')
        st = complain(host, "role dispatch needs configuration key secret_key: without it reports "
                            "stay sealed; use role agency for what is not");
    if (st == CMTY_OK && c->spool[0] == '\0' && !OFFERS(host, incident_upsert))
        st = complain(host, "a host without incident_upsert needs configuration key spool: the "
                            "folder into which incidents are written");
    return st;
}
