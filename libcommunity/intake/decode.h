/* SPDX-License-Identifier: MIT */
#ifndef CMTY_INTAKE_DECODE_H
#define CMTY_INTAKE_DECODE_H

/* Private to intake: from a file in one of the formats to reports in the clear. */

#include "core/core.h"
#include "report/report.h"

/* ---- fields.c: which column is which field ---- */

enum {
    CMTY__FIELD_REF,
    CMTY__FIELD_CATEGORY,
    CMTY__FIELD_LON,
    CMTY__FIELD_LAT,
    CMTY__FIELD_LOCATION, /* "(lat, lon)" in one text */
    CMTY__FIELD_OCCURRED,
    CMTY__FIELD_DATE, /* without occurred: the day, or day and time of day */
    CMTY__FIELD_TIME,
    CMTY__FIELD_MONTH, /* without a date: YYYY-MM, or a number beside the year */
    CMTY__FIELD_YEAR,
    CMTY__FIELD_ACCURACY,
    CMTY__FIELD_TITLE,
    CMTY__FIELD_DESCRIPTION,
    CMTY__FIELD_LANG,
    CMTY__FIELD_ADDRESS,
    CMTY__FIELD_ANONYMOUS,
    CMTY__FIELD_DOMESTIC,
    CMTY__FIELD_NAME,
    CMTY__FIELD_PHONE,
    CMTY__FIELD_EMAIL,
    CMTY__FIELD_CHANNEL, /* device ids, network addresses: never taken in */
    CMTY__FIELD_COUNT
};
enum { CMTY__PIECES = 4 }; /* columns that one field may be joined from */

/* "field=column" pairs. A column may be several, joined by +. `order=d` or `order=m` says how
   NN/NN/YYYY is read. `source_ref=*` takes the whole record for its own reference. */
typedef struct cmty__mapping {
    char *texts[CMTY__FIELD_COUNT]; /* owned; what columns points into */
    const char *columns[CMTY__FIELD_COUNT][CMTY__PIECES];
    size_t count[CMTY__FIELD_COUNT]; /* 0: found by name */
    char order;                      /* 'd', 'm', or 0 */
    bool ref_is_record;
} cmty__mapping;
cmty_status cmty__mapping_parse(const char *const *pairs, size_t count, cmty__mapping *out,
                                cmty_error *err);
void cmty__mapping_free(cmty__mapping *m);
const char *cmty__field_name(int field); /* as in the schema and in "field=column" */
/* Does a column of this name feed the field by itself? The lower the rank, the better; -1: no. */
int cmty__field_rank(int field, const char *column);
/* A device id or network address by its name; what native reports are held to as well. */
bool cmty__field_is_channel(const char *column);

/* ---- values.c: texts of the fields to a report ---- */

typedef struct cmty__record {
    cmty__report report;
    int32_t reason;     /* CMTY_REASON_*: why it could not be decoded; NONE else */
    const char *field;  /* static; where */
    uint64_t line;      /* on which it begins; 0 unknown */
    bool day_or_month;  /* its date is refused because no mapping says which comes first */
    const char *header; /* of its table, borrowed; NULL: none */
    size_t header_size;
    const char *date_column; /* as the file names it; NULL: it has no columns */
} cmty__record;

typedef struct cmty__decode_options {
    const char *source;
    const cmty__mapping *mapping;
    const cmty__zone *zone; /* for times without an offset */
    bool alone;             /* JSON: the whole input is one report */
} cmty__decode_options;

typedef struct cmty__values {
    const char *piece[CMTY__FIELD_COUNT][CMTY__PIECES]; /* NULL: absent */
} cmty__values;
/* rec->report.raw is set already. Texts that last are copied to the arena. */
cmty_status cmty__values_report(const cmty__values *v, const cmty__decode_options *o,
                                cmty__arena *arena, cmty__record *rec, cmty_error *err);
