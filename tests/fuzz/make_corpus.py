#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes the saved inputs of the text harnesses: corpus/KIND/NN. With --check, compares instead."""

import json
import pathlib
import sys

CORPUS = pathlib.Path(__file__).parent / "corpus"

TIME = ["2026-11-22T18:05:09Z", "2026-11-22t18:05:09.123456789z", "2026/11/22 18:05:09+00",
        "2026-11-22 12:05:09-0600", "2026-11-22T23:35:09+05:30", "2026-11-22", "11/22/2026",
        "11/22/2026 06:05:09 PM", "1/5/2026 3:05", "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59.999-23:59", "2026-03-08 02:30", "2026-11-01 01:30:00",
        "2024-02-29", "1937-01-01T12:00:27.87+00:20"]
FENCE_FIELDS = ["withhold", "REFUSE", "mon-fri,sun", "sat-mon", "tue , thu", "22:00-06:00",
                "00:00-24:00", "-5", "1e3", "150", "99999.5", "theft.*,arson", "disorder.noise",
                "theft.bicycle, susp.*"]
POLICY = [
    {"policy": 1},
    {"policy": 1, "name": "Größe \"x\"", "time_zone": "America/Chicago", "suppress_below": 10,
     "k": 20, "default": {"law": "lattice", "epsilon_per_m": 0.01, "lattice_m": 25,
                          "region": "clamp", "time_bin": "hour", "min_addresses": 4},
     "categories": {"theft.*": {"law": "donut", "radius_m": 400, "inner_radius_m": 100},
                    "theft.bicycle": {"publish_point": False},
                    "sexual.*": {"law": "withhold", "time_bin": "month"}}},
    {"policy": 1, "categories": {"domestic.violence": {"time_bin": "day"}}},
    {"policy": 1, "default": {"law": "withhold", "publish_point": True}},
]
JSON = ["null", "true", "-0.5e-3", '"\\u00e9\\ud83d\\ude00\\n"', "[]", "{}",
        '[1, "a", {"b": [null, false]}, 1e300, 9223372036854775807]',
        '{"features": [{"a": 1}, {"b": "x, ]}"}, 3], "n": 1}',
        "[[[[[[[[[[1]]]]]]]]]]", '\ufeff{"a": "b"}', '{"a": 1, "a": 2}', "[1,]", '"\\ud800"']
LINT = ["Seen at 39.8925, -95.2104 by two", "lat 39.89 lon", "39\u00b053'33\"N 95\u00b012'37\"W",
        "15S TC 12345 67890", "15S 312345 4412345", "9yvjb8m6x2 geohash", "86H7V2Q8+2Q", "+44 20",
        "call (785) 555-0106 or 555-0107", "jane (at) example (dot) org", "1168 Hemlock St and 2",
        "Hemlock and Hemlock St", "\uff13\uff19\uff0e8925\uff0c \u221295.2104", "///a.b.c geo:3"]
CSV = ["a,b\n1,2\n", "id;lon;lat\r\n1;-74,5;40\r\n", "a\tb\n\"x\ty\"\t2\n",
       "\ufeffa,b\n\"1\"\"2\",\"x\ny\"\n", "a,b\n1\n1,2,3\n4,5\n", "a,b\n\"open,2\n",
       "a,b\n=1,@x\n", "a,b\n\n1,2", "a\n1\n2\n"]
FORM = ["a=b", "service_code=theft&lat=37.7&long=-122.4&description=caf%C3%A9+%26+bar%0A",
        "attribute[x]=1&attribute[x]=2&&flag&=", "a=%zz", "a=%4", "a=%00", "a=%ff",
        "%61=%2b+%2B\r\n"]

XML = ["<service_requests><request><a>b</a></request></service_requests>", "<request/>",
       "<?xml version='1.0' encoding='ISO-8859-1'?><request><d>caf\u00e9</d></request>",
       "<x:request nil='true' b='&#10;&lt;'><m>1</m><m>2</m><e> <f/>t&#13;</e></x:request>",
       "<!DOCTYPE a [<!ENTITY b 'c'>]><request>&b;</request>", "<errors/>",
       "<request><a></request>",
       "<service_requests><request><![CDATA[<&]]></request><!-- x --><request>\U0001f600"
       " &amp;</request></service_requests>"]

# Rings on a grid: a square, a bow, a spike, one with a hole, one that touches itself, two parts, a
# hole outside, a part in a part, parts that share an edge, a line there and back, ring twice.
SURVEY = ["aaeaeeae", "aaeeeaae", "aaeacaeaeeae", "aaiaiiai.cccggggc", "aaeaccgggcccag",
          "aabaabbb;ddeeed", "aababbab.ddedee", "aaiaiiai;cccggggc", "aaeaeeae;eaiaieee",
          "aaeeaa", "aaeaeeae.aaeaeeae", "aaiaiiai.aeeaieei", "ccllclcacl.dd;aa"]


def inputs():
    yield from (("time", n, text) for n, text in enumerate(TIME))
    yield from (("fence_fields", n, text) for n, text in enumerate(FENCE_FIELDS))
    yield from (("policy", n, json.dumps(p, ensure_ascii=False)) for n, p in enumerate(POLICY))
    yield from (("json", n, text) for n, text in enumerate(JSON))
    yield from (("lint", n, text) for n, text in enumerate(LINT))
    yield from (("survey", n, text) for n, text in enumerate(SURVEY))
    yield from (("form", n, text) for n, text in enumerate(FORM))
    yield from (("xml", n, text) for n, text in enumerate(XML))
    yield from (("csv", n, text) for n, text in enumerate(CSV))


def main():
    wanted = {CORPUS / kind / f"{n:02}": text.encode() for kind, n, text in inputs()}
    if sys.argv[1:] == ["--check"]:
        found = {path: path.read_bytes() for path in CORPUS.glob("*/*")}
        assert found == wanted, "the corpus is not what make_corpus.py makes; run it"
        print(f"{len(wanted)} inputs are as made")
        return 0
    for path, data in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
