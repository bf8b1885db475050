/* SPDX-License-Identifier: MIT */
/* Addresses and population units for catchments. Any thread. */
#include "addresses.h"

struct address_list {
    cmty__address *items;
    size_t count, capacity;
};

static bool append(struct address_list *list, cmty_point at, double weight)
{
    if (!cmty__grow(&list->items, &list->capacity, list->count + 1, sizeof *list->items))
        return false;
    list->items[list->count++] = (cmty__address){at, weight};
    return true;
}

static bool append_feature(const cmty__feature *f, double weight, struct address_list *list)
{
    bool room = true;
    cmty_point at;

    if (f->ring_count > 0)
        room = cmty__inner_point(f->rings, f->ring_count, &at) && append(list, at, weight);
    for (size_t k = 0; room && k < f->point_count; k++)
        room = append(list, f->points[k], weight / (double)f->point_count);
    return room;
}

static cmty_status collect(const cmty__layer *layer, int32_t field, struct address_list *list,
                           cmty_error *err)
{
    cmty_status st = CMTY_OK;

    for (size_t i = 0; st == CMTY_OK && i < cmty__layer_count(layer); i++) {
        const cmty__feature *f = cmty__layer_feature(layer, i);
        double weight = 0;

        if (f->ring_count > 0 && field < 0)
            st = cmty__fail(err, CMTY_E_FORMAT,
                            "%s holds areas; name the field that counts their people with "
                            "|weight=FIELD",
                            cmty__layer_name(layer));
        else
            st = cmty__layer_weight(layer, i, field, &weight, err);
        if (st == CMTY_OK && weight > 0 && !append_feature(f, weight, list))
            st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    if (st == CMTY_OK && list->count == 0)
        st = cmty__fail(err, CMTY_E_FORMAT, "%s holds no addresses and no people",
                        cmty__layer_name(layer));
    return st;
}

cmty_status cmty__addresses_open(const char *text, const cmty_host *host, cmty__address **out,
                                 size_t *count, cmty_error *err)
{
    cmty__layer_options o = {.densify_m = 1, .polygons = true, .points = true, .host = host};
    cmty__spec spec = {0};
    cmty__layer *layer = NULL;
    struct address_list list = {0};
    int32_t field = -1;
    cmty_status st = cmty__spec_parse(text, &spec, err);

    *out = NULL;
    *count = 0;
    if (st != CMTY_OK)
        return st;
    st = cmty__layer_open(&spec, &o, &layer, err);
    if (st != CMTY_OK)
        goto done;
    if (spec.weight != NULL) {
        field = cmty__layer_field(layer, spec.weight);
        if (field < 0) {
            st = cmty__fail(err, CMTY_E_FORMAT, "%s has no field %s", cmty__layer_name(layer),
                            spec.weight);
            goto done;
        }
    }
    st = collect(layer, field, &list, err);
    if (st != CMTY_OK)
        goto done;
    *out = list.items; /* ownership moves to the caller */
    *count = list.count;
    list.items = NULL;

done:
    cmty__free(list.items);
    cmty__layer_free(layer);
    cmty__spec_free(&spec);
    return st;
}

static cmty_status open_areas(const cmty__spec *spec, const cmty_host *host, cmty__areas **out,
                              cmty_error *err)
{
    cmty__layer_options o = {.densify_m = 1, .polygons = true, .host = host};
    cmty__area_input *inputs = NULL;
    cmty__layer *layer = NULL;
    size_t count;
    cmty_status st = cmty__layer_open(spec, &o, &layer, err);

    if (st != CMTY_OK)
        return st;
    count = cmty__layer_count(layer);
    inputs = cmty__calloc(count, sizeof *inputs);
    if (inputs == NULL) {
        st = cmty__fail(err, CMTY_E_NOMEM, "out of memory");
        goto done;
    }
    for (size_t i = 0; i < count; i++) {
        const cmty__feature *f = cmty__layer_feature(layer, i);

        inputs[i] = (cmty__area_input){f->rings, f->ring_count};
    }
    st = cmty__areas_build(inputs, count, out, err);

done:
    cmty__free(inputs);
    cmty__layer_free(layer);
    return st;
}

cmty_status cmty__land_open(const char *text, const cmty_host *host, cmty__areas **out,
                            cmty_error *err)
{
    cmty__spec spec = {0};
    cmty_status st = cmty__spec_parse(text, &spec, err);

    *out = NULL;
    if (st == CMTY_OK)
        st = open_areas(&spec, host, out, err);
    cmty__spec_free(&spec);
    return st;
}

/* Public places are areas: they say themselves where they end. */
static cmty_status places_of(const char *text, const cmty_host *host, cmty__areas **out,
                             cmty_error *err)
{
    cmty__spec spec = {0};
    cmty_status st = cmty__spec_parse(text, &spec, err);

    *out = NULL;
    if (st == CMTY_OK && spec.places != NULL)
        st = open_areas(&(cmty__spec){.path = spec.places}, host, out, err);
    cmty__spec_free(&spec);
    return st;
}

cmty_status cmty__catchments_open(const char *spec, const cmty_beatset *beats, uint32_t k,
                                  const cmty_host *host, cmty__catchments **out, cmty_error *err)
{
    size_t versions = cmty_beatset_version_count(beats);
    const cmty__areas **areas = cmty__calloc(versions, sizeof *areas);
    cmty__address *addresses = NULL;
    cmty__areas *places = NULL;
    size_t count = 0;
    cmty_status st;

    *out = NULL;
    if (areas == NULL)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    for (size_t i = 0; i < versions; i++)
        areas[i] = cmty__beatset_areas(beats, (int32_t)i);
    st = cmty__addresses_open(spec, host, &addresses, &count, err);
    if (st == CMTY_OK)
        st = places_of(spec, host, &places, err);
    if (st == CMTY_OK)
        st = cmty__catchments_build(areas, versions, addresses, count, places, k, host, out, err);
    cmty__areas_free(places);
    cmty__free(addresses);
    cmty__free(areas);
    return st;
}