/* Refuses the record; returns CMTY_OK, for a refusal is an answer. */
cmty_status cmty__record_refuse(cmty__record *rec, int32_t reason, const char *field);
/* Text of a JSON string, number or truth value in the arena; NULL for null. False: an array or
   object, or out of memory (*nomem). */
bool cmty__json_scalar(const cmty__json *v, cmty__arena *arena, const char **out, bool *nomem);

/* ---- the decoders ---- */

typedef struct cmty__decoder cmty__decoder;
/* Takes over the reader, also on failure. */
typedef cmty_status cmty__decoder_open_fn(const cmty__decode_options *o, cmty__reader *r,
                                          cmty__decoder **out, cmty_error *err);
cmty__decoder_open_fn cmty__decode_csv_open;         /* decode_csv.c */
cmty__decoder_open_fn cmty__decode_geojson_open;     /* decode_geojson.c */
cmty__decoder_open_fn cmty__decode_json_open;        /* decode_native.c: an array, or one object */
cmty__decoder_open_fn cmty__decode_ndjson_open;      /* decode_native.c: an object on each line */
cmty__decoder_open_fn cmty__decode_open311_open;     /* decode_open311.c */
cmty__decoder_open_fn cmty__decode_open311_xml_open; /* decode_open311_xml.c */
cmty__decoder_open_fn cmty__decode_form_open;        /* decode_form.c: Open311 as a form posts it */

/* The next record, from an empty one on. Statuses as below. */
cmty_status cmty__decoder_next(cmty__decoder *d, cmty__arena *arena, cmty__record *rec,
                               cmty_error *err);

/* What every decoder begins with. */
struct cmty__decoder {
    /* CMTY_OK with a report or a reason in rec, CMTY_END, or a failure of the whole file.
       rec->report .raw is borrowed until the next call; the other texts live in the arena. */
    cmty_status (*next)(cmty__decoder *d, cmty__arena *arena, cmty__record *rec, cmty_error *err);
    void (*free)(cmty__decoder *d);
    cmty__decode_options options; /* borrowed */
    cmty__reader *reader;         /* where it has got to */
};

/* ---- documents.c: what the JSON decoders share ---- */

/* Makes a report of one parsed element. */
typedef cmty_status cmty__element_fn(cmty__decoder *d, const cmty__json *element,
                                     cmty__arena *arena, cmty__record *rec, cmty_error *err);
/* Writes an element of another notation as JSON. False: it is not in that notation, or out of
   memory, which json->failed then says. */
typedef bool cmty__translate_fn(const char *text, size_t size, cmty__buf *json);
typedef struct cmty__documents {
    const char *member;   /* the array's name in the top-level object; NULL: the top level */
    bool lines;           /* one object on each line */
    cmty__element_fn *fn; /* called for each element that is an object */
    cmty__translate_fn *translate; /* NULL: it is JSON already */
} cmty__documents;
cmty_status cmty__documents_open(const cmty__documents *kind, const cmty__decode_options *o,
                                 cmty__reader *r, cmty__decoder **out, cmty_error *err);

/* ---- decode_open311.c and decode_form.c ---- */

cmty__element_fn cmty__open311_request;
/* application/x-www-form-urlencoded (URL Standard, section 5.1) as an object of texts. */
cmty__translate_fn cmty__form_json;

/* ---- decode_open311_xml.c ---- */

void cmty__xml_json(const cmty__xml_node *element, cmty__buf *json); /* as an object */

/* ---- format.c ---- */

/* The opener of a format; NULL: no such format. */
cmty__decoder_open_fn *cmty__format_named(const char *format);
/* Its name; NULL: none. */
const char *cmty__format_name(cmty__decoder_open_fn *open);
/* format NULL: found from the name and the first bytes. */
cmty_status cmty__format_find(const char *format, const char *path, cmty__decoder_open_fn **out,
                              cmty_error *err);

#endif
