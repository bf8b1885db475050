#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Holds every #include to the house's table: who may see which room, and which library."""

import re

import tree

LOWER = {
    "core": set(),
    "geo": {"core"},
    "report": {"core"},
    "beat": {"core", "geo", "report"},
    "fence": {"core", "geo", "report"},
    "privacy": {"core", "geo", "report"},
    "store": {"core", "report", "privacy"},
    "intake": {"core", "geo", "report", "beat", "fence", "privacy", "store"},
    # No exact field can be named on the way out: reports stay out of sight.
    "release": {"core", "geo", "beat", "fence", "privacy", "store"},
    "analysis": {"core", "geo", "report", "beat", "fence", "privacy", "store"},
}

# A foreign header: who may include it. A place is a room, or one file in it.
FOREIGN = [
    (r"(geos_c|proj|geodesic|gdal\w*|ogr_\w+|cpl_\w+|cpl)\.h", {"geo"}),
    (r"sqlite3\.h", {"store", "geo/gpkg.h"}),
    (r"(sqlite3ext|spatialite(/.*)?)\.h", {"store"}),
    (r"sodium(/.*)?\.h", {"privacy", "core/random.c", "core/version.c"}),
    (r"json(-c)?(/.*)?\.h|json_\w+\.h", {"core/json.c"}),
    (r"expat(_external)?\.h", {"core/xml.c"}),
    (r"(turbojpeg|png|libexif/.*)\.h", {"privacy"}),
    (r"setjmp\.h", {"privacy/media_png.c"}),  # the only way in which libpng says no,
    # Vector instructions, beside plain C that gives the same bits.
    (r"immintrin\.h", {"geo/lanes.h"}),
]

# What any room may include: C11 without assert, setjmp, signal and locale, and a little POSIX.
SYSTEM = set("""
    ctype.h errno.h fenv.h float.h inttypes.h limits.h math.h stdalign.h stdarg.h stdatomic.h
    stdbool.h stddef.h stdint.h stdio.h stdlib.h string.h time.h pthread.h
""".split())
SYSTEM_CORE = SYSTEM | set("""
    dirent.h fcntl.h locale.h unistd.h sys/file.h sys/random.h sys/stat.h sys/types.h sys/vfs.h
""".split())

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
PUBLIC_ONLY = ("plugins/", "tests/api/", "tests/fault/")


def includes(path):
    text = tree.read(path)
    for match in INCLUDE.finditer(text):
        yield tree.line_of(text, match.start()), match.group(1), match.group(2)


def room_of(path):
    parts = path.parts
    return parts[1] if len(parts) > 2 and parts[0] == "libcommunity" else None


def check_room_file(path, known):
    room = room_of(path)
    inner = "/".join(path.parts[1:])
    for line, quote, name in includes(path):
        where = f"{path}:{line}"
        top = name.split("/")[0]
        if quote == '"' and top in LOWER and "/" in name:
            if top != room and top not in LOWER[room]:
                yield f"{where}: {room}/ may not include {name}"
            elif top != room and name != f"{top}/{top}.h":
                yield f"{where}: {name} is private to {top}/; include {top}/{top}.h"
        elif quote == '"':
            if str(path.parent / name) not in known or "/" in name:
                yield f'{where}: "{name}" is not a header of {room}/'
        elif not name.startswith("community/"):
            yield from check_foreign(where, room, inner, name)


def check_foreign(where, room, inner, name):
    for pattern, places in FOREIGN:
        if re.fullmatch(pattern, name):
            if room not in places and inner not in places:
                yield f"{where}: {name} may be seen by {', '.join(sorted(places))} only"
            return
    if name not in (SYSTEM_CORE if room == "core" else SYSTEM):
        yield f"{where}: {name} is on no list; add it to this check with a reason, or do without"


def check_outside_file(path):
    """Doors, and the tests that stand where a user stands, see the public headers only."""
    for line, quote, name in includes(path):
        if quote == '"':
            target = (tree.ROOT / path.parent / name).resolve()
            if target.is_relative_to(tree.ROOT / "libcommunity") or "/" in name and \
                    name.split("/")[0] in LOWER:
                yield f"{path}:{line}: {name} is inside the library; use include/community"


def check_public_header(path):
    for line, quote, name in includes(path):
        if quote == '"' or not (name.startswith("community/") or name in ("stddef.h", "stdint.h")):
            yield f"{path}:{line}: a public header may not include {name}"


def check_release_chain(known):
    """No chain of includes leads from release/ to a type that can hold an exact report."""
    for start in (p for p in map(tree.pathlib.PurePosixPath, known) if room_of(p) == "release"):
        queue, seen = [(start, (str(start),))], set()
        while queue:
            path, chain = queue.pop()
            for _, quote, name in includes(path):
                target = f"libcommunity/{name}" if "/" in name else str(path.parent / name)
                if quote != '"' or target in seen or target not in known:
                    continue
                seen.add(target)
                if target.split("/")[1] in ("report", "intake"):
                    yield f"{' -> '.join(chain + (target,))}: release/ reaches {target}"
                queue.append((tree.pathlib.PurePosixPath(target), chain + (target,)))


def main():
    problems = []
    sources = tree.files(".c", ".h")
    known = {str(p) for p in sources if room_of(p)}
    for path in sources:
        if room_of(path):
            if room_of(path) not in LOWER:
                problems.append(f"{path}: no such room in the table")
            else:
                problems += check_room_file(path, known)
        elif str(path).startswith("include/"):
            problems += check_public_header(path)
        elif str(path).startswith(PUBLIC_ONLY):
            problems += check_outside_file(path)
    problems += check_release_chain(known)
    tree.finish(problems, len(known), "files of rooms held to the include table")


if __name__ == "__main__":
    main()
