#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Photos of reports: sterile and sealed in the store, opened on the record, gone with the rest."""

import io
import json
import os
import pathlib
import shutil
import sqlite3
import stat
import subprocess
import tempfile
import unittest

from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMUNITY = pathlib.Path(os.environ.get("CMTY_BINARY_DIR", ROOT / "build")) / "bin/community"
SQUARE = {"type": "FeatureCollection", "features": [{
    "type": "Feature", "properties": {"BEAT": "A"},
    "geometry": {"type": "Polygon",
                 "coordinates": [[[10, 50], [10.1, 50], [10.1, 50.1], [10, 50.1], [10, 50]]]}}]}
WHY = ("--purpose", "case 7", "--actor", "clerk")
KEY = ("--secret", "secret.key", *WHY)
MAKER = "Leaky Camera Works"


def picture(kind="JPEG", shade=90, place=True):
    """With everything in it that must not leave: maker, place, a comment behind the end."""
    image = Image.new("RGB", (64, 48), (shade, 120, 40))
    for x in range(64):
        image.putpixel((x, x % 48), (x * 3, 255 - x, shade))
    exif = Image.Exif()
    exif[0x010F] = MAKER
    if place:
        exif[0x8825] = {1: "N", 2: (50.0, 3.0, 36.0), 3: "E", 4: (10.0, 3.0, 0.0)}
    out = io.BytesIO()
    image.save(out, kind, exif=exif.tobytes(), **({"quality": 90} if kind == "JPEG" else {}))
    return out.getvalue() + (b"trailer of secrets" if kind == "JPEG" else b"")


