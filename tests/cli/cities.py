# SPDX-License-Identifier: MIT
"""Real cities as their data portals give them, brought to rows that say which beat they recorded.

The numbers of each sample were measured with other software on the same files: they are what an
exact, independent answer has to reproduce.
"""

import csv
import datetime
import gzip
import json
import random
import re


class Row:
    """One report: who, when (local time), what, where, and the beat its own agency wrote down."""

    def __init__(self, ref, when, category, place, recorded=None):
        self.ref, self.when, self.category, self.recorded = ref, when, category, recorded
        self.lon, self.lat = place


class Sample:
    """One layer or several versions of one, and reports to hold against it."""

    def __init__(self, name, beats, rows, **more):
        self.name, self.beats, self.rows = name, beats, rows
        self.strict = more.get("strict")      # per cent of rows in their recorded beat
        self.within = more.get("within")      # (metres, per cent)
        self.honest = more.get("honest")      # per cent (among the candidates, ambiguous)
        self.options = more.get("options", [])   # of locate and of overlay
        self.others = more.get("others", [])     # earlier or later layers, to explain a beat
        self.overlay = more.get("overlay")       # options of overlay alone; None: not run
        self.outside = more.get("outside")       # how many rows lie in no beat


def read_csv(path):
    """Rows as dictionaries; a file that was cut off gives its whole rows only."""
    opened = gzip.open if str(path).endswith(".gz") else open
    with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        try:
            for row in reader:
                if None not in row.values() and None not in row:
                    yield row
        except csv.Error:
            return


def iso(text, form):
    return datetime.datetime.strptime(text, form).strftime("%Y-%m-%dT%H:%M:%S")


# --- Chicago ----------------------------------------------------------------------------------

def chicago_rows(path, keep=lambda row: True):
    for row in read_csv(path):
        if row["Latitude"] and row["Longitude"] and keep(row):
            yield Row(row["ID"], iso(row["Date"], "%m/%d/%Y %I:%M:%S %p"), row["Primary Type"],
                      (row["Longitude"], row["Latitude"]), row["Beat"].zfill(4))


def since_2013(row):
    return row["Year"] >= "2013"


def chicago(data):
    reports = data / "chicago/reports"
    beats = [f"{data}/chicago/boundaries/police_beats_2012-12.geojson|id=BEAT_NUM"]
    schools = f"{data}/chicago/sensitive/school_grounds_epsg3435/School_Grounds.shp"
    people = f"{data}/chicago/population/census_blockgroups_pop.topojson"
    yield Sample("chicago crimes 2015-02", beats, chicago_rows(reports / "crimes_2015-02_10k.csv"),
                 strict=99.88, within=(10, 99.92),
                 overlay=["--fences", f"{schools}|action=withhold|id=OBJECTID",
                          "--addresses", f"{people}|weight=total|crs=EPSG:4326"])
    yield Sample("chicago homicides 2013-2018", beats,
                 chicago_rows(reports / "homicides_2001-2018.csv", since_2013),
                 strict=92.48, within=(0.25, 99.84), honest=(99.8, 14.1))
    yield Sample("chicago homicides 2001-2018", beats,
                 chicago_rows(reports / "homicides_2001-2018.csv"),
                 strict=83.85, within=(0.25, 90.08), outside=61)
    yield Sample("chicago crimes 2004-2024", beats,
                 chicago_rows(reports / "crimes_2004-2024_truncated.csv"),
                 strict=91.65, within=(0.25, 99.86), honest=(99.8, 17.2))


# --- San Francisco ----------------------------------------------------------------------------

def sf_2013(path):
    for number, row in enumerate(read_csv(path)):
        yield Row(f"{row['IncidntNum']}-{number}",
                  iso(row["Date"] + row["Time"], "%m/%d/%Y%H:%M"), row["Category"],
                  (row["lng"], row["lat"]), row["PdDistrict"])


def sf_2016(path):
    for row in read_csv(path):
        when = row["Date"][:10] + row["Time"]
        yield Row(row["PdId"], iso(when, "%m/%d/%Y%H:%M"), row["Category"],
                  (row["X"], row["Y"]), row["PdDistrict"])


def sf_2018(path):
    for row in read_csv(path):
        if row["Latitude"]:
            yield Row(row["Row ID"], iso(row["Incident Datetime"], "%Y/%m/%d %I:%M:%S %p"),
                      row["Incident Category"] or "Other", (row["Longitude"], row["Latitude"]),
                      row["Police District"].upper())


