/* SPDX-License-Identifier: MIT */
/*
 * The grid of RFC 6772, section 6.5.2: a place is shown as a corner of its cell, the nearest one if
 * it is near a corner, else one of the two ends of the nearest edge. Which end, is drawn once for
 * each edge from the key, so that a place beside an edge does not tell on which side of the middle
 * it lies. Plain arithmetic: the same on every machine. Any thread.
 */
#include "privacy/grid.h"

#include "privacy/noise.h"

#include <math.h>

static const double degree_m = 110600.0;             /* of latitude, as in the RFC */
static const double circle_degree_m = 111133.840121; /* pi/180 of 6367.5 km, as in the RFC */
static const double near_corner = 0.2887;            /* 1 / (2 sqrt 3) of a cell */

/* Degrees of longitude are measured at the equatorward end of a zone, so that none is too short. */
static const struct {
    double lat_deg, cosine;
} zones[] = {
    {0.0, 1.0},  {25.0, 0.90630778703665}, {35.0, 0.81915204428899}, {45.0, 0.70710678118655},
    {60.0, 0.5}, {75.0, 0.25881904510252}};
enum { ZONES = sizeof zones / sizeof zones[0] };

int cmty__grid_zone(double lat_deg)
{
    int zone = 0;

    while (zone + 1 < ZONES && fabs(lat_deg) >= zones[zone + 1].lat_deg)
        zone++;
    return lat_deg < 0 && zone > 0 ? -zone : zone;
}

cmty__grid cmty__grid_make(double side_m, int zone)
{
    int at = zone < 0 ? -zone : zone;
    cmty__grid g = {.zone = zone, .side_mm = llround(side_m * 1000.0)};

    g.origin_deg = zone < 0 ? -zones[at].lat_deg : zones[at].lat_deg;
    g.lon_step_deg = side_m / (circle_degree_m * zones[at].cosine);
    g.lat_step_deg = side_m / degree_m;
    return g;
}

/* Half of a corner's coordinates: bit 0 east, bit 1 north. */
enum { SW = 0, SE = 1, NW = 2, NE = 3 };

static bool second_end(const cmty__grid *g, const cmty__mask_key *key, bool upright, int64_t column,
                       int64_t row)
{
    const cmty__draw_key k = {.law = CMTY_LAW_GRID,
                              .scale_a = g->zone,
                              .scale_b = upright,
                              .step_mm = g->side_mm,
                              .row = row,
                              .column = column};
    cmty__stream s;
    bool second;

    cmty__stream_open(&s, cmty__mask_key_bytes(key), &k, "");
    second = (cmty__stream_next(&s) & 1) != 0;
    cmty__stream_close(&s);
    return second;
}

static int choose(const cmty__grid *g, const cmty__mask_key *key, cmty__grid_cell c)
{
    bool west = c.x < near_corner, east = c.x >= 1.0 - near_corner;
    bool south = c.y < near_corner, north = c.y >= 1.0 - near_corner;

    if ((west || east) && (south || north))
        return (east ? SE : SW) + (north ? NW : SW);
    if (c.y < c.x && c.y < 1.0 - c.x)
        return second_end(g, key, false, c.column, c.row) ? SE : SW;
    if (c.y >= c.x && c.y >= 1.0 - c.x)
        return second_end(g, key, false, c.column, c.row + 1) ? NE : NW;
    if (c.x < 0.5)
        return second_end(g, key, true, c.column, c.row) ? NW : SW;
    return second_end(g, key, true, c.column + 1, c.row) ? NE : SE;
}

cmty__grid_cell cmty__grid_cell_of(const cmty__grid *g, cmty_point at)
{
    double column = at.lon_deg / g->lon_step_deg;
    double row = (at.lat_deg - g->origin_deg) / g->lat_step_deg;

    return (cmty__grid_cell){(int64_t)floor(column), (int64_t)floor(row), column - floor(column),
                             row - floor(row)};
}

cmty_point cmty__grid_corner(const cmty__grid *g, const cmty__mask_key *key, cmty_point at)
{
    cmty__grid_cell cell = cmty__grid_cell_of(g, at);
    int corner = choose(g, key, cell);
    double lon = (double)(cell.column + (corner & SE)) * g->lon_step_deg;
    double lat = g->origin_deg + (double)(cell.row + (corner >> 1)) * g->lat_step_deg;

    lon = lon >= 180.0 ? lon - 360.0 : lon < -180.0 ? lon + 360.0 : lon;
    return (cmty_point){round(lon * 1e7) / 1e7, round(fmax(-89.0, fmin(89.0, lat)) * 1e7) / 1e7};
}
