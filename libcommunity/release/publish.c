/* SPDX-License-Identifier: MIT */
/* Publishing: all files are written under temporary names first and renamed when every one of
   them is whole. Any thread. */
#include "release/overlay.h"

struct cmty_publication {
    cmty__overlay *overlay;
    size_t *rows; /* numbers of the rows that are told */
    size_t count;
};

cmty_status cmty_publish_options_init(cmty_publish_options *options)
{
    static const cmty_publish_options defaults = CMTY_PUBLISH_OPTIONS_INIT;

    if (options == NULL)
        return CMTY_E_INVALID;
    *options = defaults;
    return CMTY_OK;
}

/* ---- files ---- */

typedef cmty_status encoder(const cmty__overlay *, cmty__outfile *, cmty_error *);
enum { TEXT_FILES = 3 };

typedef struct files {
    cmty__writer *gpkg;
    cmty__outfile *text[TEXT_FILES];
} files;

static void files_free(files *f)
{
    cmty__writer_free(f->gpkg);
    for (size_t i = 0; i < TEXT_FILES; i++)
        cmty__outfile_free(f->text[i]);
}

static cmty_status write_text(const cmty__overlay *o, const char *path, encoder *encode,
                              cmty__outfile **f, cmty_error *err)
{
    cmty_status st;

    if (path == NULL)
        return CMTY_OK;
    st = cmty__outfile_open(path, 0644, f, err);
    return st == CMTY_OK ? encode(o, *f, err) : st;
}

static cmty_status files_write(files *f, const cmty__overlay *o, const cmty_publish_options *p,
                               cmty_error *err)
{
    const char *const paths[TEXT_FILES] = {p->html, p->geojson, p->csv};
    encoder *const encoders[TEXT_FILES] = {cmty__write_html, cmty__write_geojson, cmty__write_csv};
    cmty_status st = cmty__progress(p->host, "writing the overlay", 0, err);

    if (st == CMTY_OK && p->gpkg != NULL)
        st = cmty__writer_open(p->gpkg, &f->gpkg, err);
    if (st == CMTY_OK && p->gpkg != NULL)
        st = cmty__write_gpkg(o, f->gpkg, err);
    for (size_t i = 0; st == CMTY_OK && i < TEXT_FILES; i++)
        st = write_text(o, paths[i], encoders[i], &f->text[i], err);
    if (st == CMTY_OK && f->gpkg != NULL)
        st = cmty__writer_settle(f->gpkg, err);
    for (size_t i = 0; st == CMTY_OK && i < TEXT_FILES; i++)
        if (f->text[i] != NULL)
            st = cmty__outfile_settle(f->text[i], err);
    if (st == CMTY_OK)
        st = cmty__progress(p->host, "writing the overlay", 1, err);
    if (st == CMTY_OK && f->gpkg != NULL)
        st = cmty__writer_finish(f->gpkg, err);
    for (size_t i = 0; st == CMTY_OK && i < TEXT_FILES; i++)
        if (f->text[i] != NULL)
            st = cmty__outfile_finish(f->text[i], err);
    return st;
}

/* ---- the call ---- */

static cmty_status check_options(const char *store, const cmty_publish_options *p, cmty_error *err)
{
    const char *const paths[] = {p->gpkg, p->html, p->geojson, p->csv};
    const size_t count = sizeof paths / sizeof paths[0];
    bool any = false;

    if (p->reserved != 0)
        return cmty__fail(err, CMTY_E_INVALID, "publish options: reserved must be 0");
    for (size_t i = 0; i < count; i++) {
        any |= paths[i] != NULL;
        if (paths[i] != NULL && (paths[i][0] == '\0' || strcmp(paths[i], store) == 0))
            return cmty__fail(err, CMTY_E_INVALID, "an output must have a name of its own");
        for (size_t k = 0; k < i && paths[i] != NULL; k++)
            if (paths[k] != NULL && strcmp(paths[i], paths[k]) == 0)
                return cmty__fail(err, CMTY_E_INVALID, "two outputs have the name %s",
                                  cmty__basename(paths[i]));
    }
    if (p->title != NULL && cmty__lint_first(NULL, p->title) >= 0)
        return cmty__fail(err, CMTY_E_INVALID, "the title holds %s, which may not leave",
                          cmty_leak_text(cmty__lint_first(NULL, p->title)));
    if (!any)
        return cmty__fail(err, CMTY_E_INVALID,
                          "no output is named: give gpkg, html, geojson or csv");
    if (p->since != CMTY_TIME_UNKNOWN && p->until <= p->since)
        return cmty__fail(err, CMTY_E_INVALID, "the period ends before it begins");
    return CMTY_OK;
}