def san_francisco(data):
    city = data / "san_francisco"
    old = f"{city}/boundaries/sfpd_districts_before_2015.geojson|id=DISTRICT"
    new = f"{city}/boundaries/sfpd_districts_after_2015.geojson|id=district"
    both = [f"{old}|to=2015-07-19", f"{new}|from=2015-07-19"]
    reports = city / "reports"
    early = reports / "incidents_2013-12.csv"
    middle = reports / "incidents_2016_truncated.csv"
    late = reports / "incidents_2018-12.csv"
    zone = {"options": ["--time-zone", "America/Los_Angeles"]}
    yield Sample("san francisco 2013-12, both versions", both, sf_2013(early), strict=97.46,
                 overlay=[], **zone)
    yield Sample("san francisco 2013-12, new layer", [new], sf_2013(early), strict=87.63,
                 others=[old], **zone)
    yield Sample("san francisco 2016, both versions", both, sf_2016(middle), strict=89.50,
                 others=[old], overlay=[], **zone)
    yield Sample("san francisco 2016, old layer", [old], sf_2016(middle), strict=98.55, **zone)
    yield Sample("san francisco 2018-12, both versions", both, sf_2018(late), strict=94.61,
                 others=[old], overlay=[], **zone)


# --- Charlottesville --------------------------------------------------------------------------

def middle_of(geometry):
    """Half way along the longest part of a line."""
    lines = geometry["coordinates"]
    if geometry["type"] == "LineString":
        lines = [lines]
    line = max(lines, key=len)
    lengths = [((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
               for (ax, ay), (bx, by) in zip(line, line[1:])]
    rest = sum(lengths) / 2
    for (ax, ay), (bx, by), length in zip(line, line[1:], lengths):
        if rest <= length:
            share = rest / length if length else 0
            return f"{ax + (bx - ax) * share:.7f}", f"{ay + (by - ay) * share:.7f}"
        rest -= length
    raise AssertionError("half of a line lies on it")


def charlottesville_rows(city):
    """Rows have block and street only: 72 % of them name a block of the street layer."""
    with open(city / "streets/road_centerlines_block_level.geojson", encoding="utf-8") as file:
        lines = json.load(file)["features"]
    blocks = {}
    for line in lines:
        key = line["properties"]["Block"], line["properties"]["Street"]
        blocks.setdefault(key, middle_of(line["geometry"]))
    for row in read_csv(city / "reports/crime_data_2017-2022.csv"):
        place = blocks.get((row["BlockNumber"], row["StreetName"]))
        if place is not None:
            when = row["DateReported"].replace("/", "-").replace(" ", "T").replace("+00", "Z")
            yield Row(row["IncidentID"], when, row["Offense"], place)


def charlottesville_addresses(city):
    for row in read_csv(city / "population/master_address_points.csv"):
        yield Row(row["OBJECTID"], "2022-01-01T00:00:00", "info.tip", (row["X"], row["Y"]))


def charlottesville(data):
    city = data / "charlottesville"
    beats = [f"{city}/boundaries/police_beats_esri.json|id=BEAT_NO"]
    addresses = f"{city}/population/master_address_points.csv"
    yield Sample("charlottesville addresses", beats, charlottesville_addresses(city), outside=16)
    yield Sample("charlottesville crimes on blocks", beats, charlottesville_rows(city),
                 options=["--time-zone", "America/New_York"],
                 overlay=["--addresses", addresses])


# --- Raleigh and Leicestershire ---------------------------------------------------------------

def raleigh_rows(count=5000):
    """No reports are at hand: seeded points over the box of the layer."""
    rng = random.Random(20)
    for number in range(count):
        place = f"{rng.uniform(-78.82, -78.48):.7f}", f"{rng.uniform(35.70, 35.97):.7f}"
        yield Row(f"R{number}", "2020-06-01T12:00:00", "info.tip", place)


def raleigh(data):
    yield Sample("raleigh random points",
                 [f"{data}/raleigh/boundaries/police_beats.geojson|id=BEAT"], raleigh_rows(),
                 options=["--time-zone", "America/New_York"], overlay=[])


def leicestershire_rows(path):
    for row in read_csv(path):
        when = f"{row['year']}-{int(re.sub('[^0-9]', '', row['month'])):02d}-15T12:00:00"
        yield Row(row["id"], when, row["category"], (row["longitude"], row["latitude"]),
                  "leicestershire")


def leicestershire(data):
    city = data / "uk_leicestershire"
    forces = ("leicestershire", "derbyshire", "lincolnshire", "northamptonshire",
              "nottinghamshire", "staffordshire", "warwickshire")
    rows = city / "reports/leicestershire_street_2025-10.csv"
    yield Sample("leicestershire 2025-10", [f"{city}/boundaries/{f}.kml" for f in forces],
                 leicestershire_rows(rows), options=["--time-zone", "Europe/London"],
                 within=(0, 100.0), overlay=[])


CITIES = (chicago, san_francisco, charlottesville, raleigh, leicestershire)