class Photos(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        maker = cls()
        maker.folder = cls.base = pathlib.Path(scratch.name, "base")
        cls.base.mkdir()
        maker.make()

    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name, "copy")
        shutil.copytree(self.base, self.folder)
        self.ids = [i for i, in self.ask("SELECT lower(hex(report_id)) FROM report ORDER BY 1")]

    def make(self):
        (self.folder / "beats.geojson").write_text(json.dumps(SQUARE))
        self.run_cli("keygen", "--mask", "mask.key", "--public", "public.key", "--secret",
                     "secret.key")
        self.run_cli("init", "s.db", "--beats", "beats.geojson", "--public-key", "public.key")
        (self.folder / "in.ndjson").write_text("".join(json.dumps({
            "source_ref": f"r{i}", "category": "vandalism", "lon": 10.05, "lat": 50.06,
            "occurred": "2026-03-04T21:15:00Z"}) + "\n" for i in range(2)))
        self.run_cli("ingest", "s.db", "in.ndjson", "--key", "mask.key", "-q")

    def run_cli(self, *arguments, code=0):
        done = subprocess.run([COMMUNITY, *map(str, arguments)], cwd=self.folder,
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        self.said = done.stdout + done.stderr
        return done.stdout

    def ask(self, question, *values):
        with sqlite3.connect(self.folder / "s.db") as connection:
            rows = connection.execute(question, values).fetchall()
        connection.close()
        return rows

    def attach(self, ident, content, name="p.bin", code=0):
        (self.folder / name).write_bytes(content)
        text = self.run_cli("attach", "s.db", ident, name, "--key", "mask.key", "--json", code=code)
        return json.loads(text) if text else None

    def opened(self, number, *arguments):
        (self.folder / "out").unlink(missing_ok=True)
        self.run_cli("photos", "open", "s.db", number, *KEY, "-o", "out", *arguments)
        return (self.folder / "out").read_bytes()

    def test_what_comes_out_is_sterile_and_the_original_is_evidence(self):
        for kind in ("JPEG", "PNG"):
            content = picture(kind)
            self.assertIn(MAKER.encode(), content)
            number = self.attach(self.ids[0], content)["number"]
            sterile = self.opened(number)
            self.assertNotIn(MAKER.encode(), sterile)
            self.assertNotIn(b"trailer of secrets", sterile)
            with Image.open(io.BytesIO(sterile)) as copy, Image.open(io.BytesIO(content)) as first:
                self.assertEqual(copy.convert("RGB").tobytes(), first.convert("RGB").tobytes())
            self.assertEqual(self.opened(number, "--original"), content)
            self.assertEqual(stat.S_IMODE((self.folder / "out").stat().st_mode), 0o600)
        listed = json.loads(self.run_cli("photos", "list", "s.db", "--json"))
        self.assertEqual([(p["report_id"], p["kind"], p["width"]) for p in listed],
                         [(self.ids[0], "jpeg", 64), (self.ids[0], "png", 64)])
        self.assertEqual(self.run_cli("photos", "list", "s.db", self.ids[1]), "")
        self.run_cli("audit", "verify", "s.db")

    def test_the_place_in_a_picture_is_compared_only_when_it_is_opened(self):
        number = self.attach(self.ids[0], picture())["number"]
        self.opened(number, "--original")
        self.assertIn("taken 0 m from the place", self.said)  # 50 3' 36" N, 10 3' E
        number = self.attach(self.ids[0], picture(place=False, shade=7))["number"]
        self.opened(number, "--original")
        self.assertNotIn("taken", self.said)
        self.opened(number)
        self.assertEqual(self.said, "")

    def test_nothing_of_it_lies_in_the_clear(self):
        content = picture(shade=11)
        number = self.attach(self.ids[0], content)["number"]
        sterile = self.opened(number)
        data = b"".join(f.read_bytes() for f in self.folder.glob("s.db*"))
        for piece in (content[:24], content[200:240], sterile[:24], sterile[-60:-20],
                      MAKER.encode(), b"Exif"):
            self.assertNotIn(piece, data)

    def test_the_same_photo_counts_once_for_each_report(self):
        content = picture()
        self.attach(self.ids[0], content)
        self.attach(self.ids[0], content)
        self.assertIn("has this photo already", self.said)
        self.attach(self.ids[1], content)
        self.assertEqual(self.ask("SELECT count(*) FROM photo"), [(2,)])
        self.attach("0" * 32, content, code=1)
        self.assertIn("no report with this id", self.said)

    def test_what_cannot_be_proven_clean_goes_to_quarantine(self):
        self.attach(self.ids[0], b"GIF89a and so on", code=1)
        self.assertIn("JPEG or PNG", self.said)
        self.attach(self.ids[0], picture()[:400], code=1)
        self.assertEqual(self.ask("SELECT count(*) FROM photo"), [(0,)])
        listed = json.loads(self.run_cli("quarantine", "list", "s.db", "--json"))
        self.assertEqual([(r["reason"], r["field"]) for r in listed],
                         [("media_format", "media"), ("media_damaged", "media")])
        self.run_cli("quarantine", "open", "s.db", 1, *KEY, "-o", "kept")
        self.assertEqual((self.folder / "kept").read_bytes(), b"GIF89a and so on")
        self.run_cli("quarantine", "retry", "s.db", 1, *KEY, "--key", "mask.key", code=3)
        self.assertIn("is a photo", self.said)

    def test_photos_go_with_what_is_sealed_of_their_report(self):
        for ident in self.ids:
            self.attach(ident, picture())
        sealed = [s[0][200:240] for s in self.ask("SELECT original FROM photo")]
        self.run_cli("erase", "s.db", self.ids[0], *WHY)
        self.assertEqual(self.ask("SELECT lower(hex(report_id)) FROM photo"), [(self.ids[1],)])
        (self.folder / "schedule.json").write_text(
            '{"retention": 1, "default": {"sealed_days": 0}}')
        self.run_cli("retain", "s.db", "--schedule", "schedule.json", *WHY)
        self.assertEqual(self.ask("SELECT count(*) FROM photo UNION ALL SELECT count(*) FROM"
                                  " period"), [(0,), (0,)])
        data = b"".join(f.read_bytes() for f in self.folder.glob("s.db*"))
        self.assertFalse([s for s in sealed if s in data])
        self.attach(self.ids[1], picture(), code=1)
        self.assertIn("destroyed", self.said)

    def test_another_key_pair_opens_them_and_a_swap_is_seen(self):
        one = self.attach(self.ids[0], picture())["number"]
        two = self.attach(self.ids[1], picture(shade=3))["number"]
        with sqlite3.connect(self.folder / "s.db") as connection:
            connection.execute("UPDATE photo SET sterile=(SELECT sterile FROM photo WHERE number=?)"
                               " WHERE number=?", (two, one))
        connection.close()
        self.run_cli("photos", "open", "s.db", one, *KEY, "-o", "out", code=3)
        self.run_cli("keygen", "--public", "next.public", "--secret", "next.secret")
        self.run_cli("rekey", "s.db", "--secret", "secret.key", "--public", "next.public", *WHY)
        self.run_cli("photos", "open", "s.db", two, *KEY, "-o", "out", code=3)
        self.run_cli("photos", "open", "s.db", two, "--secret", "next.secret", *WHY, "-o", "out2")

    def test_bad_usage(self):
        for arguments, code in ((("attach", "s.db", self.ids[0]), 2), (("photos",), 2),
                                (("photos", "list"), 2), (("photos", "open", "s.db", "1"), 2),
                                (("photos", "open", "s.db", "x", *KEY, "-o", "o"), 2),
                                (("photos", "open", "s.db", "9", *KEY, "-o", "o"), 1),
                                (("photos", "list", "s.db", "xyz"), 2),
                                (("attach", "s.db", self.ids[0], "nowhere", "--key", "mask.key"),
                                 4)):
            with self.subTest(arguments=arguments):
                self.run_cli(*arguments, code=code)


if __name__ == "__main__":
    unittest.main()
