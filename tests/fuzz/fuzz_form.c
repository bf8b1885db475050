/* SPDX-License-Identifier: MIT */
/* Any bytes as a form's body: what is taken is an object of texts, none of its names twice, and
   with every byte escaped it reads back as the same object. One thread. */
#include "fuzz.h"

#include "intake/decode.h"

static void escape(cmty__buf *out, const char *text)
{
    for (; *text != '\0'; text++)
        cmty__buf_format(out, "%%%02x", (unsigned)(unsigned char)*text);
}

static void write_form(const cmty__json *object, cmty__buf *out)
{
    for (size_t i = 0; i < cmty__json_count(object); i++) {
        const char *name = NULL;
        const cmty__json *value = cmty__json_member_at(object, i, &name);

        FUZZ_CHECK(cmty__json_text(value) != NULL);
        if (i > 0)
            cmty__buf_char(out, '&');
        escape(out, name);
        cmty__buf_char(out, '=');
        escape(out, cmty__json_text(value));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    cmty__buf json = {0}, form = {0}, again = {0}, first = {0}, second = {0};
    cmty__json *object = NULL, *same = NULL;

    if (cmty__form_json((const char *)data, size, &json)
        && cmty__json_parse(json.data, json.size, &object, NULL) == CMTY_OK) {
        FUZZ_CHECK(cmty__json_type(object) == CMTY__JSON_OBJECT);
        write_form(object, &form);
        FUZZ_CHECK(cmty__form_json(form.data != NULL ? form.data : "", form.size, &again));
        FUZZ_CHECK(cmty__json_parse(again.data, again.size, &same, NULL) == CMTY_OK);
        cmty__buf_json_value(&first, object);
        cmty__buf_json_value(&second, same);
        fuzz_check_same(&first, &second);
    }
    cmty__json_free(object);
    cmty__json_free(same);
    cmty__buf_free(&json);
    cmty__buf_free(&form);
    cmty__buf_free(&again);
    cmty__buf_free(&first);
    cmty__buf_free(&second);
    return 0;
}
