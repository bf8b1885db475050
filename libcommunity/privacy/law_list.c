/* SPDX-License-Identifier: MIT */
/* Published lists of places, for the laws snap and street. Immutable: any thread. */
#include "privacy/privacy.h"

#include <math.h>
#include <stdlib.h>

struct cmty__list {
    cmty__point_tree *places;
    char version[9];
};

/* points are sorted; seven decimals of each. */
static bool state_version(cmty__list *list, const cmty_point *points, size_t count)
{
    uint8_t hash[CMTY__HASH_BYTES];
    cmty__buf text = {0};
    bool whole;

    for (size_t i = 0; i < count; i++) {
        cmty__buf_fixed(&text, points[i].lon_deg, 7);
        cmty__buf_char(&text, ' ');
        cmty__buf_fixed(&text, points[i].lat_deg, 7);
        cmty__buf_char(&text, '\n');
    }
    whole = !text.failed;
    if (whole) {
        cmty__hash(NULL, 0, text.data, text.size, hash);
        cmty__hex(hash, 4, list->version);
    }
    cmty__buf_free(&text);
    return whole;
}

cmty_status cmty__list_new(cmty_point *points, size_t count, cmty__list **out, cmty_error *err)
{
    cmty__list *list = cmty__calloc(1, sizeof *list);
    cmty_status st = CMTY_OK;

    *out = NULL;
    if (count == 0)
        st = cmty__fail(err, CMTY_E_FORMAT, "the list of places is empty");
    else if (list == NULL)
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK)
        st = cmty__point_tree_build(points, count, &list->places, err);
    if (st == CMTY_OK && !state_version(list, points, count))
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (st == CMTY_OK)
        *out = list;
    else
        cmty__list_free(list);
    return st;
}

void cmty__list_free(cmty__list *list)
{
    if (list == NULL)
        return;
    cmty__point_tree_free(list->places);
    cmty__free(list);
}

const char *cmty__list_version(const cmty__list *list)
{
    return list->version;
}

cmty_point cmty__list_nearest(const cmty__list *list, cmty_point p)
{
    return cmty__point_tree_find(list->places, p);
}

/* ---- at least k addresses, or none ---- */

typedef struct served {
    cmty_point place;
    double weight;
} served;

static int compare_places(const void *left, const void *right)
{
    const served *a = left, *b = right;
    int by = (a->place.lon_deg > b->place.lon_deg) - (a->place.lon_deg < b->place.lon_deg);

    return by != 0 ? by
                   : (a->place.lat_deg > b->place.lat_deg) - (a->place.lat_deg < b->place.lat_deg);
}

/* The places that serve some addresses but too few; how many there are. An address that is farther
   than that is never published at its place, so it hides nobody there. */
static size_t find_thin(const cmty__point_tree *n, const cmty__address *addresses, size_t count,
                        double k, double within_m, served *work)
{
    size_t thin = 0, next;

    for (size_t i = 0; i < count; i++) {
        cmty_point place = cmty__point_tree_find(n, addresses[i].at);
        bool served_here = cmty__geodesic_m(addresses[i].at, place) <= within_m;

        work[i] = (served){place, served_here ? addresses[i].weight : 0};
    }
    qsort(work, count, sizeof *work, compare_places);
    for (size_t i = 0; i < count; i = next) {
        double weight = 0;

        for (next = i; next < count && compare_places(&work[i], &work[next]) == 0; next++)
            weight += work[next].weight;
        if (weight > 0 && weight < k)
            work[thin++] = work[i];
    }
    return thin;
}

/* Keeps the points that are not thin. */
static size_t leave_out(cmty_point *points, size_t count, const served *thin, size_t thin_count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        const served wanted = {.place = points[i]};

        if (bsearch(&wanted, thin, thin_count, sizeof *thin, compare_places) == NULL)
            points[kept++] = points[i];
    }
    return kept;
}

cmty_status cmty__list_settle(cmty_point *points, size_t count, const cmty__address *addresses,
                              size_t address_count, uint32_t k, double within_m, cmty__list **out,
                              cmty_error *err)
{
    served *work = cmty__calloc(address_count, sizeof *work);
    cmty_status st = work != NULL ? CMTY_OK : cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    size_t thin = 1;

    *out = NULL;
    while (st == CMTY_OK && thin > 0) { /* each round leaves out one or more */
        cmty__point_tree *n = NULL;

        if (count == 0)
            st = cmty__fail(err, CMTY_E_FORMAT, "no place of the list serves enough addresses");
        else
            st = cmty__point_tree_build(points, count, &n, err);
        if (st == CMTY_OK)
            thin = find_thin(n, addresses, address_count, k, within_m, work);
        if (st == CMTY_OK && thin > 0)
            count = leave_out(points, count, work, thin);
        cmty__point_tree_free(n);
    }
    cmty__free(work);
    return st == CMTY_OK ? cmty__list_new(points, count, out, err) : st;
}
