/* SPDX-License-Identifier: MIT */
#ifndef CMTY_GEO_GEO_H
#define CMTY_GEO_GEO_H

/* Floor 1: coordinates, CRS, layers, exact predicates, point location, distance. The only room
   that sees GDAL, PROJ and GEOS; its GeoPackages are filled through SQLite too. */

#include "core/core.h"

/* ---- point.c ---- */

bool cmty__point_valid(cmty_point p); /* finite and on the globe */

/* Exact sign of the orientation of a, b, c: > 0 left turn, 0 collinear. Shewchuk, Discrete &
   Computational Geometry 18 (1997), adaptive precision. No epsilon. */
int cmty__orient(cmty_point a, cmty_point b, cmty_point c);

/* Local metric frame on the ellipsoid round an origin (east, north metres). A distance d measured
   in it errs by at most about d^2 tan(lat) / (2 R): 1 cm at 350 m, 30 cm at 2 km in mid latitudes;
   it is monotone beyond. Used for mask lattices and drawing. */
typedef struct cmty__frame {
    cmty_point origin;
    double m_per_deg_lon, m_per_deg_lat;
} cmty__frame;
cmty__frame cmty__frame_at(cmty_point origin);

double cmty__geodesic_m(cmty_point a, cmty_point b); /* PROJ's geodesic.h, Karney 2013 */
/* Where one gets from p going `azimuth_deg` for `distance_m` along the geodesic. */
cmty_point cmty__geodesic_to(cmty_point p, double azimuth_deg, double distance_m);

/* ---- layer.c: reading vector data ---- */

typedef struct cmty__survey cmty__survey;

typedef struct cmty__layer_options {
    const char *crs;       /* for layers without one; NULL: refused unless plainly degrees */
    double densify_m;      /* polygons and lines only */
    bool repair;           /* polygons: repair invalid rings, minimal, with a notice */
    bool polygons, points; /* which geometry types are wanted; others are CMTY_E_FORMAT */
    bool texts_only;       /* shapes of any type are passed over */
    cmty__survey *survey;  /* not NULL: takes every feature as it is, whatever is wrong with it; the
                              layer then has their fields and no shapes */
    bool lines; /* alone: each line is a "ring" that is not closed, of 2 points or more */
    const cmty_host *host;
} cmty__layer_options;

typedef struct cmty__ring {
    const cmty_point *points; /* closed: last == first; at least 4 */
    size_t count;
} cmty__ring;

/* Signed area that a ring encloses, > 0 if counter-clockwise; edges taken as geodesics. */
double cmty__ring_area_m2(const cmty__ring *ring);
/* The same with edges straight in longitude and latitude, as the index takes them: areas so
   measured add up, however a ring is cut. */
double cmty__ring_straight_m2(const cmty__ring *ring);

/* inner.c: a point inside, of whatever shape: the middle of the widest stretch of the middle
   parallel of the largest ring. A centroid may lie outside. False: out of memory. */
bool cmty__inner_point(const cmty__ring *rings, size_t count, cmty_point *out);

typedef struct cmty__feature {
    const cmty__ring *rings; /* all rings of all parts; even-odd rule decides the inside */
    size_t ring_count, part_count;
    const cmty_point *points; /* point layers: one or more */
    size_t point_count;
    double area_m2; /* geodesic */
    bool valid;     /* GEOS's judgement in the layer's own CRS */
} cmty__feature;

typedef struct cmty__layer cmty__layer; /* whole layer in memory, WGS 84 */
cmty_status cmty__layer_open(const cmty__spec *spec, const cmty__layer_options *o,
                             cmty__layer **out, cmty_error *err);
void cmty__layer_free(cmty__layer *layer);
/* The layers of a file that are not empty, names in an arena; at most capacity. */
typedef struct cmty__layer_entry {
    const char *name;
    bool points; /* its type allows points */
} cmty__layer_entry;
cmty_status cmty__layer_list(const char *path, cmty__arena *texts, cmty__layer_entry *entries,
                             size_t capacity, size_t *count, cmty_error *err);
