/* SPDX-License-Identifier: MIT */
/* The public lattice, in whole numbers only. Any thread. */
#include "privacy/lattice.h"

#include <math.h>

__extension__ typedef __int128 wide;

static const int64_t nano = 1000000000;          /* in a degree */
static const int64_t circle_nano = 360000000000; /* all the way round */
static const int64_t output_limit_nano = 89000000000;
static const int64_t band_mm = 10000000;

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int64_t to_nano(double deg)
{
    return llround(deg * 1e9); /* one rounded product: the same everywhere */
}

/* Straight between the whole degrees of a table. */
static int64_t interpolate(const int64_t *table, int64_t lat_nano)
{
    int64_t a = lat_nano < 0 ? -lat_nano : lat_nano;
    int64_t d = a / nano;

    if (d >= 90)
        return table[90];
    return table[d] + (a % nano) * (table[d + 1] - table[d]) / nano;
}

static int64_t meridian_mm(int64_t lat_nano)
{
    int64_t y = interpolate(cmty__lattice_meridian_mm, lat_nano);

    return lat_nano < 0 ? -y : y;
}

static int64_t parallel_mm(int64_t lat_nano)
{
    return interpolate(cmty__lattice_parallel_mm, lat_nano);
}

/* The inverse of meridian_mm(), rounded. */
static int64_t lat_nano_of(int64_t y_mm)
{
    const int64_t *table = cmty__lattice_meridian_mm;
    int64_t a = y_mm < 0 ? -y_mm : y_mm, d, step, lat;

    if (a > table[90])
        a = table[90];
    d = a / (table[90] / 90); /* degrees differ by 1 %: at most one off */
    while (d > 0 && table[d] > a)
        d--;
    while (d < 89 && table[d + 1] <= a)
        d++;
    step = table[d + 1] - table[d];
    lat = d * nano + ((a - table[d]) * nano + step / 2) / step;
    return y_mm < 0 ? -lat : lat;
}

static int64_t last_row(const cmty__lattice *l)
{
    return meridian_mm(output_limit_nano) / l->step_mm;
}

/* A degree has seven decimals: 1e-9 degrees to the nearest 1e-7, as a correctly rounded double. */
static double published(int64_t value_nano)
{
    return (double)floor_div(value_nano + 50, 100) / 1e7;
}

cmty__lattice cmty__lattice_make(double step_m)
{
    cmty__lattice l = {llround(step_m * 1000.0), 1};

    if (l.step_mm < band_mm)
        l.band_rows = band_mm / l.step_mm;
    return l;
}

int64_t cmty__lattice_columns(const cmty__lattice *l, int64_t row)
{
    int64_t band = floor_div(row, l->band_rows);
    int64_t poleward = band < 0 ? -band * l->band_rows : (band + 1) * l->band_rows - 1;
    int64_t edge_mm = poleward * l->step_mm + l->step_mm / 2;
    int64_t columns = parallel_mm(lat_nano_of(edge_mm)) / l->step_mm;

    return columns < 1 ? 1 : columns;
}

int64_t cmty__lattice_column(const cmty__lattice *l, int64_t row, double lon_deg)
{
    int64_t columns = cmty__lattice_columns(l, row);
    wide turned = (wide)(to_nano(lon_deg) + circle_nano / 2) * columns;

    return (int64_t)((turned + circle_nano / 2) / circle_nano) % columns;
}

cmty__cell cmty__lattice_cell(const cmty__lattice *l, cmty_point p)
{
    cmty__cell cell;

    cell.row = floor_div(meridian_mm(to_nano(p.lat_deg)) + l->step_mm / 2, l->step_mm);
    cell.column = cmty__lattice_column(l, cell.row, p.lon_deg);
    return cell;
}

cmty_point cmty__lattice_point(const cmty__lattice *l, cmty__cell cell)
{
    int64_t columns = cmty__lattice_columns(l, cell.row);
    wide lon = ((wide)cell.column * circle_nano + columns / 2) / columns;

    return (cmty_point){published((int64_t)lon - circle_nano / 2),
                        published(lat_nano_of(cell.row * l->step_mm))};
}

cmty__cell cmty__lattice_move(const cmty__lattice *l, cmty__cell from, int64_t east, int64_t north,
                              uint32_t spread)
{
    int64_t limit = last_row(l), columns = cmty__lattice_columns(l, from.row), there;
    cmty__cell to = {from.row + north, from.column + east};
    wide scaled, cell;

    if (to.row > limit)
        to.row = limit;
    if (to.row < -limit)
        to.row = -limit;
    there = cmty__lattice_columns(l, to.row);
    if (there != columns) {
        /* floor(((column + spread - 1/2) there / columns) + 1/2), spread in [0, 1) */
        const wide unit = (wide)1 << 32;

        cell = columns * unit;
        scaled = (to.column * unit + spread - unit / 2) * there + cell / 2;
        to.column = (int64_t)(scaled / cell - (scaled % cell < 0));
    }
    to.column %= there;
    if (to.column < 0)
        to.column += there;
    return to;
}

cmty_point cmty__move_mm(cmty_point p, int64_t east_mm, int64_t north_mm)
{
    int64_t lat = to_nano(p.lat_deg), to, lon, parallel;

    to = lat_nano_of(meridian_mm(lat) + north_mm);
    if (to > output_limit_nano)
        to = output_limit_nano;
    if (to < -output_limit_nano)
        to = -output_limit_nano;
    parallel = parallel_mm((lat + to) / 2);
    lon = to_nano(p.lon_deg) + circle_nano / 2;
    lon += (int64_t)((wide)east_mm * circle_nano / parallel);
    lon %= circle_nano;
    if (lon < 0)
        lon += circle_nano;
    return (cmty_point){published(lon - circle_nano / 2), published(to)};
}
