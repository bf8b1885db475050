#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Pictures with metadata planted by ExifTool, judged by ExifTool and Pillow."""

import ctypes
import io
import json
import os
import pathlib
import subprocess
import tempfile

from PIL import Image, ImageChops

LIBRARY = pathlib.Path(os.environ["CMTY_BINARY_DIR"]) / "lib/libcommunity.so"
PLANTED = {"GPSLatitude": "61.034178", "GPSLatitudeRef": "N", "GPSLongitude": "12.582439",
           "GPSLongitudeRef": "W", "SerialNumber": "PLANTED-1", "Artist": "PLANTED-2",
           "XMP:Creator": "PLANTED-3", "IPTC:City": "PLANTED-4", "Comment": "PLANTED-5",
           "MakerNoteUnknownText": "PLANTED-6", "Orientation#": "6"}
# What a picture cannot do without, as ExifTool groups it.
ALLOWED = {"ExifTool", "System", "File", "JFIF", "Composite", "PNG"}
PNG_ALLOWED = {"ImageWidth", "ImageHeight", "BitDepth", "ColorType", "Compression", "Filter",
               "Interlace", "Palette", "Transparency", "SRGBRendering", "Gamma"}


def clean(library, data):
    out, size = ctypes.c_void_p(), ctypes.c_size_t()
    status = library.cmty_media_clean(data, ctypes.c_size_t(len(data)), None, ctypes.byref(out),
                                      ctypes.byref(size), None, None)
    if status != 0:
        return status, None
    copy = ctypes.string_at(out.value, size.value)
    library.cmty_free(out)
    return status, copy


def pictures():
    noise = Image.effect_noise((160, 96), 60)
    colour = Image.merge("RGB", (noise, ImageChops.invert(noise), noise.rotate(180)))
    for name, picture, options in (
            ("plain.jpg", colour, {"quality": 85}),
            ("progressive.jpg", colour, {"quality": 70, "progressive": True}),
            ("grey.jpg", noise, {"quality": 90}),
            ("rgb.png", colour, {}),
            ("palette.png", colour.quantize(40), {}),
            ("alpha.png", colour.convert("RGBA"), {})):
        data = io.BytesIO()
        picture.save(data, "PNG" if name.endswith("png") else "JPEG", **options)
        yield name, data.getvalue()
    for name, kind in (("photo.webp", "WEBP"), ("photo.gif", "GIF"), ("photo.tiff", "TIFF")):
        data = io.BytesIO()
        colour.save(data, kind)
        yield name, data.getvalue()


def plant(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    subprocess.run(["exiftool", "-q", "-m", "-overwrite_original",
                    *(f"-{tag}={value}" for tag, value in PLANTED.items()), path], check=False,
                   stderr=subprocess.DEVNULL)
    if name.endswith((".jpg", ".png")):
        path.write_bytes(path.read_bytes() + b"PLANTED-7 after the end")
    return path.read_bytes()


def judge(folder, name, copy):
    path = folder / f"clean-{name}"
    path.write_bytes(copy)
    said = subprocess.run(["exiftool", "-a", "-u", "-G1", "-j", path], check=True,
                          capture_output=True).stdout
    for tag in json.loads(said)[0]:
        group, _, word = tag.rpartition(":")
        assert tag == "SourceFile" or group in ALLOWED, f"{name}: {tag} is left"
        assert group != "PNG" or word in PNG_ALLOWED, f"{name}: {tag} is left"
    assert b"PLANTED" not in copy, f"{name}: planted bytes are left"


def same_pixels(name, was, copy):
    upright = Image.open(io.BytesIO(was))
    upright = upright.convert("RGBA").transpose(Image.Transpose.ROTATE_270)
    difference = ImageChops.difference(upright, Image.open(io.BytesIO(copy)).convert("RGBA"))
    worst = max(high for _, high in difference.getextrema())
    # A decoder smooths chroma and rounds a turned block a little otherwise; PNG has no excuse.
    assert worst == 0 if name.endswith("png") else worst <= 4, f"{name}: off by {worst} levels"


def main():
    library, seen = ctypes.CDLL(str(LIBRARY)), 0
    with tempfile.TemporaryDirectory() as folder:
        for name, data in pictures():
            planted = plant(pathlib.Path(folder), name, data)
            status, copy = clean(library, planted)
            if not name.endswith((".jpg", ".png")):
                assert status == 5, f"{name}: {status}, not refused"
                continue
            assert b"PLANTED" in planted and status == 0, f"{name}: {status}"
            judge(pathlib.Path(folder), name, copy)
            same_pixels(name, data, copy)
            seen += 1
    print(f"{seen} pictures are sterile in ExifTool's eyes, with the pixels they had")


if __name__ == "__main__":
    main()
