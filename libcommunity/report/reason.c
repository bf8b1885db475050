/* SPDX-License-Identifier: MIT */
/* Reasons for a refusal: names for scripts, sentences for people. Any thread; constant. */
#include "report/report.h"

static const struct {
    const char *name, *text;
} reasons[CMTY_REASON_COUNT] = {
    [CMTY_REASON_NONE] = {"none", "Accepted."},
    [CMTY_REASON_SYNTAX] = {"syntax", "The record is not valid JSON, CSV or UTF-8; send it again "
                                      "as the format's standard has it."},
    [CMTY_REASON_TOO_LARGE] = {"too_large", "The record or one of its fields is longer than "
                                            "allowed; shorten it."},
    [CMTY_REASON_FIELD_TYPE] = {"field_type", "A field is unknown or of the wrong type; compare "
                                              "the record with the schema."},
    [CMTY_REASON_MISSING_REF] = {"missing_ref", "The record has no reference of its sender, so "
                                                "sending it twice could not be told; add one."},
    [CMTY_REASON_MISSING_PLACE] = {"missing_place", "The record has no coordinates; add longitude "
                                                    "and latitude."},
    [CMTY_REASON_BAD_COORDINATE] = {"bad_coordinate", "A coordinate is not a number, or off the "
                                                      "globe; give degrees, WGS 84."},
    [CMTY_REASON_NULL_ISLAND] = {"null_island", "The coordinates are a stand-in for \"unknown\", "
                                                "such as 0,0; give the place or leave it out."},
    [CMTY_REASON_SWAPPED_AXES] = {"swapped_axes", "The point is inside the jurisdiction only if "
                                                  "longitude and latitude change places; check "
                                                  "the order."},
    [CMTY_REASON_OUTSIDE] = {"outside", "The point is outside every beat; send the report to the "
                                        "agency of that place."},
    [CMTY_REASON_NO_VERSION] = {"no_version", "No beats were in force on the day of the report; "
                                              "add the layer of that time."},
    [CMTY_REASON_MISSING_TIME] = {"missing_time", "The record has no time of occurrence; add one."},
    [CMTY_REASON_BAD_TIME] = {"bad_time", "The time is no date that exists, or can be read in two "
                                          "ways; use ISO 8601, or say the order of day and "
                                          "month (order=d or order=m)."},
    [CMTY_REASON_FUTURE] = {"future", "The time is more than a day ahead of the clock; check date "
                                      "and clock."},
    [CMTY_REASON_MISSING_CATEGORY] = {"missing_category", "The record has no category; add one."},
    [CMTY_REASON_FENCE] = {"fence", "A geofence refuses reports of this kind at this place and "
                                    "time."},
    [CMTY_REASON_ANONYMOUS_IDENTITY] = {"anonymous_identity", "The record says that it is "
                                                              "anonymous, yet names a person; "
                                                              "drop one of the two."},
    [CMTY_REASON_CHANNEL_METADATA] = {"channel_metadata", "The record carries a device id or "
                                                          "network address; leave it out."},
    [CMTY_REASON_CONFLICT] = {"conflict", "Another report is stored under the same reference; "
                                          "give this one a reference of its own."},
    [CMTY_REASON_MEDIA_FORMAT] = {"media_format", "The picture is of a kind that cannot be proven "
                                                  "clean; send it as JPEG or PNG."},
    [CMTY_REASON_MEDIA_TOO_LARGE] = {"media_too_large", "The picture has more bytes or pixels than "
                                                        "allowed; send a smaller one."},
    [CMTY_REASON_MEDIA_DAMAGED] = {"media_damaged", "The picture is broken, or not what it says it "
                                                    "is; send it again."},
    [CMTY_REASON_MEDIA_UNPROVEN] = {"media_unproven", "The copy of the picture is not proven free "
                                                      "of what it must not carry; a person must "
                                                      "look at the original."},
};

static bool known(int32_t reason)
{
    return reason >= 0 && reason < CMTY_REASON_COUNT;
}

const char *cmty_reason_name(int32_t reason)
{
    return known(reason) ? reasons[reason].name : "unknown";
}

const char *cmty_reason_text(int32_t reason)
{
    return known(reason) ? reasons[reason].text : "This library does not know the reason.";
}
