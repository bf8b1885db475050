/* SPDX-License-Identifier: MIT */
/* Lints standard input line by line and prints the rules that find something in each, for scripts
   that know what is in them. usage: lint_lines WITHOUT WEST SOUTH EAST NORTH [STREET...]; WITHOUT
   is the name of a rule to leave out, or "none". One thread. */
#include "privacy/privacy.h"

#include <stdio.h>
#include <stdlib.h>

static cmty__lint_place *make_place(char **arguments, int count)
{
    cmty__lint_place *place = cmty__lint_place_new();
    double box[4];

    if (place == NULL)
        return NULL;
    for (int i = 0; i < 4; i++)
        if (!cmty__parse_double(arguments[i], &box[i]))
            return NULL;
    cmty__lint_place_box(place, (cmty_point){box[0], box[1]}, (cmty_point){box[2], box[3]});
    for (int i = 4; i < count; i++)
        if (!cmty__lint_place_street(place, arguments[i]))
            return NULL;
    cmty__lint_place_sort(place);
    return place;
}

static uint32_t bit_of(const char *name)
{
    for (int32_t r = 0; r < CMTY_LEAK_COUNT; r++)
        if (strcmp(cmty_leak_name(r), name) == 0)
            return (uint32_t)1 << r;
    return 0;
}

static cmty_status print_line(const cmty__lint_place *place, const cmty__buf *line,
                              uint32_t without, cmty_error *err)
{
    cmty__found *found = NULL;
    size_t count = 0;
    cmty_status st = cmty__lint(place, line->data != NULL ? line->data : "", line->size, without,
                                &found, &count, err);

    for (size_t i = 0; i < count; i++)
        printf("%s%s", i > 0 ? " " : "", cmty_leak_name(found[i].rule));
    putchar('\n');
    cmty__free(found);
    return st;
}

int main(int argc, char **argv)
{
    cmty__lint_place *place = argc >= 6 ? make_place(argv + 2, argc - 2) : NULL;
    cmty_error err = CMTY_ERROR_INIT;
    cmty__reader *r = NULL;
    cmty__buf line = {0};
    cmty_status st;

    if (place == NULL)
        return EXIT_FAILURE;
    st = cmty__reader_open("-", &r, &err);
    while (st == CMTY_OK) {
        st = cmty__reader_line(r, 1 << 20, &line, &err);
        if (st == CMTY_OK)
            st = print_line(place, &line, bit_of(argv[1]), &err);
    }
    cmty__buf_free(&line);
    cmty__reader_free(r);
    cmty__lint_place_free(place);
    return st == CMTY_END ? EXIT_SUCCESS : EXIT_FAILURE;
}
