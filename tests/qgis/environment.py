# SPDX-License-Identifier: MIT
"""The environment that a real QGIS needs without a desktop, and a profile that is thrown away."""

import os
import pathlib
import shutil

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CMTY_BINARY_DIR", ROOT / "build"))
PLUGINS = ROOT / "plugins/qgis"
PLUGIN = "community_reports"
LIBRARY = BUILD / "lib/libcommunity.so.0"
SHARED = pathlib.Path(os.environ.get("CMTY_SHARED", ROOT / "../shared"))
PROCESS = "qgis_process.bin"  # Debian's wrapper adds an option that qgis_process refuses
INI = """[PythonPlugins]
community_reports=true
processing=true
[qgis]
showTips=false
checkVersion=false
newProjectDefault=false
"""


def absent():
    """What is missing to run these tests; empty where nothing is."""
    missing = [name for name in (PROCESS, "qgis.bin") if not shutil.which(name, path="/usr/bin")]
    return f"{', '.join(missing)}: install qgis and python3-qgis" if missing else ""


def environment(folder, ini="", **more):
    """For a process of QGIS that keeps its profile in this folder, with more settings in `ini`."""
    folder = pathlib.Path(folder)
    profile = folder / "home/.local/share/QGIS/QGIS3/profiles/default/QGIS"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "QGIS3.ini").write_text(INI + ini, encoding="utf-8")
    (folder / "runtime").mkdir(mode=0o700, exist_ok=True)
    kept = {name: os.environ[name] for name in ("CMTY_BINARY_DIR", "CMTY_SHARED", "ASAN_OPTIONS")
            if name in os.environ}
    return {**kept, "HOME": str(folder / "home"), "XDG_RUNTIME_DIR": str(folder / "runtime"),
            "QT_QPA_PLATFORM": "offscreen", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
            "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1", "QGIS_PLUGINPATH": str(PLUGINS),
            "COMMUNITY_LIBRARY": str(LIBRARY), **more}