/* Takes over the overlay on success. */
static cmty_status publication_new(cmty__overlay *o, cmty_publication **out, cmty_error *err)
{
    cmty_publication *p = cmty__calloc(1, sizeof *p);

    if (p != NULL)
        p->rows = cmty__calloc(o->counts->row_count, sizeof *p->rows);
    if (p == NULL || p->rows == NULL) {
        cmty__free(p);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    for (size_t i = 0; i < o->counts->row_count; i++)
        if (!cmty__overlay_row_empty(o, i))
            p->rows[p->count++] = i;
    p->overlay = o;
    *out = p;
    return CMTY_OK;
}

cmty_status cmty_publish(const char *store, const cmty_publish_options *options,
                         cmty_publication **out, cmty_error *err)
{
    cmty_publish_options p = CMTY_PUBLISH_OPTIONS_INIT;
    cmty_publication *publication = NULL;
    cmty__overlay *overlay = NULL;
    files f = {0};
    cmty_status st;

    if (out != NULL)
        *out = NULL;
    if (store == NULL || options == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "store and options must not be NULL");
    st = cmty__struct_read(&p, sizeof p, options, CMTY_PUBLISH_OPTIONS_SIZE_0_1,
                           "cmty_publish_options", err);
    if (st == CMTY_OK)
        st = check_options(store, &p, err);
    if (st == CMTY_OK)
        st = cmty__overlay_read(store, &p, &overlay, err);
    if (st == CMTY_OK)
        st = publication_new(overlay, &publication, err);
    if (st != CMTY_OK) {
        cmty__overlay_free(overlay);
        return st;
    }
    st = files_write(&f, overlay, &p, err);
    files_free(&f);
    if (st == CMTY_OK && out != NULL)
        *out = publication;
    else
        cmty_publication_free(publication);
    return st;
}

/* ---- the table ---- */

void cmty_publication_free(cmty_publication *publication)
{
    if (publication == NULL)
        return;
    cmty__overlay_free(publication->overlay);
    cmty__free(publication->rows);
    cmty__free(publication);
}

size_t cmty_publication_count(const cmty_publication *publication)
{
    return publication->count;
}

cmty_status cmty_publication_row_at(const cmty_publication *publication, size_t index,
                                    cmty_publication_row *row, cmty_error *err)
{
    cmty_publication_row out = {.struct_size = sizeof out};
    const cmty__count_row *from;

    if (publication == NULL || row == NULL)
        return cmty__fail(err, CMTY_E_INVALID, "publication and row must not be NULL");
    if (index >= publication->count)
        return cmty__fail(err, CMTY_E_RANGE, "the publication has %zu rows", publication->count);
    from = &publication->overlay->counts->rows[publication->rows[index]];
    out.suppressed = from->reports == CMTY__BLANK;
    out.beat_id = from->id;
    out.name = from->name;
    out.district = from->district;
    out.reports = from->reports;
    out.points = from->points;
    return cmty__struct_write(row, &out, sizeof out, sizeof out, "cmty_publication_row", err);
}

cmty_status cmty_publication_totals(const cmty_publication *publication, int64_t *reports,
                                    int64_t *points, int64_t *suppressed)
{
    if (publication == NULL)
        return CMTY_E_INVALID;
    if (reports != NULL)
        *reports = publication->overlay->counts->reports;
    if (points != NULL)
        *points = (int64_t)publication->overlay->point_count;
    if (suppressed != NULL)
        *suppressed = publication->overlay->counts->blank_beats;
    return CMTY_OK;
}
