/* SPDX-License-Identifier: MIT */
/*
 * Elements of an XML document, one at a time in the memory of one. The only file that sees the XML
 * library (Expat). No document type, and so no entity but the five, is taken; nothing is ever
 * fetched. Serial per object.
 */
#include "core/core.h"

#include <expat.h>

enum { CHUNK = 16 * 1024, DEPTH = 32, NODES = 4096, HEADER = 16 };

struct cmty__xml {
    cmty__reader *reader;
    XML_Parser parser;
    const char *root, *element; /* borrowed: static names */
    size_t limit;
    bool suspended, ended;         /* the parser waits behind an element; has had all bytes */
    bool nomem, doctype, deep;     /* why it was stopped */
    bool has_root, found, too_big; /* of the element at hand */
    bool other_root;               /* the first element is not what it should be */
    int depth, base;               /* open elements; those round the one at hand, -1: none */
    uint64_t fed, line;            /* bytes given to the parser; where the element begins */
    size_t size, nodes;            /* of the element, so far */
    cmty__arena *arena;            /* of the element */
    cmty__xml_node *open[DEPTH];   /* from the element down */
    cmty__xml_node *last[DEPTH];   /* child of each, so far */
    cmty__buf text[DEPTH];         /* of each, so far */
    char chunk[CHUNK];
};

void cmty__xml_versions(cmty__buf *out)
{
    cmty__buf_format(out, "expat %d.%d.%d\n", XML_MAJOR_VERSION, XML_MINOR_VERSION,
                     XML_MICRO_VERSION);
}

/* ---- memory: the parser holds texts of reports, so what it gives back is wiped ---- */

static void *parser_alloc(size_t size)
{
    char *block = size <= SIZE_MAX - HEADER ? cmty__alloc(size + HEADER) : NULL;

    if (block == NULL)
        return NULL;
    memcpy(block, &size, sizeof size);
    return block + HEADER;
}

static void parser_free(void *ptr)
{
    char *block = ptr;
    size_t size;

    if (block == NULL)
        return;
    block -= HEADER;
    memcpy(&size, block, sizeof size);
    cmty__zero(block, size + HEADER);
    cmty__free(block);
}

static void *parser_realloc(void *ptr, size_t size)
{
    void *block = parser_alloc(size);
    size_t old = 0;

    if (block != NULL && ptr != NULL) {
        memcpy(&old, (char *)ptr - HEADER, sizeof old);
        memcpy(block, ptr, old < size ? old : size);
    }
    if (block != NULL)
        parser_free(ptr);
    return block;
}

/* ---- what the parser tells ---- */

static void stop(cmty__xml *x, bool *why)
{
    *why = true;
    (void)XML_StopParser(x->parser, XML_FALSE);
}

static const char *local_name(const char *name)
{
    const char *colon = strrchr(name, ':');

    return colon != NULL ? colon + 1 : name;
}

/* Nothing of it is kept, but where it ends is still to be found. */
static void give_up(cmty__xml *x)
{
    x->too_big = true;
    for (int i = 0; i < DEPTH; i++)
        cmty__buf_wipe(&x->text[i]);
    cmty__arena_clear(x->arena);
}

static bool add_size(cmty__xml *x, size_t size)
{
    x->size += size;
    if (!x->too_big && (x->size > x->limit || x->nodes > NODES))
        give_up(x);
    return !x->too_big;
}

static bool is_true(const char *text)
{
    return strcmp(text, "true") == 0 || strcmp(text, "1") == 0;
}

/* What a parser would take for a blank stays what it is. */
static void put_escaped(cmty__buf *b, const char *text, const char *blanks)
{
    while (*text != '\0') {
        size_t size = strcspn(text, blanks);
        cmty__buf piece = {0};

        cmty__buf_bytes(&piece, text, size);
        if (piece.size > 0)
            cmty__buf_xml(b, piece.data);
        b->failed = b->failed || piece.failed;
        cmty__buf_wipe(&piece);
        text += size;
        if (*text != '\0')
            cmty__buf_format(b, "&#%d;", *text++);
    }
}

