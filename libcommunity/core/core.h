/* SPDX-License-Identifier: MIT */
#ifndef CMTY_CORE_CORE_H
#define CMTY_CORE_CORE_H

/* Floor 0: status, memory, text, numbers, time, files, CSV, JSON, randomness. What every room uses.
 */

#include <community/community.h>

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* ---- error.c ---- */

/* Fills err (if not NULL) and returns status: `return cmty__fail(err, CMTY_E_IO, "...")`. */
cmty_status cmty__fail(cmty_error *err, cmty_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
#ifdef __clang_analyzer__ /* which sees one file at a time, and not that the status comes back */
#define cmty__fail(err, status, ...) ((void)cmty__fail(err, status, __VA_ARGS__), (status))
#endif

/* Only reader of a caller's sized struct: below min_size refused, below dst_size the rest of dst
   keeps its defaults, above dst_size only an all-zero tail is accepted. */
cmty_status cmty__struct_read(void *dst, size_t dst_size, const void *src, size_t min_size,
                              const char *name, cmty_error *err);

/* Only writer of a caller's sized output struct: copies as much of src as the caller has room for
   and keeps the caller's struct_size. */
cmty_status cmty__struct_write(void *dst, const void *src, size_t src_size, size_t min_size,
                               const char *name, cmty_error *err);

/* host may be NULL. Progress returns CMTY_E_STOPPED (and fills err) if the host says stop. */
cmty_status cmty__progress(const cmty_host *host, const char *stage, double fraction,
                           cmty_error *err);
void cmty__notice(const cmty_host *host, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* ---- memory.c ---- */

void *cmty__alloc(size_t size);
void *cmty__calloc(size_t count, size_t size);             /* overflow-checked */
void *cmty__realloc(void *ptr, size_t count, size_t size); /* overflow-checked; old kept on NULL */
void cmty__free(void *ptr);
char *cmty__strdup(const char *text); /* NULL in, NULL out */
char *cmty__strndup(const char *text, size_t size);

/* Grow *array (of element size `size`) to hold at least `need`; doubles. False: out of memory. */
bool cmty__grow(void *array_ptr, size_t *capacity, size_t need, size_t size);

void cmty__zero(void *data, size_t size); /* a wipe that no compiler drops */

/* Arena: many small pieces, freed together. Texts live as long as the arena. */
typedef struct cmty__arena cmty__arena;
cmty__arena *cmty__arena_new(void);
void cmty__arena_free(cmty__arena *arena);  /* wipes what it held */
void cmty__arena_clear(cmty__arena *arena); /* wipes, keeps the largest block for reuse */
void *cmty__arena_alloc(cmty__arena *arena, size_t size); /* aligned, zeroed */
char *cmty__arena_text(cmty__arena *arena, const char *text, size_t size);

/* ---- text.c ---- */

/* A growing text or byte buffer; NUL-terminated while valid. Errors stick: check `failed` once. */
typedef struct cmty__buf {
    char *data; /* NULL while empty */
    size_t size, capacity;
    bool failed; /* out of memory; further appends do nothing */
} cmty__buf;

void cmty__buf_free(cmty__buf *b);
void cmty__buf_wipe(cmty__buf *b); /* zeroes before freeing */
void cmty__buf_clear(cmty__buf *b);
void cmty__buf_bytes(cmty__buf *b, const void *data, size_t size);
void cmty__buf_text(cmty__buf *b, const char *text);
void cmty__buf_char(cmty__buf *b, char c);
/* printf with the C locale's decimal point whatever the host set. */
void cmty__buf_format(cmty__buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void cmty__buf_vformat(cmty__buf *b, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
void cmty__buf_double(cmty__buf *b, double v); /* shortest text that reads back the same */
void cmty__buf_fixed(cmty__buf *b, double v, int decimals); /* "nan" is never written: empty */
void cmty__buf_json(cmty__buf *b, const char *text);        /* quoted and escaped */
/* RFC 4180, quoted only if needed; a leading = + - @ tab is defused with ' */
void cmty__buf_csv(cmty__buf *b, const char *text);
void cmty__buf_xml(cmty__buf *b, const char *text); /* escaped for HTML/XML text and attributes */

bool cmty__utf8_valid(const char *text, size_t size);       /* also refuses NUL */
bool cmty__text_equal_nocase(const char *a, const char *b); /* ASCII */
bool cmty__starts_with(const char *text, const char *prefix);
char *cmty__trim(char *text); /* in place, ASCII blanks */

/* Whole text must be a number in C notation, finite. Independent of the locale. */
bool cmty__parse_double(const char *text, double *out);
bool cmty__parse_int64(const char *text, int64_t *out);
/* vsnprintf in the C locale. */
int cmty__vformat(char *out, size_t size, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));
/* snprintf in the C locale; returns false if it did not fit. */
bool cmty__format(char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A layer spec `path|key=value|...` taken apart; texts owned by the struct. */
typedef struct cmty__spec {
    char *text; /* the copy that the other members point into */
    const char *path, *layer, *id, *name, *from, *to, *crs, *action, *weight;
    const char *places;    /* |public=: the path of another layer */
    const char *lon, *lat; /* columns of a table of text. All: NULL where absent */
} cmty__spec;
cmty_status cmty__spec_parse(const char *text, cmty__spec *out, cmty_error *err);
void cmty__spec_free(cmty__spec *spec);
const char *cmty__basename(const char *path); /* for messages: never the whole path of a person */

/* ---- time.c, zone.c ---- */

typedef struct cmty__zone cmty__zone; /* rules of one time zone, RFC 8536; immutable */
cmty_status cmty__zone_open(const char *name, cmty__zone **out, cmty_error *err); /* NULL: UTC */
/* From the bytes of a zone file. */
cmty_status cmty__zone_parse(const void *bytes, size_t size, const char *name, cmty__zone **out,
                             cmty_error *err);
void cmty__zone_free(cmty__zone *zone);
const char *cmty__zone_name(const cmty__zone *zone);

typedef struct cmty__civil {
    int32_t year, month, day, hour, minute, second, millisecond; /* month 1-12, day 1-31 */
    int32_t weekday;                                             /* 0 Monday .. 6 Sunday */
    int32_t offset_s;                                            /* local minus UTC */
} cmty__civil;
void cmty__time_to_civil(cmty_time t, const cmty__zone *zone,
                         cmty__civil *out); /* NULL zone: UTC */
/* A local time that occurs twice gives the first; one that is skipped, the moment after the gap.
   False: no such date, or its year is not 1 to 9999. */
bool cmty__civil_to_time(const cmty__civil *c, const cmty__zone *zone, cmty_time *out);

/* RFC 3339, `YYYY-MM-DD[ hh:mm[:ss[.fff]]]`, `YYYY/MM/DD ...`, `MM/DD/YYYY hh:mm[:ss] [AM|PM]`;
   with an optional offset (Z, +00, +0000, +00:00). Without one, the zone applies. `order` says how
   NN/NN/YYYY is read: 'm' month first, 'd' day first, 0: refused. Hours are 00 to 23, seconds 00 to
   59; decimals beyond milliseconds are cut off. */
bool cmty__time_parse(const char *text, const cmty__zone *zone, char order, cmty_time *out);
/* Nothing is written for a moment outside the years 1 to 9999, so none for an unknown one. */
void cmty__buf_time_utc(cmty__buf *b, cmty_time t); /* 2026-11-22T18:05:09.000Z */
void cmty__buf_time_local(cmty__buf *b, cmty_time t,
                          const cmty__zone *zone); /* 2026-11-22T12:05:09 */
cmty_time cmty__time_now(void);
/* ISO 8601: the week, and the year it belongs to. */
void cmty__civil_week(const cmty__civil *c, int32_t *year, int32_t *week);
void cmty__civil_move(cmty__civil *c, int32_t days); /* its date and weekday */
/* How often local clocks show what they show at t, within a day or so; *which is 1 where t is the
   first of them. */
int32_t cmty__time_showings(cmty_time t, const cmty__zone *zone, int32_t *which);
/* Floor to the start of the bin in local time: "minute", "hour", "day", "week" (Monday), "month".
 */
bool cmty__time_floor(cmty_time t, const char *bin, const cmty__zone *zone, cmty_time *out);

/* ---- file.c ---- */

/* Reads a whole file up to limit bytes (CMTY_E_LIMIT beyond). Caller frees with cmty__free. */
cmty_status cmty__file_read(const char *path, size_t limit, char **data, size_t *size,
                            cmty_error *err);

/* A file that appears under its name only when finished: temporary name beside it, synced, renamed,
   directory synced. "-" is standard output. Free without finish removes the temporary file. */
typedef struct cmty__outfile cmty__outfile;
cmty_status cmty__outfile_open(const char *path, uint32_t mode, cmty__outfile **out,
                               cmty_error *err);
cmty_status cmty__outfile_write(cmty__outfile *f, const void *data, size_t size, cmty_error *err);
/* Everything on disk, under the temporary name still: what can fail, short of the rename, has not.
   Several files are settled all before one is finished. */
cmty_status cmty__outfile_settle(cmty__outfile *f, cmty_error *err);
cmty_status cmty__outfile_finish(cmty__outfile *f, cmty_error *err);
void cmty__outfile_free(cmty__outfile *f);
/* For writers that make the file themselves (GDAL, SQLite): the temporary name to write to. */
cmty_status cmty__temp_beside(const char *path, char **temp, cmty_error *err);
/* temp is synced; messages name path. */
cmty_status cmty__sync_file(const char *temp, const char *path, cmty_error *err);
/* Renames what is synced, and syncs the folder. */
cmty_status cmty__rename_into_place(const char *temp, const char *path, cmty_error *err);
void cmty__remove(const char *path); /* best effort, also -wal, -shm, -journal beside it */
bool cmty__file_exists(const char *path);
/* Whether two names lead to one file, also by a link. */
bool cmty__same_file(const char *a, const char *b);
/* CMTY_E_KEY unless a regular file, owned by us or root, closed to group and others. */
cmty_status cmty__file_check_private(const char *path, cmty_error *err);
cmty_status cmty__file_make_private(const char *path, const void *data, size_t size, uint32_t mode,
                                    cmty_error *err); /* O_EXCL: CMTY_E_EXISTS */

/* To a descriptor, across interruptions; false with errno. */
bool cmty__write_all(int fd, const char *data, size_t size);

/* CMTY_E_IO (CMTY_E_EXISTS for EEXIST) in words: "cannot WHAT NAME: permission denied". */
cmty_status cmty__fail_errno(cmty_error *err, int code, const char *what, const char *path);

/* ---- folder.c ---- */

/* A folder that appears under its name only when every file in it is whole: a temporary name
   beside it, synced, renamed. Free without finish removes it. */
typedef struct cmty__outfolder cmty__outfolder;
cmty_status cmty__outfolder_open(const char *path, uint32_t mode, cmty__outfolder **out,
                                 cmty_error *err);
/* A file in it, mode 0644 before the umask; name: a plain one. */
cmty_status cmty__outfolder_write(cmty__outfolder *f, const char *name, const void *data,
                                  size_t size, cmty_error *err);
/* CMTY_E_EXISTS if something stands under its name, and is more than an empty folder. */
cmty_status cmty__outfolder_finish(cmty__outfolder *f, cmty_error *err);
void cmty__outfolder_free(cmty__outfolder *f);

/* What lies in a folder: plain files, in order of their names. */
typedef struct cmty__file_entry {
    char *name;
    cmty_time modified;
} cmty__file_entry;
cmty_status cmty__folder_list(const char *path, cmty__file_entry **list, size_t *count,
                              cmty_error *err);
void cmty__folder_list_free(cmty__file_entry *list, size_t count);
cmty_status cmty__folder_make(const char *path, uint32_t mode, cmty_error *err); /* or is there */
/* CMTY_E_INVALID unless it is a folder into which not everybody may write. */
cmty_status cmty__folder_check(const char *path, cmty_error *err);

/* ---- lock.c ---- */

/* Exclusive places in a lock file (made with mode 0600 if absent), each held by one object at a
   time, in all threads and processes together; all are given up by free or death. */
typedef struct cmty__lock cmty__lock;
cmty_status cmty__lock_open(const char *path, cmty__lock **out, cmty_error *err);
void cmty__lock_free(cmty__lock *lock);
/* CMTY_OK, or CMTY_NOTFOUND where another still holds the place after wait_ms. */
cmty_status cmty__lock_take(cmty__lock *lock, int64_t place, int64_t wait_ms, cmty_error *err);
void cmty__lock_release(cmty__lock *lock, int64_t place);
/* On a file system shared with other machines, where memory maps and locks cannot be trusted. */
bool cmty__file_is_remote(const char *path);

/* Streams bytes of a file or "-" with constant memory, line by line or raw. */
typedef struct cmty__reader cmty__reader;
cmty_status cmty__reader_open(const char *path, cmty__reader **out, cmty_error *err);
/* From bytes in memory, borrowed. */
cmty_status cmty__reader_open_bytes(const char *bytes, size_t size, const char *name,
                                    cmty__reader **out, cmty_error *err);
void cmty__reader_free(cmty__reader *r);
int cmty__reader_get(cmty__reader *r); /* next byte, -1 at the end or on error (see _status) */
int cmty__reader_peek(cmty__reader *r);
/* One line without its LF/CRLF into buf (cleared first). CMTY_END at the end. A line over `limit`
   is skipped to its end and gives CMTY_E_LIMIT; reading goes on with the next call. */
cmty_status cmty__reader_line(cmty__reader *r, size_t limit, cmty__buf *line, cmty_error *err);
cmty_status cmty__reader_status(const cmty__reader *r, cmty_error *err); /* I/O error so far */
uint64_t cmty__reader_line_number(const cmty__reader *r); /* 1-based, of the last line read */
uint64_t cmty__reader_offset(const cmty__reader *r);      /* bytes consumed */
uint64_t cmty__reader_total(const cmty__reader *r);       /* file size, 0 if unknown */
const char *cmty__reader_name(const cmty__reader *r);     /* basename, for messages */

/* ---- csv.c: RFC 4180, streaming ---- */

typedef struct cmty__csv cmty__csv;
/* Takes over the reader. Skips a UTF-8 byte-order mark; finds the separator (, ; tab) in the
 * header. */
cmty_status cmty__csv_open(cmty__reader *r, cmty__csv **out, cmty_error *err);
void cmty__csv_free(cmty__csv *csv);
size_t cmty__csv_column_count(const cmty__csv *csv);
const char *cmty__csv_column(const cmty__csv *csv, size_t i);
int32_t cmty__csv_find(const cmty__csv *csv, const char *name); /* case-insensitive; -1 */
/* Next record. CMTY_OK, CMTY_END; CMTY_E_FORMAT (unclosed quote, wrong number of fields, bad UTF-8)
   or CMTY_E_LIMIT for this record only: the next call goes on after it. */
cmty_status cmty__csv_next(cmty__csv *csv, cmty_error *err);
const char *cmty__csv_field(const cmty__csv *csv, size_t i);   /* valid until the next record */
const char *cmty__csv_raw(const cmty__csv *csv, size_t *size); /* the record's own bytes */
const char *cmty__csv_header_raw(const cmty__csv *csv, size_t *size);
char cmty__csv_separator(const cmty__csv *csv);
uint64_t cmty__csv_line_number(const cmty__csv *csv); /* line on which the record began */
cmty__reader *cmty__csv_reader(cmty__csv *csv);

/* ---- json.c: the only user of the JSON library ---- */

typedef struct cmty__json cmty__json; /* a value; borrowed from its document */
enum {
    CMTY__JSON_NULL,
    CMTY__JSON_BOOL,
    CMTY__JSON_NUMBER,
    CMTY__JSON_STRING,
    CMTY__JSON_ARRAY,
    CMTY__JSON_OBJECT
};
void cmty__json_versions(cmty__buf *out); /* name and version of the library */
/* Strict: UTF-8, no comments, depth at most 32, nothing after the value. The document is owned by
   the caller. The message names the byte offset, never the text. */
cmty_status cmty__json_parse(const char *text, size_t size, cmty__json **document, cmty_error *err);
void cmty__json_free(cmty__json *document);
int cmty__json_type(const cmty__json *v); /* NULL pointer: CMTY__JSON_NULL */
const cmty__json *cmty__json_member(const cmty__json *object,
                                    const char *name); /* NULL if absent */
size_t cmty__json_count(const cmty__json *array_or_object);
const cmty__json *cmty__json_at(const cmty__json *array, size_t i);
/* Member i of an object in the order of the file. */
const cmty__json *cmty__json_member_at(const cmty__json *object, size_t i, const char **name);
const char *cmty__json_text(const cmty__json *v); /* of a string; NULL if it is none */
bool cmty__json_number(const cmty__json *v, double *out);
bool cmty__json_int64(const cmty__json *v, int64_t *out);
bool cmty__json_bool(const cmty__json *v, bool *out);
void cmty__buf_json_value(cmty__buf *b, const cmty__json *v); /* compact */
/* Elements of a top-level array, or of the named array member of a top-level object (NULL: a bare
   array), one text at a time with constant memory. CMTY_OK, CMTY_END, CMTY_E_FORMAT, CMTY_E_LIMIT
   (that element is skipped). */
cmty_status cmty__json_stream(cmty__reader *r, const char *member, size_t limit, cmty__buf *element,
                              cmty_error *err);

/* ---- xml.c: the only user of the XML library ---- */

void cmty__xml_versions(cmty__buf *out); /* name and version of the library */
/* Texts live as long as the element is at hand. */
typedef struct cmty__xml_node {
    const char *name;       /* with its prefix, if it has one */
    const char *attributes; /* as in a tag: a blank before each; empty: none */
    const char *text;       /* without the blanks round it; empty: none */
    bool nil;               /* an attribute nil="true" */
    struct cmty__xml_node *child, *next;
} cmty__xml_node;
/* Elements of one name: children of a root of another name, or the root itself. In any encoding
   that the document declares and the library knows; texts are UTF-8. The reader is borrowed, the
   names are static. */
typedef struct cmty__xml cmty__xml;
cmty_status cmty__xml_open(cmty__reader *r, const char *root, const char *element, size_t limit,
                           cmty__xml **out, cmty_error *err);
void cmty__xml_free(cmty__xml *x);
/* CMTY_OK, CMTY_END; CMTY_E_LIMIT (that element is skipped); CMTY_E_FORMAT: not well-formed, too
   deep, with a document type, or not these elements. The message names the line, never the text. */
cmty_status cmty__xml_next(cmty__xml *x, cmty_error *err);
const cmty__xml_node *cmty__xml_element(const cmty__xml *x);
uint64_t cmty__xml_line(const cmty__xml *x); /* on which it begins */
void cmty__buf_xml_node(cmty__buf *b, const cmty__xml_node *node);

/* ---- page.c: self-contained HTML pages ---- */

/* Up to the <h1> in an open <header>. `style`: pieces of CSS beyond the common ones, the last
   NULL; or NULL. The caller closes the header, and goes on with <main>. */
void cmty__page_begin(cmty__buf *out, const char *title, const char *const *style);
/* From within an open <footer> to the end, with a script that sorts the first table and marks the
   element whose id the row under the mouse has as `data-beat`. */
void cmty__page_end(cmty__buf *out);
void cmty__page_number(cmty__buf *out, int64_t n);           /* 12,345 */
void cmty__page_paragraph(cmty__buf *out, const char *text); /* escaped, in <p> */
void cmty__page_cell(cmty__buf *out, const char *text);      /* escaped, in <td> */
void cmty__page_swatch(cmty__buf *out, const char *class);   /* begins an <li> of a legend */

/* ---- random.c ---- */

cmty_status cmty__random(void *out, size_t size, cmty_error *err); /* system generator */

#endif
