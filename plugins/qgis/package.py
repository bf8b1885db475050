#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Pack the plugin for QGIS, and hold it to the public rules of the official repository.

    package.py [FILE.zip]        default build/community_reports-VERSION.zip

The same sources give the same bytes. The version is that of the library's CMakeLists.txt.
"""

import configparser
import io
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
NAME = "community_reports"
PACKED = {".py", ".txt", ".svg", ".png", ".qml", ".model3", ".html", ".json", ".csv"}
NOT_PACKED = {".ts", ".pyc"}
LARGEST = 25_000_000
WANTED = ("name", "description", "about", "version", "qgisMinimumVersion", "author", "email",
          "homepage", "tracker", "repository")
STAMP = (2024, 1, 1, 0, 0, 0)


def version(root=ROOT):
    text = (root / "CMakeLists.txt").read_text(encoding="utf-8")
    return re.search(r"project\(\s*\w+\s+VERSION\s+([0-9.]+)", text).group(1)


def compiled(source):
    """The bytes of a translation as QGIS loads it."""
    lrelease = shutil.which("lrelease") or "/usr/lib/qt5/bin/lrelease"
    with tempfile.TemporaryDirectory() as folder:
        target = pathlib.Path(folder) / "language.qm"
        subprocess.run([lrelease, "-silent", str(source), "-qm", str(target)], check=True)
        return target.read_bytes()


def files_below(folder):
    """Every file, also behind a link to a folder: the maker of the demonstration city is one."""
    return sorted(pathlib.Path(base, name) for base, _, names in os.walk(folder, followlinks=True)
                  for name in names)


def contents(folder, number):
    """{path in the package: bytes}. A file of a kind that is not known is an error, not left out
    in silence."""
    found = {}
    for path in files_below(folder):
        inside = path.relative_to(folder)
        if "__pycache__" in inside.parts:
            continue
        name = f"{NAME}/{inside.as_posix()}"
        if path.suffix == ".ts":
            found[name[:-3] + ".qm"] = compiled(path)
        elif path.suffix in PACKED or inside.as_posix() == "LICENSE":
            found[name] = path.read_bytes()
        elif path.suffix not in NOT_PACKED:
            raise ValueError(f"{path}: what is this file to a user of the plugin?")
    metadata = f"{NAME}/metadata.txt"
    if metadata in found:
        found[metadata] = re.sub(rb"(?m)^version=.*$", b"version=" + number.encode(),
                                 found[metadata])
    return found


def pack(files):
    """The bytes of a zip in which nothing hangs on the machine or the day."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, STAMP)
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[name], compresslevel=9)
    return packed.getvalue()


def path_problems(name):
    parts = name.split("/")
    if any(part.startswith(".") for part in parts):
        yield f"{name}: hidden, or leads out of the folder"
    if re.search(r"__pycache__|__MACOSX|\\", name) or name.endswith(".pyc"):
        yield f"{name}: not a part of a plugin"
    if re.search(r"\.(so|dll|dylib|exe|pyd|whl|bat|cmd|sh|ps1)(\.|$)", name):
        yield f"{name}: binaries and scripts of the system are not taken"


def metadata_problems(text, names):
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    try:
        parser.read_string(text)
        general = parser["general"]
    except (configparser.Error, KeyError) as problem:
        yield f"metadata.txt: {problem}"
        return
    for key in WANTED:
        if not general.get(key, "").strip():
            yield f"metadata.txt: {key} is missing"
    for key in ("homepage", "tracker", "repository"):
        if not re.match(r"https?://[\w.-]+", general.get(key, "")):
            yield f"metadata.txt: {key} is no link"
    checks = {
        "version": (r"\d+(\.\d+)+$", "is not like 1.2.3"),
        "qgisMinimumVersion": (r"[34]\.\d+", "is not like 3.22"),
        "author": (r"[^/]+$", "may not hold a slash"),
        "email": (r"[^@\s]+@[^@\s]+$", "is no address"),
        "name": (r"(?i)(?!.*plugin)[\w .:-]+$", "holds the word plugin, or other than letters"),
        "icon": (r".+\.(png|svg)$", "is no picture"),
    }
    for key, (pattern, why) in checks.items():
        if not re.match(pattern, general.get(key, "")):
            yield f"metadata.txt: {key} {why}"
    if f"{NAME}/{general.get('icon', '')}" not in names:
        yield "metadata.txt: the icon is not in the package"


def problems(packed):
    """What the official repository would refuse in a package, as far as its rules are public."""
    if len(packed) > LARGEST:
        yield f"{len(packed)} bytes: more than {LARGEST}"
    archive = zipfile.ZipFile(io.BytesIO(packed))
    names = archive.namelist()
    folders = {name.split("/")[0] for name in names}
    if folders != {NAME} or not NAME.isidentifier():
        yield f"one folder with the name of a Python module is wanted, not {sorted(folders)}"
    for name in names:
        yield from path_problems(name)
        if archive.read(name)[:4] in (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe") \
                or archive.read(name)[:2] == b"MZ":
            yield f"{name}: is a binary"
    for needed in ("__init__.py", "metadata.txt", "LICENSE"):
        if f"{NAME}/{needed}" not in names:
            yield f"{needed} is missing"
    if f"{NAME}/metadata.txt" in names:
        yield from metadata_problems(archive.read(f"{NAME}/metadata.txt").decode("utf-8"), names)
    if f"{NAME}/__init__.py" in names and b"def classFactory(" not in archive.read(
            f"{NAME}/__init__.py"):
        yield "__init__.py: no classFactory()"


def main(arguments):
    number = version()
    target = pathlib.Path(arguments[0] if arguments else ROOT / f"build/{NAME}-{number}.zip")
    packed = pack(contents(HERE / NAME, number))
    found = list(problems(packed))
    if found:
        print("\n".join(found))
        return 1
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(packed)
    print(f"{target}: {len(packed)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
