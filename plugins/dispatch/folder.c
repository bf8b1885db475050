/* SPDX-License-Identifier: MIT */
/* Incidents into a folder, for a dispatch system that looks into folders. One thread at a time. */
#include "instance.h"

static void on_answered(void *user, const char *report_id, const cmty_outbox_answer *answer)
{
    struct instance *i = user;

    tickets_answered(i->tickets, report_id,
                     answer->answer == CMTY_ANSWER_ACCEPTED ? CMTY_TICKET_ACCEPTED
                                                            : CMTY_TICKET_REJECTED,
                     answer->case_number != NULL ? answer->case_number : "",
                     answer->cause != NULL ? answer->cause : "");
}

static const char *text_or_null(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

cmty_status folder_open(struct instance *i, cmty_error *err)
{
    cmty_spool_options o = CMTY_SPOOL_OPTIONS_INIT;
    cmty_convert_options convert = CMTY_CONVERT_OPTIONS_INIT;

    if (i->config.spool[0] == '\0')
        return CMTY_OK;
    convert.format = cmty_format_from_name(i->config.spool_format);
    convert.agency = text_or_null(i->config.agency);
    convert.agency_name = text_or_null(i->config.agency_name);
    o.role = i->config.role;
    o.receiver = i->config.receiver;
    o.folder = i->config.spool;
    o.priorities = text_or_null(i->config.priorities);
    o.convert = &convert;
    o.user = i;
    o.answered = on_answered;
    return cmty_spool_open(i->config.store, &o, &i->spool, err);
}

cmty_status folder_turn(struct instance *i)
{
    cmty_error err = CMTY_ERROR_INIT;
    const cmty_status st = cmty_spool_turn(i->spool, host_now_ms(i->host), NULL, &err);

    if (st < 0)
        host_log(i->host, CMTY_LOG_ERROR, err.message);
    return st;
}
