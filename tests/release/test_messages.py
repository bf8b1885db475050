#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Messages for other systems: what the release shows, nothing else, and valid to their judges."""

import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as ET

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ["CMTY_BINARY_DIR"])
COMMUNITY = BUILD / "bin/community"
SHARED = pathlib.Path(os.environ.get("CMTY_SHARED", HERE.parents[1] / "../shared")) / "standards"
TEMPORARY = tempfile.TemporaryDirectory(prefix="cmty-messages-")
FOLDER = pathlib.Path(TEMPORARY.name)
SENT = "2026-03-04T05:06:07Z"
FOLDERS = {"cap": ".xml", "eido": ".json", "cot": ".xml"}
CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
# APCO ANS 2.103.2-2019, as NENA-STA-021.1b registers it with NONEMERG: those that fit a report.
INCIDENT_TYPES = set("""
    ABDUCTF ABDUCTNF ABUSE ANIMAL ASSAULT BURGLARY CIVDIS DISORD DRUGS DUI DVA DVNA EDP FARSON FIGHT
    FIREWRKS FRAUD FREPORT HARR HATE HOMICIDE INFO JUV LARCENY LIQUOR MNTL MVA MVAHR MVAINJY MVAUNK
    NEGLECT NOISE NONEMERG PARKING PERMISS PERSUSP PHANDLE PROPSTLN PROW PUBWKS RECKDRV ROBBERY
    RUNAWAY SEXOFFNS SHOOT SHOPLIFT SICK SUICIDE SUICTHRT SUSP THREATS TRESPASS VAG VANDAL VEHABND
    VEHSTLN VEHSUSP VICE WEAPON WELFARE
""".split())


def community(*arguments, code=0):
    done = subprocess.run([COMMUNITY, *map(str, arguments)], capture_output=True, text=True,
                          timeout=120, cwd=FOLDER)
    assert done.returncode == code, (done.returncode, done.stderr)
    return done


def convert(kind, out, *more, code=0):
    return community("convert", "store", "--to", kind, "-o", out, "--agency", "police.example.gov",
                     "--agency-name", "Springfield <Police> & Sons", "--sent", SENT, *more,
                     code=code)


def skip(why):
    print(f"SKIP: {why}", flush=True)


def standard(name):
    """A file of a standard's judges, or None, said aloud."""
    path = SHARED / name
    if not path.exists():
        skip(f"{name}: shared data absent")
        return None
    return path


def documents(kind):
    return {p.stem: p.read_text(encoding="utf-8") for p in sorted((FOLDER / kind).iterdir())}


def setUpModule():
    subprocess.run([BUILD / "tests/bin/make_overlay", FOLDER], check=True, timeout=60)
    for kind in ("open311-json", "open311-xml", *FOLDERS):
        convert(kind, kind)
    global POINTS
    POINTS = {f["id"]: f for f in json.loads((FOLDER / "a.geojson").read_text())["features"]}
    assert len(POINTS) > 100


def tearDownModule():
    TEMPORARY.cleanup()


def shown(feature):
    """What the release shows of a record, as every message must show it."""
    p = feature["properties"]
    lon, lat = feature["geometry"]["coordinates"]
    return {"at": (f"{lat:.6f}", f"{lon:.6f}"), "radius_m": p["radius_m"], "law": p["law"],
            "category": p["category"], "beat": p["beat_id"], "bin": p["time_bin"],
            "time": p["time_utc"].replace(".000Z", "")}


def named(parent, element):
    return {e.findtext(CAP + "valueName"): e.findtext(CAP + "value")
            for e in parent.iter(CAP + element)}


def read_cap(text):
    info = ET.fromstring(text).find(CAP + "info")
    at, radius_km = info.findtext(f"{CAP}area/{CAP}circle").split()
    parameters = named(info, "parameter")
    return {"at": tuple(at.split(",")), "radius_m": float(radius_km) * 1000,
            "law": parameters["community:law"], "bin": parameters["community:time_bin"],
            "category": named(info, "eventCode").get("community:category", ""),
            "beat": named(info, "geocode").get("community:beat", ""),
            "time": info.findtext(CAP + "onset").replace("-00:00", "")}