size_t cmty__layer_count(const cmty__layer *layer);
const cmty__feature *cmty__layer_feature(const cmty__layer *layer, size_t i);
int32_t cmty__layer_field(const cmty__layer *layer, const char *name); /* case-insensitive; -1 */
size_t cmty__layer_field_count(const cmty__layer *layer);
const char *cmty__layer_field_name(const cmty__layer *layer, int32_t field);
/* Value as text, "" if null. Dates as ISO 8601. Borrowed from the layer. */
const char *cmty__layer_text(const cmty__layer *layer, size_t feature, int32_t field);
/* The number of people that a field holds, 0 if null; 1 where the field is -1. */
cmty_status cmty__layer_weight(const cmty__layer *layer, size_t feature, int32_t field, double *out,
                               cmty_error *err);
const char *cmty__layer_name(const cmty__layer *layer); /* basename of the file, for messages */
const char *cmty__layer_crs(const cmty__layer *layer);  /* "EPSG:3435" or a short name */
/* PROJ's name of the operation that carried the layer to WGS 84, "" if none was needed, and its
   accuracy as PROJ states it: 0 without an operation, NaN if unknown. */
const char *cmty__layer_operation(const cmty__layer *layer);
double cmty__layer_accuracy_m(const cmty__layer *layer);

/* ---- survey.c: layers as they are, with all their faults ---- */

/* The shapes of one or more layers, feature after feature in the order of reading. Serial. */
#define CMTY__NO_FEATURE SIZE_MAX

typedef struct cmty__fault {
    int32_t code;            /* CMTY_FLAW_* of shapes and CRS */
    size_t feature, other;   /* of the survey; CMTY__NO_FEATURE: none */
    size_t count;            /* how often, where several are one fault; else 1 */
    bool mended;             /* a repair takes it away */
    double size;             /* m2 of an area, m of a line or of a distance; NaN: has none */
    double width_m;          /* of an area: 2 area / perimeter; NaN: has none */
    cmty_point at;           /* in or on it; NaN: nowhere */
    const cmty__ring *rings; /* its area, even-odd; borrowed from the survey */
    size_t ring_count;
    const bool *holes; /* of each ring: it is a hole of the shell before it; NULL: all are shells */
    const cmty_point *line;
    size_t line_count;
    const char *detail; /* static, or NULL */
} cmty__fault;

/* Areas narrower than sliver_m are slivers; what is narrower than ignore_m is none at all. */
cmty_status cmty__survey_new(double sliver_m, double ignore_m, cmty__survey **out, cmty_error *err);
void cmty__survey_free(cmty__survey *s);
size_t cmty__survey_count(const cmty__survey *s);
/* Rings of a feature on WGS 84, even-odd, as they are but for what has no area; borrowed. */
const cmty__ring *cmty__survey_rings(const cmty__survey *s, size_t feature, size_t *count);
/* A place in a feature; NaN if it has no area. */
cmty_point cmty__survey_inside(const cmty__survey *s, size_t feature);
/* After all layers have been read: features that overlap while both are in force (half-open
   intervals, one for each feature), */
cmty_status cmty__survey_overlaps(cmty__survey *s, const cmty_time *from, const cmty_time *to,
                                  const cmty_host *host, cmty_error *err);
/* corners of one that lie on an edge of another which has none there, */
cmty_status cmty__survey_unnoded(cmty__survey *s, const cmty_time *from, const cmty_time *to,
                                 const cmty_host *host, cmty_error *err);
/* and what those of the features that are `in` enclose and none of them holds. */
cmty_status cmty__survey_gaps(cmty__survey *s, const bool *in, const cmty_host *host,
                              cmty_error *err);
size_t cmty__survey_fault_count(const cmty__survey *s);
const cmty__fault *cmty__survey_fault_at(const cmty__survey *s, size_t i);

/* ---- point_tree.c: the nearest of many points ---- */

/* Immutable, any thread. Nearest on the sphere of the geodetic latitudes; of equally near ones, the
   first by longitude, then latitude. Points that repeat are kept once; the order does not matter.
 */
