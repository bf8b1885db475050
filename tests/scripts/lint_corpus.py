#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The text rules of the egress linter before a seeded corpus.

Machine formats: no miss. Free text: recall is printed. Innocent text: no alarm. Each rule is left
out once: its own variants must then be missed, or the rule does nothing.
"""

import collections
import os
import pathlib
import random
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CMTY_BINARY_DIR", ROOT / "build"))
BOX = (-95.30, 39.80, -95.10, 39.95)
STREETS = ("1st Ave", "Hemlock St", "N Foundry Row", "Main Street", "Old Mill Road", "Quay Street",
           "Saint Brendan Blvd", "Cedar Lane", "Grand Concourse")
RULES = ("decimal", "dms", "utm", "mgrs", "geohash", "plus_code", "map_link", "phone", "email",
         "address")
PER_FORMAT = 12


class Maker:
    """Places of the box, and the ways in which they are written."""

    def __init__(self, seed):
        self.rng = random.Random(seed)

    def place(self):
        return (self.rng.uniform(BOX[1], BOX[3]), self.rng.uniform(BOX[0], BOX[2]))

    def decimal(self):
        lat, lon = self.place()
        d = self.rng.randint(4, 8)
        a, b = f"{lat:.{d}f}", f"{lon:.{d}f}"
        minus = b.replace("-", "\u2212")
        return [f"{a}, {b}", f"{a},{b}", f"{a} {b}", f"{a};{b}", f"({a}, {b})", f"[{b},{a}]",
                f"{a}/{b}", f"lat {a} lon {b}", f"lat: {a}, lng: {b}", f"lat={a}&lon={b}",
                f'{{"lat":{a},"lon":{b}}}', f"latitude {a} longitude {b}", f"POINT({b} {a})",
                f"POINT Z ({b} {a} 0)", f"{a}\u00b0, {b}\u00b0", f"{a}\u00b0 N, {b[1:]}\u00b0 W",
                f"N{a} W{b[1:]}", f"{a}N {b[1:]}W", f"{a} N / {b[1:]} W", f"{a}, {minus}",
                f"{a.replace('.', ',')}; {b.replace('.', ',')}", f"x={b} y={a}", f"+{a} {b}",
                f"{a}\u00a0{b}", f"lon {b}", f"Lat.: {a} / Long.: {b}", f"{a}|{b}",
                f"coordinates: {b}, {a}", f"<lat>{a}</lat><lon>{b}</lon>"]

    def dms(self):
        lat, lon = self.place()
        lon = -lon
        la, lo, lm, om = int(lat), int(lon), lat % 1 * 60, lon % 1 * 60
        ls, os_ = int(lm % 1 * 60), int(om % 1 * 60)
        lm0, om0 = int(lm), int(om)
        return [f"{la}\u00b0{lm0:02}'{ls:02}\"N {lo}\u00b0{om0:02}'{os_:02}\"W",
                f"{la}\u00b0 {lm0}' {ls}\" N, {lo}\u00b0 {om0}' {os_}\" W",
                f"{la}\u00b0{lm0:02}\u2032{ls:02}\u2033N {lo}\u00b0{om0:02}\u2032{os_:02}\u2033W",
                f"{la}\u00b0{lm:.3f}'N {lo}\u00b0{om:.3f}'W",
                f"N {la}\u00b0 {lm:.3f} W {lo}\u00b0 {om:.3f}",
                f"{la}d{lm0}m{ls}s N", f"{la} deg {lm0} min {ls} sec north",
                f"{la} {lm0} {ls} N {lo} {om0} {os_} W",
                f"{la}-{lm0:02}-{ls:02}N {lo}-{om0:02}-{os_:02}W",
                f"{la}:{lm0:02}:{ls:02}N {lo}:{om0:02}:{os_:02}W",
                f"{la:02}{lm0:02}{ls:02}N {lo:03}{om0:02}{os_:02}W",
                f"{la}\u00ba{lm0}'{ls}''N", f"{la} degrees {lm0} minutes {ls} seconds",
                f"{la}*{lm0}'{ls}\"N"]

    def utm(self):
        e, n = self.rng.randint(200000, 799999), self.rng.randint(4400000, 4425000)
        d = self.rng.randint(0, 9)
        return [f"15S {e} {n}", f"15 S {e} {n}", f"15T {e}E {n}N", f"15S {e} mE {n} mN",
                f"15S {e}mE {n}mN", f"UTM 15S {e}.{d} {n}.{d}", f"zone 15S, {e}, {n}",
                f"E{e} N{n}", f"{e} E, {n} N", f"15S E {e} N {n}", f"easting {e} northing {n}",
                f"Easting: {e}, Northing: {n}", f"15S 0{e} {n}"]

    def mgrs(self):
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
        s = self.rng.choice(letters) + self.rng.choice(letters)
        out = []
        for half in (3, 4, 5):
            a, b = (f"{self.rng.randint(0, 10 ** half - 1):0{half}}" for _ in range(2))
            out += [f"15S{s}{a}{b}", f"15S {s} {a} {b}", f"15S {s} {a}{b}", f"15S{s} {a} {b}",
                    f"MGRS: 15s{s.lower()}{a}{b}", f"15 S {s} {a} {b}"]
        return out

    def geohash(self):
        lat, lon = self.place()
        code, even, box = "", True, [[-180.0, 180.0], [-90.0, 90.0]]
        for _ in range(self.rng.randint(8, 11)):
            value = 0
            for _ in range(5):
                r, v = (box[0], lon) if even else (box[1], lat)
                middle = (r[0] + r[1]) / 2
                value = value * 2 + (v >= middle)
                r[0 if v >= middle else 1] = middle
                even = not even
            code += "0123456789bcdefghjkmnpqrstuvwxyz"[value]
        return [code, f"geohash {code}", f"geohash:{code}", f"at {code}.", code.upper(),
                f"'{code}'", f"({code})"]

    def plus_code(self):
        digits = "23456789CFGHJMPQRVWX"
        code = "86" + "".join(self.rng.choice(digits) for _ in range(6)) + "+" + "".join(
            self.rng.choice(digits) for _ in range(self.rng.randint(2, 4)))
        return [code, code.lower(), code[4:] + " Port Linden", code[2:], f"plus code {code}",
                f"({code})", code.replace("+", "%2B")]

    def map_link(self):
        lat, lon = self.place()
        a, b = f"{lat:.2f}", f"{lon:.2f}"  # coarse: the link alone must do
        return [f"https://maps.google.com/?q={a},{b}", f"https://www.google.com/maps/@{a},{b},17z",
                "https://goo.gl/maps/AbCdEf", "https://maps.app.goo.gl/AbCdEf",
                f"https://www.openstreetmap.org/#map=18/{a}/{b}", "https://osm.org/go/abc--",
                f"http://maps.apple.com/?ll={a},{b}", f"geo:{a},{b}", f"https://waze.com/ul?ll={a}",
                f"https://www.bing.com/maps?cp={a}~{b}", "https://what3words.com/filled.count.soap",
                "///filled.count.soap", "https://w3w.co/filled.count.soap",
                "https://plus.codes/86", "http://geohash.org/9yz", f"geo:{a},{b};u=35",
                "https://wego.here.com/x", "https://mapy.cz/s/abc"]

    def phone(self):
        r = self.rng.randint
        a, b, c = r(201, 989), r(200, 999), f"{r(0, 9999):04}"
        return [f"{a}-{b}-{c}", f"({a}) {b}-{c}", f"({a}){b}-{c}", f"{a}.{b}.{c}", f"{a} {b} {c}",
                f"+1-{a}-{b}-{c}", f"+1 ({a}) {b}-{c}", f"1-{a}-{b}-{c}", f"{a}{b}{c}",
                f"1{a}{b}{c}", f"+1{a}{b}{c}", f"{b}-{c}", f"tel:+1{a}{b}{c}",
                f"+44 20 {r(7000, 7999)} {c}", "020 7946 0958", f"0044 20 {r(7000, 7999)} {c}",
                f"+49 30 {r(100000, 999999)}", f"call {b} {c}", f"phone: {b} {c}",
                f"{a}\u2011{b}\u2011{c}", f"{a} - {b} - {c}", f"+33 1 23 45 67 {r(10, 99)}"]

    def email(self):
        who = self.rng.choice(["jane", "j.doe", "jane_doe", "jane+tips", "j-d"])
        n = self.rng.randint(1, 999)
        return [f"{who}{n}@example.org", f"<{who}@mail.example.co.uk>", f"mailto:{who}@example.com",
                f"{who}@example.museum", f"{who}{n} (at) example (dot) org",
                f"{who}[at]example[dot]com", f"{who} at example dot com", f"{who}@ex-ample.io",
                f"{who.upper()}@EXAMPLE.ORG", f"{who}%40example.org", f"{who}\uff20example.org"]

    def address(self):
        n = self.rng.randint(2, 9999)
        known = self.rng.choice(["1st Ave", "Hemlock St", "Foundry Row", "Main Street",
                                 "Old Mill Road", "Quay Street", "Cedar Lane", "Grand Concourse"])
        other = self.rng.choice(["Main Street", "Hemlock St", "Cedar Lane"])
        unknown = self.rng.choice(["Larkspur Street", "Van Buren Ave", "Elm Rd",
                                   "Martin Luther King Blvd"])
        return [f"{n} {known}", f"{n} {known.upper()}", f"{n} N {known}", f"{n}, {known}",
                f"{n}b {known}", f"{n}-{n + 2} {known}", f"{n} {known.replace('Street', 'St.')}",
                f"{n} {known.replace(' St', ' Street').replace('Streetreet', 'Street')}",
                f"{known} {n}", f"{known} no. {n}", f"{known} #{n}", f"{known} and {other}",
                f"{known} & {other}", f"{known} / {other}", f"{known} at {other}",
                f"{n} {unknown}", f"{n} E. {unknown}", f"{n // 100 * 100 + 100} block of {known}",
                f"{n} {known}, Apt 4"]

    def variants(self, rule):
        """Each format a few times over, alone and in a sentence."""
        out = []
        for k in range(PER_FORMAT):
            for text in getattr(self, rule)():
                out.append(text if k % 3 == 0 else f"Seen it, {text} - thanks." if k % 3 == 1
                           else f"note: {text}")
        return out


FREE_TEXT = [  # what people write; a machine may miss some
    "it happened right outside 12 hemlock st last night", "I live at twelve Hemlock Street",
    "corner of first and main", "corner of Hemlock and Cedar Lane",
    "my number is 785 555 01 06, ask for Jo", "seven eight five, five five five, 0106",
    "text me on 7855550106", "write to jo at example dot org please", "jo (a) example.org",
    "39.89 north, 95.21 west roughly", "the place is 39.8925,-95.2104 on my phone",
    "3 doors down from 1168 1st ave", "apartment 4 in the 1200 block of Cedar Lane",
    "between 5 and 7 Main Street", "opposite no. 45 on Hemlock", "behind 1168, 1st Avenue",
    "house number 9, Quay street", "what three words filled.count.soap",
    "pin: https://maps.app.goo.gl/xyz", "near Old Mill Road and Main", "Hemlock 190, the red door",
    "lat 39.8925 / lon 95.2104", "my flat, 44B Saint Brendan Blvd.", "ring me: 555 0106",
    "the 39\u00b053'N mark", "grid 15S TC 12345 67890", "86H7+2Q8 near the bridge",
    "e-mail jane.doe at gmail dot com", "at the Foundry Row end of Hemlock Street",
    "across from 77 Grand Concourse"]

AFTERWARDS = [  # written when the rules were done, so that they are no example of them
    "the corner of Second and Hemlock", "she lives at forty-two Main Street",
    "intersection of Main and Old Mill Road", "call five five five, zero one zero six, area seven",
    "bob [a] posteo.de", "no 7 on Main", "my w3w: filled.count.soap", "at number 12, Hemlock",
    "dial 785 555 01 07 after six", "where Hemlock meets Main", "end of Old Mill Road, last house",
    "785.555.0106 mobile", "two doors from the Main Street bakery", "flat 3, 19 Cedar Lane",
    "write jo_doe at posteo dot net", "N 39 53.5 W 95 12.6"]

INNOCENT_TOO = [
    "See (a) the report and (b) the list.", "clause (a) e.g. the first", "a one way street",
    "one two three four go", "five, six, seven, eight beats a minute", "two court cases",
    "at twelve the court closed", "Item (a) foo.bar of the manual", "number 4 on the list",
    "no 3 in the row", "First and second prize", "seven of nine in a row",
    "three Hemlock trees fell", "between 5 and 7 of the main lights", "the first number 4"]

INNOCENT = [
    "Two people shouted for 10 minutes at 21:15 on 2026-03-04.", "Case PL-2026-001494 is closed.",
    "The bus 39 was 12 minutes late, 3.5 km away.", "Paid $1,234.56 in 24 months at 5.25 %.",
    "Version 1.24.3 of the app, build 20260304.", "It is 4.5 metres by 3.25 metres.",
    "Plate ABC 1234, a grey van.", "About 3 cars in a row, 2 of them blue.",
    "5 kids on the way to school.", "The 3 men walked down the road.", "Room 12, floor 3.",
    "Between 5 and 7 pm, twice a week.", "Call the school officer.", "Route 66 and exit 41.",
    "See section 5.2.1, page 128.", "Sizes 10-12-14 and 36/38.", "The score was 21-14, then 3-0.",
    "Batch 2026-03, lot 7781-22.", "1,000 to 5,000 visitors.", "0.125 mg per 100 ml, 37.5 degrees.",
    "Ratio 16:9 at 60 Hz.", "We met on 04/03/2026, 9 of us.",
    "Beat B12 had 120 reports, 14 % more.",
    "ISO 8601 and RFC 7946.", "A 1968 car, 200 hp.", "Temperatures of -3.5 to 12.25.",
    "ISBN 978-3-16-148410-0.", "Two streets were closed for 3 days.",
    "He said at least 40 times.",
    "Bring 2 forms of ID.", "5 to 10 % of reports lie near an edge.", "Windows 10, 64 bit.",
    "9 out of 10 streetlights are out.", "Noise from 11 pm until 2 am.", "Fence F-77, rule 3.",
    "Epsilon is 0.01 per metre, the mean move 200 m.", "hash deadbeef00 of the file",
    "Chapter 11, verse 4", "The garden hose was 30 feet long", "3 times this place was closed",
    "A park with 12 benches", "They drive 2 trucks", "It took 45 seconds", "1st and 2nd prize",
    "the first of main concern", "Level 3 of the car park", "P1-P10 and N6",
    "x = 3, y = 4", "from 3.125 to 4.250", "0800 to 1700 hours", "reference 123456789012"]


def lint(lines, without="none"):
    run = subprocess.run(
        [BUILD / "tests/bin/lint_lines", without, *map(str, BOX), *STREETS], text=True,
        input="".join(line.replace("\n", " ") + "\n" for line in lines), capture_output=True,
        check=False)
    assert run.returncode == 0, run.stderr
    return [line.split() for line in run.stdout.split("\n")[:-1]]


class Corpus(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.variants = {rule: Maker(n).variants(rule) for n, rule in enumerate(RULES)}

    def test_no_machine_format_is_missed(self):
        total, missed = 0, []
        for rule, lines in self.variants.items():
            total += len(lines)
            missed += [(rule, line) for line, found in zip(lines, lint(lines)) if not found]
        self.assertGreaterEqual(total, 1000)
        self.assertEqual(missed, [], f"{len(missed)} of {total} missed")
        print(f"{total} variants in machine formats, none missed")

    def test_every_rule_is_needed(self):
        for rule, lines in self.variants.items():
            with self.subTest(rule=rule):
                missed = sum(not found for found in lint(lines, rule))
                self.assertGreater(missed, len(lines) / 10, "others do its work")

    def test_the_rule_that_finds_it_is_the_right_one(self):
        for rule, lines in self.variants.items():
            named = collections.Counter(r for found in lint(lines) for r in set(found))
            self.assertGreaterEqual(named[rule], 0.8 * len(lines), f"{rule}: {named}")

    def test_innocent_text_raises_no_alarm(self):
        for lines in (INNOCENT, INNOCENT_TOO):
            alarms = [(line, found) for line, found in zip(lines, lint(lines)) if found]
            self.assertEqual(alarms, [])
        rng = random.Random(3)
        lines = [" ".join(rng.sample(INNOCENT, 3)) for _ in range(500)]
        alarms = [(line, found) for line, found in zip(lines, lint(lines)) if found]
        print(f"{len(alarms)} alarms on {len(lines)} innocent texts")
        self.assertEqual(alarms, [])

    def test_recall_on_free_text(self):
        found = lint(FREE_TEXT)
        missed = [line for line, f in zip(FREE_TEXT, found) if not f]
        print(f"free text: {len(FREE_TEXT) - len(missed)} of {len(FREE_TEXT)} found")
        for line in missed:
            print("  missed:", line)
        self.assertGreaterEqual(len(FREE_TEXT) - len(missed), 0.9 * len(FREE_TEXT))
        again = sum(bool(f) for f in lint(AFTERWARDS))
        print(f"and of lines written afterwards: {again} of {len(AFTERWARDS)}")
        self.assertGreaterEqual(again, 0.6 * len(AFTERWARDS))


if __name__ == "__main__":
    unittest.main()