def read_cot(text):
    event = ET.fromstring(text)
    point, own = event.find("point").attrib, event.find("detail/community").attrib
    return {"at": (point["lat"], point["lon"]), "radius_m": float(point["ce"]), "law": own["law"],
            "category": own.get("category", ""), "beat": own.get("beat", ""),
            "bin": own["time_bin"], "time": own["occurred"].rstrip("Z")}


def read_eido(text):
    eido = json.loads(text)
    incident, note = eido["incidentComponent"], eido["notesComponent"][0]["notesActionComments"]
    place = ET.fromstring(eido["locationComponent"][0]["locationByValue"])
    gs, gml = "{http://www.opengis.net/pidflo/1.0}", "{http://www.opengis.net/gml}"
    when = re.search(r"in the (\w+) that begins at (\S+)Z\.", note)
    return {"at": tuple(next(place.iter(gml + "pos")).text.split()),
            "radius_m": float(next(place.iter(gs + "radius")).text),
            "law": re.search(r"on purpose \(([^)]*)\)", note).group(1),
            "category": incident.get("incidentTypeInternalCode", ""),
            "beat": incident.get("beatOrDispatchGroupText", ""),
            "bin": when.group(1), "time": when.group(2)}


def read_open311(request):
    more = request["extended_attributes"]
    code = request["service_code"]
    return {"at": (f"{float(request['lat']):.6f}", f"{float(request['long']):.6f}"),
            "radius_m": float(more["location_radius_m"]), "law": more["location_law"],
            "category": "" if code == "not_told" else code, "beat": more.get("police_beat", ""),
            "bin": more["time_bin"], "time": request["requested_datetime"].rstrip("Z")}


def as_dictionary(element):
    return {child.tag: as_dictionary(child) if len(child) else child.text or ""
            for child in element}


def requests(kind):
    text = (FOLDER / kind).read_text(encoding="utf-8")
    if kind == "open311-json":
        return json.loads(text)
    return [as_dictionary(r) for r in ET.fromstring(text.encode()).findall("request")]


class Content(unittest.TestCase):
    """The release is the judge: the same records, the same places, not a digit more."""

    def same(self, found):
        self.maxDiff = None
        self.assertEqual(found, {key: shown(f) for key, f in POINTS.items()})
        self.assertGreater(sum(f["category"] == "" for f in found.values()), 0)  # not told

    def test_cap(self):
        self.same({key: read_cap(t) for key, t in documents("cap").items()})

    def test_cot(self):
        self.same({key: read_cot(t) for key, t in documents("cot").items()})

    def test_eido(self):
        self.same({key: read_eido(t) for key, t in documents("eido").items()})

    def test_open311_in_both_notations(self):
        for kind in ("open311-json", "open311-xml"):
            with self.subTest(kind):
                found = requests(kind)
                self.same({r["service_request_id"]: read_open311(r) for r in found})
                self.assertEqual([r["service_request_id"] for r in found], sorted(POINTS))

    def test_no_number_is_finer_than_published(self):
        texts = [t for kind in FOLDERS for t in documents(kind).values()]
        texts += [(FOLDER / kind).read_text() for kind in ("open311-json", "open311-xml")]
        published = {n for f in POINTS.values() for n in shown(f)["at"]}
        for text in texts:
            for number in re.findall(r"-?\d+\.\d{4,}", text):
                self.assertIn(number, published)

    def test_what_must_not_be_told_is_in_no_word(self):
        for key, feature in POINTS.items():
            if feature["properties"]["category"] == "":
                for kind, suffix in FOLDERS.items():
                    text = (FOLDER / kind / (key + suffix)).read_text()
                    self.assertIn("Not told", text)
                    self.assertNotRegex(text, r"[Tt]heft|Fraud|Noise|Weapon|collision|b-l-l-l-l\b")

    def test_the_period_is_that_of_the_release(self):
        convert("open311-json", "part.json", "--since", "2024-07-01", "--until", "2024-07-11")
        community("publish", "store", "--geojson", "part.geojson", "--since", "2024-07-01",
                  "--until", "2024-07-11")
        part = json.loads((FOLDER / "part.geojson").read_text())["features"]
        self.assertEqual([r["service_request_id"] for r in
                          json.loads((FOLDER / "part.json").read_text())], [f["id"] for f in part])
        self.assertTrue(0 < len(part) < len(POINTS))