typedef struct cmty__point_tree cmty__point_tree;
/* points: sorted on return. CMTY_OK or CMTY_E_NOMEM. */
cmty_status cmty__point_tree_build(cmty_point *points, size_t count, cmty__point_tree **out,
                                   cmty_error *err);
void cmty__point_tree_free(cmty__point_tree *n);
size_t cmty__point_tree_count(const cmty__point_tree *n);
cmty_point cmty__point_tree_find(const cmty__point_tree *n, cmty_point p);

/* ---- repair.c ---- */

typedef struct cmty__repaired {
    size_t features, repaired;
    double before_m2, after_m2; /* of those that were repaired */
    double most_m2;             /* largest change of one feature */
} cmty__repaired;
/* Copies a layer of polygons, in its CRS and with all its fields, to a GeoPackage, with a valid
   geometry for each feature that has none; the others are copied as they are. A notice for each
   that was repaired. */
cmty_status cmty__repair(const cmty__spec *spec, const cmty__layer_options *o, const char *path,
                         cmty__repaired *out, cmty_error *err);

/* ---- areas.c: point location over numbered areas ---- */

/* An immutable index over areas (each a set of rings, even-odd), any thread. Areas may overlap. The
   interface allows the index behind it to change. */
typedef struct cmty__areas cmty__areas;

typedef struct cmty__area_input {
    const cmty__ring *rings;
    size_t ring_count;
} cmty__area_input;

cmty_status cmty__areas_build(const cmty__area_input *areas, size_t count, cmty__areas **out,
                              cmty_error *err);
void cmty__areas_free(cmty__areas *a);
size_t cmty__areas_count(const cmty__areas *a);

/* How one area holds a point. */
enum { CMTY__HIT_INSIDE = 1, CMTY__HIT_EDGE = 2 };
typedef struct cmty__hit {
    int32_t area;
    int32_t kind; /* CMTY__HIT_* */
} cmty__hit;
/* All areas that hold p (closed), ascending area number; returns how many there are, writes at
   most capacity. Exact. */
size_t cmty__areas_hits(const cmty__areas *a, cmty_point p, cmty__hit *hits, size_t capacity);
/* Lowest area that holds p (closed), or -1; *edge says whether p lies on the boundary of any area,
 *several whether another area holds p too. Either may be NULL. */
int32_t cmty__areas_first(const cmty__areas *a, cmty_point p, bool *edge, bool *several);
/* The same, with flags: */
enum {
    CMTY__FIRST_EDGE = 1,    /* on the boundary of some area */
    CMTY__FIRST_SEVERAL = 2, /* held by another area too */
    CMTY__FIRST_NEAR = 4     /* in none, but a boundary may be within cmty__areas_clear_m() */
};
int32_t cmty__areas_first_flags(const cmty__areas *a, cmty_point p, uint32_t *flags);
/* And for many points: */
void cmty__areas_first_many(const cmty__areas *a, const cmty_point *p, size_t n, int32_t *area,
                            uint8_t *flags /* CMTY__FIRST_*; NULL: not wanted */);
/* All areas that hold each point: those of point i are area[first[i]] to area[first[i + 1] - 1],
   ascending. Returns how many there are, writes at most capacity; first has n + 1 places. */
size_t cmty__areas_hits_many(const cmty__areas *a, const cmty_point *p, size_t n, uint64_t *first,
                             int32_t *area, size_t capacity);
/* No boundary is nearer than this to a point that is in no area and without CMTY__FIRST_NEAR. */
double cmty__areas_clear_m(const cmty__areas *a);
/* Is surely no boundary within `within_m` of p? Fast, and seldom wrong in saying no. */
bool cmty__areas_clear(const cmty__areas *a, cmty_point p, double within_m);
/* Keeps those of the points p[which[k]] for which that says no, in any order; n is at most 256. */
size_t cmty__areas_unclear(const cmty__areas *a, const cmty_point *p, double within_m,
                           uint16_t *which, size_t n);
/* For tests: the way in which many points are looked up from now on. All give the same answers.
   False: this processor has it not. */
