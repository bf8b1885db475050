/* SPDX-License-Identifier: MIT */
/* Status, errors, sized structs and the services of the host. Any thread; no state. */
#include "core/core.h"

#include <stdio.h>

static const struct {
    cmty_status status;
    const char *name;
} status_names[] = {
    {CMTY_OK, "CMTY_OK"},
    {CMTY_END, "CMTY_END"},
    {CMTY_NOTFOUND, "CMTY_NOTFOUND"},
    {CMTY_WITHHELD, "CMTY_WITHHELD"},
    {CMTY_DUPLICATE, "CMTY_DUPLICATE"},
    {CMTY_REFUSED, "CMTY_REFUSED"},
    {CMTY_E_INVALID, "CMTY_E_INVALID"},
    {CMTY_E_NOMEM, "CMTY_E_NOMEM"},
    {CMTY_E_RANGE, "CMTY_E_RANGE"},
    {CMTY_E_IO, "CMTY_E_IO"},
    {CMTY_E_FORMAT, "CMTY_E_FORMAT"},
    {CMTY_E_ABI, "CMTY_E_ABI"},
    {CMTY_E_KEY, "CMTY_E_KEY"},
    {CMTY_E_EXISTS, "CMTY_E_EXISTS"},
    {CMTY_E_LIMIT, "CMTY_E_LIMIT"},
    {CMTY_E_STOPPED, "CMTY_E_STOPPED"},
    {CMTY_E_INTERNAL, "CMTY_E_INTERNAL"},
};

cmty_status cmty_error_init(cmty_error *err)
{
    if (err == NULL)
        return CMTY_E_INVALID;
    *err = (cmty_error)CMTY_ERROR_INIT;
    return CMTY_OK;
}

const char *cmty_status_name(cmty_status status)
{
    for (size_t i = 0; i < sizeof status_names / sizeof status_names[0]; i++)
        if (status_names[i].status == status)
            return status_names[i].name;
    return "CMTY_E_UNKNOWN";
}

#undef cmty__fail /* what the analyzer is shown instead */
cmty_status cmty__fail(cmty_error *err, cmty_status status, const char *format, ...)
{
    va_list args;

    if (err == NULL || err->struct_size < sizeof *err)
        return status;
    err->status = status;
    va_start(args, format);
    cmty__vformat(err->message, sizeof err->message, format, args);
    va_end(args);
    for (char *c = err->message; *c != '\0'; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
    return status;
}

static bool all_zero(const unsigned char *bytes, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

cmty_status cmty__struct_read(void *dst, size_t dst_size, const void *src, size_t min_size,
                              const char *name, cmty_error *err)
{
    uint32_t size;
    uint32_t ours = (uint32_t)dst_size;

    memcpy(&size, src, sizeof size);
    if (size < min_size)
        return cmty__fail(err, CMTY_E_ABI, "%s: struct_size %u, need at least %zu", name, size,
                          min_size);
    if (!all_zero(src, dst_size, size)) /* a newer caller may add fields, if left at zero */
        return cmty__fail(err, CMTY_E_ABI, "%s: has an option newer than this library", name);
    memcpy(dst, src, size < dst_size ? size : dst_size);
    memcpy(dst, &ours, sizeof ours);
    return CMTY_OK;
}

cmty_status cmty__struct_write(void *dst, const void *src, size_t src_size, size_t min_size,
                               const char *name, cmty_error *err)
{
    uint32_t size;

    memcpy(&size, dst, sizeof size);
    if (size < min_size)
        return cmty__fail(err, CMTY_E_ABI, "%s: struct_size %u, need at least %zu", name, size,
                          min_size);
    memcpy((char *)dst + sizeof size, (const char *)src + sizeof size,
           (size < src_size ? size : src_size) - sizeof size);
    return CMTY_OK;
}

cmty_status cmty__progress(const cmty_host *host, const char *stage, double fraction,
                           cmty_error *err)
{
    if (host != NULL && host->progress != NULL && host->progress(host->user, stage, fraction) != 0)
        return cmty__fail(err, CMTY_E_STOPPED, "stopped while %s", stage);
    return CMTY_OK;
}

void cmty__notice(const cmty_host *host, const char *format, ...)
{
    cmty__buf text = {0};
    va_list args;

    if (host == NULL || host->notice == NULL)
        return;
    va_start(args, format);
    cmty__buf_vformat(&text, format, args);
    va_end(args);
    if (!text.failed && text.data != NULL)
        host->notice(host->user, text.data);
    cmty__buf_free(&text);
}
