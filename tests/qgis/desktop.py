#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The plugin in the desktop of QGIS, on a screen that nobody sees, with the demonstration city.

    desktop.py             run desktop_scenario.py and look at what it reports and at its pictures
    desktop.py --images    also keep the pictures of the guide in docs/images

Pictures are left in desktop/ of the build folder.
"""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from environment import BUILD, ROOT, absent, environment

HERE = pathlib.Path(__file__).resolve().parent
IMAGES = ROOT / "docs/images"
SIZE = "1440x960"
LARGEST = 150_000


@contextlib.contextmanager
def screen():
    """An X server of its own; its display."""
    reader, writer = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{SIZE}x24",
         "-nolisten", "tcp"], pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as lines:
            number = lines.readline().strip()
        if not number:
            raise RuntimeError("Xvfb does not start")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


def make_city(folder):
    done = subprocess.run([ROOT / "demo/demo.sh", folder], check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True,
                          env={**os.environ, "COMMUNITY": str(BUILD / "bin/community")})
    if done.returncode:
        raise RuntimeError(f"demo.sh:\n{done.stdout}")


def run(folder, pictures):
    """What the scenario reports, after QGIS has ended."""
    report, temporary = folder / "report.json", folder / "temporary"
    temporary.mkdir()  # QGIS marks what lies in there, so that the city must not
    with screen() as display:
        settings = environment(
            folder, QT_QPA_PLATFORM="xcb", TMPDIR=str(temporary), DISPLAY=display,
            LIBGL_ALWAYS_SOFTWARE="1", CITY=str(folder / "demo"), REPORT=str(report),
            PICTURES=str(pictures), SIZE=SIZE)
        done = subprocess.run(
            ["/usr/bin/qgis.bin", "--nologo", "--noversioncheck", "--nocustomization",
             "--profiles-path", str(folder / "home/.local/share/QGIS/QGIS3"),
             "--code", str(HERE / "desktop_scenario.py")],
            env=settings, cwd=folder / "demo", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=240, check=False)
    if not report.exists():
        raise RuntimeError(f"QGIS ended with {done.returncode}:\n{done.stdout[-3000:]}")
    return json.loads(report.read_text(encoding="utf-8"))


def blank(path, box):
    """Whether a picture, or the map in it, shows next to nothing."""
    from PIL import Image
    with Image.open(path) as picture:
        shown = picture.convert("RGB").crop(box) if box else picture.convert("RGB")
    colours = shown.getcolors(shown.width * shown.height)
    return len(colours) < 20 or max(n for n, _ in colours) > 0.98 * shown.width * shown.height


def keep(picture, target):
    """A picture for the documents: small, in 256 colours. Most are the commonest, so that greys
    stay grey; the others cover the rest, because legends are small."""
    from PIL import Image
    with Image.open(picture) as image:
        image = image.convert("RGB")
    common = sorted(image.getcolors(image.width * image.height), reverse=True)[:192]
    rest = image.quantize(64, Image.Quantize.MAXCOVERAGE).getpalette()[:3 * 64]
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for _, colour in common for part in colour] + rest)
    image.quantize(palette=palette, dither=Image.Dither.NONE).save(target, optimize=True)
    if target.stat().st_size > LARGEST:
        raise RuntimeError(f"{target}: larger than {LARGEST} bytes")


def main(arguments):
    if absent() or not shutil.which("Xvfb"):
        print(f"SKIP: QGIS desktop: {absent() or 'install xvfb'}")
        return 77
    pictures = BUILD / "desktop"
    shutil.rmtree(pictures, ignore_errors=True)
    pictures.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        make_city(folder / "demo")
        report = run(folder, pictures)
    print("\n".join(report["steps"]))
    if report["failure"]:
        print(report["failure"])
        return 1
    empty = [name for name, box in report["pictures"].items()
             if blank(pictures / f"{name}.png", box)]
    if empty:
        print(f"blank: {', '.join(empty)}")
        return 1
    if arguments == ["--images"]:
        for picture in report["pictures"]:
            keep(pictures / f"{picture}.png", IMAGES / f"qgis-{picture}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