enum { CMTY__PATH_PORTABLE, CMTY__PATH_AVX2, CMTY__PATH_AVX512, CMTY__PATHS };
bool cmty__areas_force_path(cmty__areas *a, int path);
/* Exact: is p in area (closed)? */
bool cmty__areas_contains(const cmty__areas *a, int32_t area, cmty_point p);

/* Distance in metres to the nearest boundary of any area; NaN if there are none. */
double cmty__areas_margin_m(const cmty__areas *a, cmty_point p);
/* Areas within `within_m` of p (0 for those that hold it), nearest first, ties by number. Returns
   how many there are, writes at most capacity. */
typedef struct cmty__near {
    int32_t area;
    double distance_m;
    double share; /* set by cmty__areas_shares */
} cmty__near;
size_t cmty__areas_near(const cmty__areas *a, cmty_point p, double within_m, cmty__near *out,
                        size_t capacity);
/* What share of a Gaussian round p lies in each of these areas, and in all areas of the index
   together (where areas overlap, a place counts for each). The Gaussian is isotropic with standard
   deviation sigma_m, in the plane that touches the ellipsoid at p; what lies beyond
   CMTY__SHARE_REACH sigma is left out, less than 1e-9. Where p is on an edge it is taken 20
   nanometres beside it. A ring that crosses itself is taken as it is at the first end of each edge,
   seen from p. CMTY_OK or CMTY_E_NOMEM. */
#define CMTY__SHARE_REACH 6.5
cmty_status cmty__areas_shares(const cmty__areas *a, cmty_point p, double sigma_m,
                               cmty__near *areas, size_t count, double *all, cmty_error *err);
/* Of a point that no area holds, the first that cmty__areas_near names, or -1. Fast where the
   distance is far less than a cell. */
int32_t cmty__areas_nearest_within(const cmty__areas *a, cmty_point p, double within_m);
/* Nearest point of the closed area to p (p itself if inside). */
cmty_point cmty__areas_nearest_point(const cmty__areas *a, int32_t area, cmty_point p);
void cmty__areas_bounds(const cmty__areas *a, int32_t area, cmty_point *min, cmty_point *max);
/* Rings of an area, for drawing and writing; borrowed. */
const cmty__ring *cmty__areas_rings(const cmty__areas *a, int32_t area, size_t *count);

/* The whole index as bytes (a position-independent blob), and back. What is loaded is checked
   as if an enemy had written it. */
size_t cmty__areas_size(const cmty__areas *a);
void cmty__areas_save(const cmty__areas *a, cmty__buf *out);
cmty_status cmty__areas_load(const void *bytes, size_t size, cmty__areas **out, cmty_error *err);
/* As load, but the bytes are used where they are: they stay as they are until the areas are freed,
   and begin at a multiple of 64. */
cmty_status cmty__areas_borrow(const void *bytes, size_t size, cmty__areas **out, cmty_error *err);

/* ---- drawing.c: areas as they are drawn, for pages only ---- */

typedef struct cmty__xy {
    double x, y; /* pixels of the drawing, y down */
} cmty__xy;

typedef struct cmty__view {
    double lon_deg, lat_deg; /* of the upper left corner */
    double x_per_deg, y_per_deg;
    double width, height;
    double m_per_px;
} cmty__view;
/* Fits a box, with a margin, into a drawing of at most this size. */
cmty__view cmty__view_fit(cmty_point min, cmty_point max, double width, double height);
cmty__view cmty__view_of(const cmty__areas *areas); /* fits all areas into a page's large map */
cmty__xy cmty__view_at(const cmty__view *v, cmty_point p);
/* A scale bar as an SVG of its own, in metric and in other units. */
void cmty__view_scale(const cmty__view *v, cmty__buf *out);

/* Rings in pixels: cut off well outside the drawing, and with vertices left out that move no edge
   by more than a fraction of a pixel. */
typedef struct cmty__shape {
    cmty__xy *points;
    size_t count, capacity;
    size_t *ends; /* one past the last point of each ring */
    size_t ring_count, ring_capacity;
} cmty__shape;
bool cmty__shape_make(const cmty__view *v, const cmty__ring *rings, size_t count,
                      cmty__shape *out); /* false: out of memory */