static const char *attribute_text(cmty__xml *x, const XML_Char **pairs, bool *nil)
{
    cmty__buf b = {0};
    const char *text = "";

    for (size_t i = 0; pairs[i] != NULL; i += 2) {
        cmty__buf_format(&b, " %s=\"", pairs[i]);
        put_escaped(&b, pairs[i + 1], "\t\n\r");
        cmty__buf_char(&b, '"');
        *nil = *nil || (strcmp(local_name(pairs[i]), "nil") == 0 && is_true(pairs[i + 1]));
    }
    if (b.size > 0 && add_size(x, b.size))
        text = cmty__arena_text(x->arena, b.data, b.size);
    if (b.failed || text == NULL)
        stop(x, &x->nomem);
    cmty__buf_wipe(&b);
    return text;
}

/* Below the element at hand, which is at level 0. */
static void open_node(cmty__xml *x, const XML_Char *name, const XML_Char **attributes)
{
    int level = x->depth - x->base - 1;
    cmty__xml_node *node;

    if (level >= DEPTH) {
        stop(x, &x->deep);
        return;
    }
    x->nodes++;
    if (!add_size(x, strlen(name)))
        return;
    node = cmty__arena_alloc(x->arena, sizeof *node);
    if (node == NULL || (node->name = cmty__arena_text(x->arena, name, strlen(name))) == NULL) {
        stop(x, &x->nomem);
        return;
    }
    node->text = "";
    node->attributes = attribute_text(x, attributes, &node->nil);
    if (x->too_big)
        return;
    x->open[level] = node;
    x->last[level] = NULL;
    cmty__buf_clear(&x->text[level]);
    if (level > 0 && x->last[level - 1] != NULL)
        x->last[level - 1]->next = node;
    else if (level > 0)
        x->open[level - 1]->child = node;
    if (level > 0)
        x->last[level - 1] = node;
}

static void XMLCALL on_start(void *user, const XML_Char *name, const XML_Char **attributes)
{
    cmty__xml *x = user;
    const char *local = local_name(name);

    if (x->depth == 0) {
        x->has_root = strcmp(local, x->root) == 0 || strcmp(local, x->element) == 0;
        x->other_root = !x->has_root;
    }
    if (x->base < 0 && x->has_root && x->depth <= 1 && strcmp(local, x->element) == 0) {
        x->base = x->depth;
        x->line = XML_GetCurrentLineNumber(x->parser);
        x->size = x->nodes = 0;
        x->too_big = false;
        cmty__arena_clear(x->arena);
    }
    x->depth++;
    if (x->base >= 0)
        open_node(x, name, attributes);
}

static void XMLCALL on_text(void *user, const XML_Char *text, int size)
{
    cmty__xml *x = user;
    int level = x->depth - x->base - 1;

    if (x->base < 0 || level >= DEPTH || !add_size(x, (size_t)size))
        return;
    cmty__buf_bytes(&x->text[level], text, (size_t)size);
    if (x->text[level].failed)
        stop(x, &x->nomem);
}

static void close_node(cmty__xml *x, int level)
{
    cmty__buf *b = &x->text[level];
    size_t from = 0, to = b->size;

    while (from < to && strchr(" \t\r\n", b->data[from]) != NULL)
        from++;
    while (to > from && strchr(" \t\r\n", b->data[to - 1]) != NULL)
        to--;
    if (to > from) {
        x->open[level]->text = cmty__arena_text(x->arena, b->data + from, to - from);
        if (x->open[level]->text == NULL)
            stop(x, &x->nomem);
    }
    cmty__buf_wipe(b);
}

static void XMLCALL on_end(void *user, const XML_Char *name)
{
    cmty__xml *x = user;

    (void)name;
    x->depth--;
    if (x->base < 0 || x->nomem)
        return;
    if (!x->too_big && x->depth - x->base < DEPTH)
        close_node(x, x->depth - x->base);
    if (x->nomem || x->depth > x->base)
        return;
    x->base = -1;
    x->found = true;
    (void)XML_StopParser(x->parser, XML_TRUE);
}

static void XMLCALL on_doctype(void *user, const XML_Char *name, const XML_Char *system,
                               const XML_Char *public_id, int internal)
{
    cmty__xml *x = user;

    (void)name, (void)system, (void)public_id, (void)internal;
    stop(x, &x->doctype);
}

/* ---- reading ---- */

