# SPDX-License-Identifier: MIT
"""The binding: it agrees with the headers, and says plainly what is wrong with a library."""

import ctypes
import os
import subprocess

import pytest

from environment import LIBRARY, ROOT
from community_reports import binding, native


def test_structs_are_those_of_the_headers(tmp_path):
    lines = ["#include <community/community.h>"]
    for kind in binding.STRUCTS:
        members = [(name, getattr(kind, name)) for name, *_ in kind._fields_ if name != "_room"]
        lines += [f"_Static_assert(offsetof({kind.C_NAME}, {name}) == {field.offset}, "
                  f'"{kind.C_NAME}.{name}");' for name, field in members]
        least = kind._room.offset if hasattr(kind, "_room") else ctypes.sizeof(kind)
        most = 10 ** 6 if issubclass(kind, binding.Struct) else ctypes.sizeof(kind)
        lines.append(f"_Static_assert(sizeof({kind.C_NAME}) >= {least} && sizeof({kind.C_NAME}) "
                     f'<= {most}, "{kind.C_NAME}");')
    source = tmp_path / "layout.c"
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    subprocess.run(["gcc", "-std=c11", "-fsyntax-only", f"-I{ROOT}/include", source], check=True)
    assert len(binding.STRUCTS) > 20


def test_every_function_of_the_binding_is_exported():
    lib = native.Native(str(LIBRARY))
    assert lib.version.count(".") == 2
    assert "GDAL" in lib.dependencies()


@pytest.mark.parametrize("path, why", [("/nowhere/libcommunity.so.0", "cannot open"),
                                       ("libm.so.6", "is not libcommunity")])
def test_a_missing_or_wrong_library_is_named(path, why):
    with pytest.raises(native.NoLibrary) as problem:
        native.Native(path)
    assert [tried for tried, _ in problem.value.tried] == [path]
    assert why in str(problem.value) or os.environ["LC_ALL"] != "C.UTF-8"  # the system's words


def test_a_library_of_another_interface_is_refused(tmp_path):
    source = tmp_path / "other.c"
    source.write_text("unsigned cmty_abi_version(void) { return 7u << 16; }\n", encoding="utf-8")
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", tmp_path / "other.so", source], check=True)
    with pytest.raises(native.NoLibrary, match="interface 7.0; 0.1 is needed"):
        native.Native(str(tmp_path / "other.so"))


def test_without_a_setting_every_usual_place_is_tried():
    found = list(native.candidates(environment={}))
    assert len(found) > 3 and found[0] == "libcommunity.so.0"


def test_an_exception_in_progress_comes_back(tmp_path):
    lib = native.Native(str(LIBRARY))

    def fail(stage, fraction):
        raise ValueError("from the caller")

    path = write_square(tmp_path / "square.geojson")
    with pytest.raises(ValueError, match="from the caller"):
        lib.beats([str(path)], native.Host(fail))
    with pytest.raises(native.Stopped):
        lib.beats([str(path)], native.Host(lambda stage, fraction: True))


def write_square(path):
    path.write_text('{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": '
                    '{"beat": "A"}, "geometry": {"type": "Polygon", "coordinates": '
                    '[[[0,0],[1,0],[1,1],[0,1],[0,0]]]}}]}', encoding="utf-8")
    return path