void cmty__shape_free(cmty__shape *s);
void cmty__shape_path(const cmty__shape *s, cmty__buf *out); /* what goes into d="" */
/* Where a label has most room, and how far the boundary is from there, pixels. */
cmty__xy cmty__shape_centre(const cmty__shape *s, double *room);

/* ---- cover.c, pieces.c: laying areas over each other, with GEOS; serial per object ---- */

/* Numbered units, each the union of its areas, that overlap nowhere: a place in several areas is of
   the unit of the first of them, as cmty__areas_first says. */
typedef struct cmty__cover cmty__cover;
/* unit_of: of each area, 0 to unit_count - 1. */
cmty_status cmty__cover_make(const cmty__areas *areas, const int32_t *unit_of, size_t unit_count,
                             const cmty_host *host, cmty__cover **out, cmty_error *err);
void cmty__cover_free(cmty__cover *c);
double cmty__cover_area_m2(const cmty__cover *c, int32_t unit);
double cmty__cover_overlap_m2(const cmty__cover *c); /* what lay in more than one area */
/* Rings of a unit, polygon by polygon, the outer ring first; borrowed. */
const cmty__ring *cmty__cover_rings(const cmty__cover *c, int32_t unit, size_t *count);

/* A connected part of the ground that is of one unit in one cover and of one in another; -1: of
   none there. */
typedef struct cmty__piece {
    int32_t from, to;
    bool narrow; /* no disc of the tolerance's radius fits in */
    double area_m2;
    const cmty__ring *rings; /* the outer one first */
    size_t ring_count;
} cmty__piece;

typedef struct cmty__pieces cmty__pieces;
/* All pieces of two covers, by from, to (-1 last), and place. Swapping the covers swaps from and
   to, and changes nothing else but the order. */
cmty_status cmty__pieces_cut(const cmty__cover *from, const cmty__cover *to, double tolerance_m,
                             const cmty_host *host, cmty__pieces **out, cmty_error *err);
void cmty__pieces_free(cmty__pieces *p);
size_t cmty__pieces_count(const cmty__pieces *p);
const cmty__piece *cmty__pieces_at(const cmty__pieces *p, size_t i);

/* How much of an area lies in which pieces, ascending; parts without area are left out. *parts
   grows, and is freed by the caller. */
typedef struct cmty__part {
    size_t piece;
    double area_m2;
} cmty__part;
cmty_status cmty__pieces_meet(cmty__pieces *p, const cmty__ring *rings, size_t ring_count,
                              cmty__part **parts, size_t *capacity, size_t *count, double *whole_m2,
                              cmty_error *err);

/* ---- writer.c: writing vector data (GeoPackage through GDAL) ---- */

enum {
    CMTY__FIELD_TEXT,
    CMTY__FIELD_INT,
    CMTY__FIELD_REAL,
    CMTY__FIELD_DATETIME,
    CMTY__FIELD_BOOL /* integer 0 or 1 */
};
typedef struct cmty__field {
    const char *name;
    int type;
} cmty__field;
enum { CMTY__GEOMETRY_NONE, CMTY__GEOMETRY_POINT, CMTY__GEOMETRY_POLYGONS };

typedef struct cmty__writer cmty__writer;
/* Makes a GeoPackage under a temporary name; finish renames it into place. */
cmty_status cmty__writer_open(const char *path, cmty__writer **out, cmty_error *err);
/* The date of the last change that the file states, from here on; 1970 if never set. The clock is
   not asked, so that the same content gives the same bytes. */
void cmty__writer_date(cmty__writer *w, cmty_time when);
cmty_status cmty__writer_layer(cmty__writer *w, const char *name, const char *description,
                               int geometry, const cmty__field *fields, size_t count,
                               cmty_error *err); /* further rows go to this layer */
/* One value per field; NULL text or a NaN real is written as NULL. */
typedef struct cmty__value {
    const char *text;
    int64_t integer;
    double real;
    cmty_time time;
    bool null;
} cmty__value;
cmty_status cmty__writer_point(cmty__writer *w, cmty_point p, const cmty__value *values,
                               cmty_error *err);
