/* SPDX-License-Identifier: MIT */
/* Published points, or one item of an outbox, in another system's format. Any thread. */
#include "release/message.h"
#include "release/overlay.h"

enum { PROGRESS_EVERY = 256 };

cmty_status cmty_convert_options_init(cmty_convert_options *options)
{
    static const cmty_convert_options defaults = CMTY_CONVERT_OPTIONS_INIT;

    if (options == NULL)
        return CMTY_E_INVALID;
    *options = defaults;
    return CMTY_OK;
}

/* ---- one item ---- */

cmty_status cmty_convert_item(const cmty_outbox_item *item, const cmty_convert_options *options,
                              char **text, cmty_error *err)
{
    const cmty__format_rule *rule;
    cmty_outbox_item copy = {.priority_rule = "", .priority = -1};
    cmty__letterhead head;
    cmty__message message;
    cmty__buf out = {0};
    cmty_status st;

    if (text != NULL)
        *text = NULL;
    if (item == NULL || options == NULL || text == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "item, options or text is NULL");
    st = cmty__struct_read(&copy, sizeof copy, item, CMTY_OUTBOX_ITEM_SIZE_0_1, "cmty_outbox_item",
                           err);
    if (st == CMTY_OK)
        st = cmty__letterhead_read(options, &head, err);
    if (st != CMTY_OK)
        return st;
    rule = cmty__format_rule_of(head.format);
    cmty__message_item(&copy, &message);
    if (rule->needs_place && message.withheld[0] != '\0')
        return CMTY_WITHHELD;
    cmty__buf_text(&out, rule->before);
    rule->encode(&head, &message, &out);
    cmty__buf_text(&out, rule->after);
    if (out.failed) {
        cmty__buf_free(&out);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    *text = out.data;
    return CMTY_OK;
}

/* ---- a store ---- */

typedef struct job {
    const cmty__overlay *overlay;
    const cmty__letterhead *head;
    const cmty__format_rule *rule;
    cmty__buf text; /* of one record */
} job;

static cmty_status encode_point(job *j, size_t i, cmty_error *err)
{
    cmty__message message;
    cmty_status st = CMTY_OK;

    cmty__buf_clear(&j->text);
    if (i % PROGRESS_EVERY == 0)
        st = cmty__progress(j->head->host, "writing messages",
                            (double)i / (double)j->overlay->point_count, err);
    if (st != CMTY_OK)
        return st;
    cmty__message_released(j->overlay->gate, j->overlay->beats, &j->overlay->points[i], &message);
    j->rule->encode(j->head, &message, &j->text);
    return j->text.failed ? cmty__fail(err, CMTY_E_NOMEM, "out of memory") : CMTY_OK;
}

static cmty_status put(cmty__outfile *f, const char *text, cmty_error *err)
{
    return cmty__outfile_write(f, text, strlen(text), err);
}

static cmty_status write_file(job *j, const char *path, cmty_error *err)
{
    cmty__outfile *f = NULL;
    cmty_status st = cmty__outfile_open(path, 0644, &f, err);

    if (st == CMTY_OK)
        st = put(f, j->rule->before, err);
    for (size_t i = 0; st == CMTY_OK && i < j->overlay->point_count; i++) {
        st = encode_point(j, i, err);
        if (st == CMTY_OK && i > 0)
            st = put(f, j->rule->between, err);
        if (st == CMTY_OK)
            st = cmty__outfile_write(f, j->text.data, j->text.size, err);
    }
    if (st == CMTY_OK)
        st = put(f, j->rule->after, err);
    if (st == CMTY_OK)
        st = cmty__outfile_finish(f, err);
    cmty__outfile_free(f);
    return st;
}

static cmty_status write_folder(job *j, const char *path, cmty_error *err)
{
    char name[CMTY__REPORT_ID_SIZE + 8];
    cmty__outfolder *f = NULL;
    cmty_status st = cmty__outfolder_open(path, 0755, &f, err);

    for (size_t i = 0; st == CMTY_OK && i < j->overlay->point_count; i++) {
        st = encode_point(j, i, err);
        cmty__format(name, sizeof name, "%s%s", j->overlay->points[i].report_id, j->rule->suffix);
        if (st == CMTY_OK)
            st = cmty__outfolder_write(f, name, j->text.data, j->text.size, err);
    }
    if (st == CMTY_OK)
        st = cmty__outfolder_finish(f, err);
    cmty__outfolder_free(f);
    return st;
}

static cmty_status check_call(const char *store, const cmty__letterhead *head, const char *path,
                              cmty_error *err)
{
    const bool single = cmty__format_rule_of(head->format)->single;

    if (path[0] == '\0' || strcmp(path, store) == 0 || cmty__same_file(path, store))
        return cmty__fail(err, CMTY_E_INVALID, "the output must have a name of its own");
    if (single && strcmp(path, "-") == 0)
        return cmty__fail(err, CMTY_E_INVALID,
                          "%s has one document for each record: name a folder to make",
                          cmty_format_name(head->format));
    if (head->agency_name != NULL && cmty__lint_first(NULL, head->agency_name) >= 0)
        return cmty__fail(err, CMTY_E_INVALID, "agency_name holds %s, which may not leave",
                          cmty_leak_text(cmty__lint_first(NULL, head->agency_name)));
    if (head->since != CMTY_TIME_UNKNOWN && head->until <= head->since)
        return cmty__fail(err, CMTY_E_INVALID, "the period ends before it begins");
    return CMTY_OK;
}

cmty_status cmty_convert(const char *store, const cmty_convert_options *options, const char *path,
                         uint64_t *count, cmty_error *err)
{
    cmty_publish_options period = CMTY_PUBLISH_OPTIONS_INIT;
    cmty__overlay *overlay = NULL;
    cmty__letterhead head;
    job j = {.head = &head};
    cmty_status st;

    if (store == NULL || options == NULL || path == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "store, options and path must not be NULL");
    st = cmty__letterhead_read(options, &head, err);
    if (st == CMTY_OK)
        st = check_call(store, &head, path, err);
    if (st != CMTY_OK)
        return st;
    period.since = head.since;
    period.until = head.until;
    period.host = head.host;
    period.as_of = head.now;
    st = cmty__overlay_read(store, &period, &overlay, err);
    if (st == CMTY_OK) {
        j.overlay = overlay;
        j.rule = cmty__format_rule_of(head.format);
        st = j.rule->single ? write_folder(&j, path, err) : write_file(&j, path, err);
    }
    if (st == CMTY_OK && count != NULL)
        *count = overlay->point_count;
    cmty__buf_free(&j.text);
    cmty__overlay_free(overlay);
    return st;
}