cmty_status cmty__xml_open(cmty__reader *r, const char *root, const char *element, size_t limit,
                           cmty__xml **out, cmty_error *err)
{
    static const XML_Memory_Handling_Suite memory = {parser_alloc, parser_realloc, parser_free};
    cmty__xml *x = cmty__calloc(1, sizeof *x);

    *out = NULL;
    if (x != NULL) {
        x->reader = r;
        x->root = root;
        x->element = element;
        x->limit = limit;
        x->base = -1;
        x->arena = cmty__arena_new();
        x->parser = XML_ParserCreate_MM(NULL, &memory, NULL);
    }
    if (x == NULL || x->arena == NULL || x->parser == NULL) {
        cmty__xml_free(x);
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    }
    XML_SetUserData(x->parser, x);
    XML_SetElementHandler(x->parser, on_start, on_end);
    XML_SetCharacterDataHandler(x->parser, on_text);
    XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
    *out = x;
    return CMTY_OK;
}

void cmty__xml_free(cmty__xml *x)
{
    if (x == NULL)
        return;
    if (x->parser != NULL)
        XML_ParserFree(x->parser);
    for (int i = 0; i < DEPTH; i++)
        cmty__buf_wipe(&x->text[i]);
    cmty__arena_free(x->arena);
    cmty__zero(x->chunk, sizeof x->chunk);
    cmty__free(x);
}

static enum XML_Status feed(cmty__xml *x)
{
    int n = 0, c;

    while (n < CHUNK && (c = cmty__reader_get(x->reader)) >= 0)
        x->chunk[n++] = (char)c;
    x->ended = n < CHUNK;
    x->fed += (uint64_t)n;
    return XML_Parse(x->parser, x->chunk, n, x->ended);
}

/* A tag that never ends would be gathered without end. */
static bool is_stuck(const cmty__xml *x)
{
    XML_Index at = XML_GetCurrentByteIndex(x->parser);

    return at >= 0 && x->fed - (uint64_t)at > 2 * (uint64_t)x->limit;
}

static cmty_status fail(const cmty__xml *x, cmty_error *err)
{
    const char *file = cmty__reader_name(x->reader);
    unsigned long long line = XML_GetCurrentLineNumber(x->parser);

    if (x->nomem || XML_GetErrorCode(x->parser) == XML_ERROR_NO_MEMORY)
        return cmty__fail(err, CMTY_E_NOMEM, "out of memory");
    if (x->doctype)
        return cmty__fail(err, CMTY_E_FORMAT,
                          "%s, line %llu: a document type declaration, which is not taken; send "
                          "the document without it",
                          file, line);
    if (x->deep)
        return cmty__fail(err, CMTY_E_FORMAT, "%s, line %llu: more than %d elements in each other",
                          file, line, DEPTH);
    return cmty__fail(err, CMTY_E_FORMAT, "%s, line %llu: not well-formed XML: %s", file, line,
                      XML_ErrorString(XML_GetErrorCode(x->parser)));
}

cmty_status cmty__xml_next(cmty__xml *x, cmty_error *err)
{
    enum XML_Status status = XML_STATUS_OK;
    cmty_status st;

    x->found = false;
    while (!x->found && (x->suspended || !x->ended)) {
        status = x->suspended ? XML_ResumeParser(x->parser) : feed(x);
        x->suspended = status == XML_STATUS_SUSPENDED;
        st = cmty__reader_status(x->reader, err);
        if (st != CMTY_OK)
            return st;
        if (status == XML_STATUS_ERROR)
            return fail(x, err);
        if (is_stuck(x))
            return cmty__fail(err, CMTY_E_FORMAT, "%s, line %llu: a tag without end",
                              cmty__reader_name(x->reader),
                              (unsigned long long)XML_GetCurrentLineNumber(x->parser));
    }
    if (x->found)
        return x->too_big ? cmty__fail(err, CMTY_E_LIMIT, "longer than %zu bytes", x->limit)
                          : CMTY_OK;
    if (x->other_root)
        return cmty__fail(err, CMTY_E_FORMAT, "%s: its first element is neither <%s> nor <%s>",
                          cmty__reader_name(x->reader), x->root, x->element);
    return CMTY_END;
}

const cmty__xml_node *cmty__xml_element(const cmty__xml *x)
{
    return x->open[0];
}

uint64_t cmty__xml_line(const cmty__xml *x)
{
    return x->line;
}

void cmty__buf_xml_node(cmty__buf *b, const cmty__xml_node *node)
{
    cmty__buf_format(b, "<%s", node->name);
    cmty__buf_text(b, node->attributes);
    cmty__buf_char(b, '>');
    put_escaped(b, node->text, "\r");
    for (const cmty__xml_node *child = node->child; child != NULL; child = child->next)
        cmty__buf_xml_node(b, child);
    cmty__buf_format(b, "</%s>", node->name);
}
