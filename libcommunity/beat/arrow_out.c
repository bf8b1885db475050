/* SPDX-License-Identifier: MIT */
/* Arrow structs that own what they hold. A child that was moved away has no release, and is left
   alone. Any thread. */
#include "beat/arrow_out.h"

/* ---- schemas ---- */

static void release_schema(struct ArrowSchema *s)
{
    for (int64_t i = 0; s->children != NULL && i < s->n_children; i++) {
        if (s->children[i]->release != NULL)
            s->children[i]->release(s->children[i]);
        cmty__free(s->children[i]);
    }
    cmty__free(s->children);
    if (s->dictionary != NULL && s->dictionary->release != NULL)
        s->dictionary->release(s->dictionary);
    cmty__free(s->dictionary);
    s->release = NULL;
}

bool cmty__arrow_schema(struct ArrowSchema *s, const char *format, const char *name,
                        int64_t children, bool dictionary)
{
    *s = (struct ArrowSchema){
        .format = format, .name = name, .flags = ARROW_FLAG_NULLABLE, .release = release_schema};
    if (children > 0)
        s->children = cmty__calloc((size_t)children, sizeof *s->children);
    if (dictionary)
        s->dictionary = cmty__calloc(1, sizeof *s->dictionary);
    for (; s->children != NULL && s->n_children < children; s->n_children++) {
        s->children[s->n_children] = cmty__calloc(1, sizeof **s->children);
        if (s->children[s->n_children] == NULL)
            break;
    }
    if (s->n_children == children && (s->dictionary != NULL || !dictionary))
        return true;
    release_schema(s);
    return false;
}

/* ---- arrays ---- */

static void release_array(struct ArrowArray *a)
{
    for (int64_t i = 0; a->children != NULL && i < a->n_children; i++) {
        if (a->children[i]->release != NULL)
            a->children[i]->release(a->children[i]);
        cmty__free(a->children[i]);
    }
    cmty__free(a->children);
    if (a->dictionary != NULL && a->dictionary->release != NULL)
        a->dictionary->release(a->dictionary);
    cmty__free(a->dictionary);
    for (int64_t i = 0; i < CMTY__ARROW_BUFFERS && a->private_data != NULL; i++)
        cmty__free(((void **)a->private_data)[i]);
    cmty__free(a->private_data);
    a->release = NULL;
}

/* private_data is the list of buffers, to be freed. */
static bool add_buffers(struct ArrowArray *a, const size_t *sizes, int64_t buffers)
{
    void **list = cmty__calloc(CMTY__ARROW_BUFFERS, sizeof *list);

    if (list == NULL)
        return false;
    a->private_data = list;
    a->buffers = (const void **)list;
    a->n_buffers = buffers;
    for (int64_t i = 0; i < buffers; i++) {
        list[i] = sizes[i] > 0 ? cmty__calloc(1, sizes[i]) : NULL;
        if (list[i] == NULL && sizes[i] > 0)
            return false;
    }
    return true;
}

bool cmty__arrow_array(struct ArrowArray *a, int64_t length, int64_t children, bool dictionary,
                       const size_t *sizes, int64_t buffers)
{
    *a = (struct ArrowArray){.length = length, .release = release_array};
    if (children > 0)
        a->children = cmty__calloc((size_t)children, sizeof *a->children);
    if (dictionary)
        a->dictionary = cmty__calloc(1, sizeof *a->dictionary);
    for (; a->children != NULL && a->n_children < children; a->n_children++) {
        a->children[a->n_children] = cmty__calloc(1, sizeof **a->children);
        if (a->children[a->n_children] == NULL)
            break;
    }
    if (a->n_children == children && (a->dictionary != NULL || !dictionary)
        && add_buffers(a, sizes, buffers))
        return true;
    release_array(a);
    return false;
}

bool cmty__arrow_texts(struct ArrowArray *a, int64_t count,
                       const char *(*text)(const void *context, int64_t i), const void *context)
{
    size_t sizes[CMTY__ARROW_BUFFERS] = {0, ((size_t)count + 1) * sizeof(int32_t), 1};
    int32_t *offsets;
    char *bytes;

    for (int64_t i = 0; i < count; i++)
        sizes[2] += strlen(text(context, i));
    if (sizes[2] > INT32_MAX || !cmty__arrow_array(a, count, 0, false, sizes, 3))
        return false;
    offsets = ((void **)a->private_data)[1];
    bytes = ((void **)a->private_data)[2];
    for (int64_t i = 0; offsets != NULL && bytes != NULL && i < count; i++) {
        size_t size = strlen(text(context, i));

        memcpy(bytes + offsets[i], text(context, i), size);
        offsets[i + 1] = offsets[i] + (int32_t)size;
    }
    return true;
}