class Judges(unittest.TestCase):
    def xsd(self, schema, kind):
        files = sorted((FOLDER / kind).iterdir())
        done = subprocess.run(["xmllint", "--nonet", "--noout", "--schema", schema, *files],
                              capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        self.assertEqual(done.stderr.count(" validates\n"), len(POINTS))

    def test_cap_is_valid(self):
        if schema := standard("cap/CAP-v1.2.xsd"):
            self.xsd(schema, "cap")

    def test_cot_is_valid(self):
        if schema := standard("cot/event.xsd"):
            self.xsd(schema, "cot")

    def test_open311_is_valid(self):
        if schema := standard("open311/schema/request.json"):
            import jsonschema
            judge = jsonschema.Draft7Validator(json.loads(schema.read_text()))
            for request in requests("open311-json"):
                judge.validate(request)

    def test_eido_is_valid(self):
        if schema := standard("eido/Schema/openapi.yaml"):
            judge = eido_judge(schema)
            for text in documents("eido").values():
                judge.validate(renamed(json.loads(text)))
            broken = renamed(json.loads(text))
            del broken["agencyComponent"]
            self.assertFalse(judge.is_valid(broken))

    def test_cap_keeps_the_rules_that_its_schema_cannot_say(self):
        for key, text in documents("cap").items():
            alert = ET.fromstring(text)
            info = alert.find(CAP + "info")
            for name in ("identifier", "sender"):
                self.assertRegex(alert.findtext(CAP + name), r"^[^ ,<&]+$")
            self.assertEqual(alert.findtext(CAP + "identifier"), "community-" + key)
            self.assertEqual(alert.findtext(CAP + "sent"), "2026-03-04T05:06:07-00:00")
            self.assertEqual(info.findtext(CAP + "expires"), "2026-03-05T05:06:07-00:00")
            self.assertEqual(alert.findtext(CAP + "scope"), "Public")
            self.assertIsNone(alert.find(CAP + "restriction"))
            self.assertEqual(info.findtext(CAP + "senderName"), "Springfield <Police> & Sons")

    def test_every_category_has_a_code_of_each_registry(self):
        table = json.loads((HERE.parents[1] / "schemas/categories-1.json").read_text())
        for category in table["categories"]:
            codes = category["codes"]
            self.assertIn(codes["apco"], INCIDENT_TYPES, category["code"])
            self.assertIn(codes["cap"], ("Safety", "Security", "Rescue", "Fire", "Health",
                                         "Transport", "Infra", "Other"))
        if types := standard("cot/CoTtypes.xml"):
            known = set(re.findall(r'cot="([^"]+)"', types.read_text(encoding="utf-8")))
            self.assertEqual({c["codes"]["cot"] for c in table["categories"]} - known, set())


def renamed(value):
    """$id and $ref are names of members there; to a judge of JSON Schema they mean other things."""
    if isinstance(value, dict):
        return {{"$id": "own_id", "$ref": "own_ref"}.get(k, k): renamed(v)
                for k, v in value.items()}
    return [renamed(v) for v in value] if isinstance(value, list) else value


def repaired(schema):
    """The published schema with its known faults taken out: a number written as text, members named
    as keywords are, and references to codes that no message of ours uses."""
    if isinstance(schema, list):
        return [repaired(v) for v in schema]
    if not isinstance(schema, dict):
        return schema
    if isinstance(schema.get("$ref"), str) and not schema["$ref"].startswith("#"):
        return {}
    out = {}
    for key, value in schema.items():
        if key == "properties":
            out[key] = {{"$id": "own_id", "$ref": "own_ref"}.get(k, k): repaired(v)
                        for k, v in value.items()}
        elif key == "required" and isinstance(value, list):
            out[key] = renamed_names(value)
        elif key == "minItems":
            out[key] = int(str(value).rstrip(","))
        else:
            out[key] = repaired(value)
    return out


def renamed_names(names):
    return [{"$id": "own_id", "$ref": "own_ref"}.get(n, n) for n in names]


def eido_judge(path):
    import jsonschema
    import yaml
    root = repaired(yaml.safe_load(path.read_text(encoding="utf-8")))
    return jsonschema.Draft7Validator(
        {"$ref": "#/components/schemas/EmergencyIncidentDataObjectType",
         "components": root["components"]})


class Files(unittest.TestCase):
    def test_the_same_moment_gives_the_same_bytes(self):
        for kind in ("open311-xml", *FOLDERS):
            convert(kind, kind + "-again")
        self.assertEqual((FOLDER / "open311-xml").read_bytes(),
                         (FOLDER / "open311-xml-again").read_bytes())
        for kind in FOLDERS:
            self.assertEqual(documents(kind), documents(kind + "-again"))

    def test_standard_output_takes_one_document(self):
        self.assertEqual(convert("open311-json", "-").stdout,
                         (FOLDER / "open311-json").read_text())

    def test_an_exercise_says_so(self):
        convert("cap", "drill-cap", "--exercise")
        convert("cot", "drill-cot", "--exercise")
        for text in documents("drill-cap").values():
            self.assertIn("<status>Exercise</status>", text)
        for text in documents("drill-cot").values():
            self.assertIn(' opex="e"', text)

    def test_what_is_wrong_is_said_and_leaves_nothing(self):
        before = sorted(p.name for p in FOLDER.iterdir())
        for arguments, code, words in (
                (("--to", "cap", "-o", "x"), 2, "agency: cap needs the agency's domain name"),
                (("--to", "eido", "-o", "x", "--agency", "a b"), 2, "a domain name of letters"),
                (("--to", "eido", "-o", "x", "--agency", "a.b", "--exercise"), 2,
                 "cap and cot can"),
                (("--to", "cap", "-o", "-", "--agency", "a.b"), 2, "name a folder to make"),
                (("--to", "cap", "-o", "cap", "--agency", "a.b"), 4, "cap exists already"),
                (("--to", "cap", "-o", "a.csv", "--agency", "a.b"), 4, "a.csv exists already"),
                (("--to", "open311-json", "-o", "cap"), 4, "it is a folder"),
                (("--to", "open311-json", "-o", "store"), 2, "a name of its own"),
                (("--to", "cot", "-o", "no/where"), 4, "no such file or folder"),
                (("--to", "cot", "-o", "x", "--valid-h", "0"), 3, "valid_s"),
                (("--to", "cot", "-o", "x", "--agency-name", "call 555-867-5309"), 2,
                 "may not leave"),
                (("--to", "edi", "-o", "x"), 2, "--to is open311-json"),
                (("--to", "cot",), 2, "-o OUT is needed")):
            with self.subTest(arguments):
                done = community("convert", "store", *arguments, code=code)
                self.assertIn(words, done.stderr)
                self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
                self.assertEqual(sorted(p.name for p in FOLDER.iterdir()), before)

    def test_what_goes_out_can_come_in_again(self):
        for command in (("keygen", "--mask", "m.key", "--public", "p.key", "--secret", "s.key"),
                        ("init", "second", "--beats", "beats.geojson", "--public-key", "p.key")):
            community(*command)
        done = community("ingest", "second", "open311-json", "--format", "open311", "--key",
                         "m.key", "--json")
        self.assertEqual(json.loads(done.stdout)["accepted"], len(POINTS))


if __name__ == "__main__":
    unittest.main(verbosity=1)