cmty_status cmty__writer_polygons(cmty__writer *w, const cmty__ring *rings, size_t count,
                                  const cmty__value *values, cmty_error *err);
/* What of them lies in a box; a row without a geometry where that is no area. */
cmty_status cmty__writer_clipped(cmty__writer *w, const cmty__ring *rings, size_t count,
                                 cmty_point min, cmty_point max, const cmty__value *values,
                                 cmty_error *err);
cmty_status cmty__writer_row(cmty__writer *w, const cmty__value *values, cmty_error *err);
cmty_status cmty__writer_metadata(cmty__writer *w, const char *key, const char *value,
                                  cmty_error *err); /* dataset metadata, seen by gdalinfo/ogrinfo */
/* As with cmty__outfile: settled, then finished. */
cmty_status cmty__writer_settle(cmty__writer *w, cmty_error *err);
cmty_status cmty__writer_finish(cmty__writer *w, cmty_error *err);
void cmty__writer_free(cmty__writer *w); /* unfinished: removes the temporary file */

/* ---- enrich.c: a layer of points copied, with further fields ---- */

/* Some features, in the order of the layer. */
typedef struct cmty__places {
    size_t count;
    const bool *known;        /* it has one place on the globe */
    const cmty_point *at;     /* WGS 84, where known */
    const cmty_time *when;    /* CMTY_TIME_UNKNOWN: none is said */
    const double *accuracy_m; /* NaN: none is said */
    cmty__arena *texts;       /* for texts of the values */
} cmty__places;

/* Fills in field_count values for each of the features; two threads may call at once. Texts are
   borrowed: they last, or are of places->texts. */
typedef cmty_status cmty__enrich_fn(void *user, const cmty__places *places, cmty__value *values,
                                    cmty_error *err);

typedef struct cmty__enrichment {
    const cmty__field *fields; /* the further ones */
    size_t field_count;
    cmty__enrich_fn *fn;
    void *user;
    const char *time_field, *accuracy_field; /* NULL: none */
    const cmty__zone *zone;                  /* of times without one; NULL: UTC */
    const char *stage;                       /* what the host is told is being done */
    const cmty_host *host;
} cmty__enrichment;
/* `out`: a path whose end says the format, and the name of the layer where the format has names.
   One feature out for each in, with its geometry as it was. */
cmty_status cmty__enrich(const cmty__spec *in, const cmty__spec *out, const cmty__enrichment *e,
                         cmty_error *err);

/* ---- style.c: styles of QGIS, kept in the file ---- */

void cmty__qml_begin(cmty__buf *out, const char *categories); /* "Symbology|Labeling" */
void cmty__qml_prop(cmty__buf *out, const char *key, const char *value);
/* How an area is drawn: colours as "r,g,b,a", styles by QGIS's names, widths in millimetres. */
typedef struct cmty__qml_look {
    const char *colour, *style, *outline, *outline_style, *outline_width;
} cmty__qml_look;
void cmty__qml_fill(cmty__buf *out, size_t name, const cmty__qml_look *look);
/* Rules, `</rules><symbols>`, fills, `</symbols></renderer-v2>`: the caller closes. */
void cmty__qml_rules_begin(cmty__buf *out, const char *group);
void cmty__qml_rule(cmty__buf *out, const char *group, size_t symbol, const char *filter,
                    const char *label);
void cmty__qml_labels(cmty__buf *out, const char *expression);
void cmty__qml_polygons_end(cmty__buf *out);

typedef struct cmty__style {
    const char *table, *name, *description;
    int64_t is_default; /* 1: QGIS applies it on loading */
    cmty__buf qml;      /* may have failed: then so does the call */
} cmty__style;
/* Writes the table of styles; `when` they were made. */
cmty_status cmty__writer_styles(cmty__writer *w, const cmty__style *styles, size_t count,
                                cmty_time when, cmty_error *err);

/* Names and versions of GDAL, PROJ, GEOS, one per line. */
void cmty__geo_versions(cmty__buf *out);

#endif
