# SPDX-License-Identifier: MIT
"""A report as the fields of a record, before any format: the place to plant a fault."""

from . import ground


def record(report):
    """Native field names; lon and lat are texts, so that a fault may be written as it is."""
    return {
        "source_ref": report.ref,
        "category": report.category,
        "when": report.when,
        "occurred": None,  # a text here is written as it is, instead of `when`
        "lon": ground.text(report.lon),
        "lat": ground.text(report.lat),
        "accuracy_m": report.accuracy,
        "title": report.title,
        "description": report.description,
        "lang": report.lang,
        "address": report.address,
        "anonymous": report.person is None,
        "person": report.person,
        "extra": {},
    }


class Item:
    """A record on its way to a file: what it is, and whether its bytes are spoilt at the end."""

    def __init__(self, fields, kind="valid", reason=None, spoil=None, report=None):
        self.fields, self.kind, self.reason = fields, kind, reason
        self.spoil, self.report = spoil, report
