# SPDX-License-Identifier: MIT
"""What users install: the package, its rules, and its languages."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile

import pytest

from environment import PLUGIN, PLUGINS, PROCESS, ROOT, environment

sys.path.insert(0, str(PLUGINS))
import package  # noqa: E402
import translate  # noqa: E402

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def packed():
    return package.pack(package.contents(PLUGINS / PLUGIN, package.version()))


@pytest.fixture(scope="module")
def installed(packed, tmp_path_factory):
    """The folder that holds the plugin as QGIS unpacks it."""
    folder = tmp_path_factory.mktemp("installed")
    zipfile.ZipFile(io.BytesIO(packed)).extractall(folder)
    return folder


def test_the_package_keeps_the_rules_of_the_repository(packed):
    assert list(package.problems(packed)) == []


def test_the_same_sources_give_the_same_bytes(packed, tmp_path):
    copy = tmp_path / "elsewhere"
    shutil.copytree(PLUGINS / PLUGIN, copy)
    for path in copy.rglob("*"):
        os.utime(path, (0, 0))
    (copy / "__pycache__").mkdir(exist_ok=True)
    (copy / "__pycache__/x.cpython-311.pyc").write_bytes(b"x")
    assert package.pack(package.contents(copy, package.version())) == packed


def test_version_licence_and_languages_are_in(packed):
    archive = zipfile.ZipFile(io.BytesIO(packed))
    metadata = archive.read(f"{PLUGIN}/metadata.txt").decode()
    cmake = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
    assert re.search(r"(?m)^version=(.*)$", metadata).group(1) in cmake
    assert re.search(r"(?m)^description\[es\]=\w+", metadata)
    assert "GNU GENERAL PUBLIC LICENSE" in archive.read(f"{PLUGIN}/LICENSE").decode()
    assert f"{PLUGIN}/i18n/community_es.qm" in archive.namelist()
    assert not [name for name in archive.namelist() if name.endswith(".ts")]


def with_file(files, name, content):
    return {**files, name: content}


@pytest.mark.parametrize("change, why", [
    (lambda f: with_file(f, f"{PLUGIN}/.secret", b""), "hidden"),
    (lambda f: with_file(f, f"{PLUGIN}/../x.py", b""), "leads out"),
    (lambda f: with_file(f, f"{PLUGIN}/lib/libcommunity.so.0", b""), "binaries"),
    (lambda f: with_file(f, f"{PLUGIN}/data.txt", b"\x7fELF..."), "is a binary"),
    (lambda f: with_file(f, f"{PLUGIN}/__pycache__/a.py", b""), "not a part"),
    (lambda f: with_file(f, "other/a.py", b""), "one folder"),
    (lambda f: {n: c for n, c in f.items() if not n.endswith("LICENSE")}, "LICENSE is missing"),
    (lambda f: with_file(f, f"{PLUGIN}/metadata.txt",
                         f[f"{PLUGIN}/metadata.txt"].replace(b"tracker=", b"tracked=")),
     "tracker is missing"),
    (lambda f: with_file(f, f"{PLUGIN}/metadata.txt",
                         f[f"{PLUGIN}/metadata.txt"].replace(b"name=", b"name=Plugin of ")),
     "the word plugin"),
    (lambda f: {n: c for n, c in f.items() if not n.endswith("community.svg")},
     "icon is not in the package"),
    (lambda f: with_file(f, f"{PLUGIN}/__init__.py", b""), "classFactory"),
])
def test_what_breaks_a_rule_is_found(change, why):
    packed = package.pack(change(package.contents(PLUGINS / PLUGIN, "1.2.3")))
    assert any(why in problem for problem in package.problems(packed))


def test_what_the_plugin_links_to_is_in(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/part.py").write_text("", encoding="utf-8")
    (tmp_path / "plugin").mkdir()
    (tmp_path / "plugin/linked").symlink_to(tmp_path / "elsewhere")
    assert list(package.contents(tmp_path / "plugin", "1.2.3")) == [f"{PLUGIN}/linked/part.py"]


def test_a_package_that_is_too_large_is_found(packed, monkeypatch):
    monkeypatch.setattr(package, "LARGEST", len(packed) - 1)
    assert "more than" in next(package.problems(packed))


def test_a_file_of_an_unknown_kind_stops_the_packing(tmp_path):
    (tmp_path / "notes.docx").write_text("x", encoding="utf-8")
    with pytest.raises(ValueError, match="notes.docx"):
        package.contents(tmp_path, "1.2.3")


@pytest.mark.parametrize("tool, planted", [
    (["bandit", "-q", "-r"], "import subprocess\nsubprocess.call('ls', shell=True)\n"),
    (["flake8", "--isolated", "--max-line-length", "100", "--extend-ignore=N802"],
     "import os\n")])
def test_the_linters_of_the_repository_are_content(tool, planted, tmp_path):
    command = [f"/usr/bin/{tool[0]}", *tool[1:]]
    done = subprocess.run([*command, str(PLUGINS / PLUGIN)], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stdout
    (tmp_path / "bad.py").write_text(planted, encoding="utf-8")
    assert subprocess.run([*command, str(tmp_path)], capture_output=True,
                          check=False).returncode == 1


def test_every_text_has_its_translation(capsys):
    assert translate.main(["--check"]) == 0, capsys.readouterr().out


def test_a_text_is_seen_however_it_reaches_tr(tmp_path):
    (tmp_path / "a.py").write_text('''
WORDS = {"one": "first", "two": "second"}
PAIRS = (("x", "third"), ("y", "fourth"))
class A:
    TITLE, HELP = "fifth", ("six" "th")
    def say(self, number, text):
        return tr(text)
    def all(self):
        tr("seventh"), tr(WORDS[self.word]), tr(self.TITLE), tr(self.HELP)
        [tr(title) for _, title in PAIRS]
        for code, word in (("c", "eighth"), ("d", "ninth")):
            tr(word)
        self.say(5, "tenth" if self else "eleventh")
''', encoding="utf-8")
    assert sorted(translate.Collector(tmp_path).collect()) == sorted(
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
         "tenth", "eleventh"])
    (tmp_path / "b.py").write_text("tr(f'{number} files')\n", encoding="utf-8")
    with pytest.raises(translate.Unreadable, match="b.py:1"):
        translate.Collector(tmp_path).collect()


def test_what_is_missing_or_stale_is_named(tmp_path):
    path = tmp_path / "community_es.ts"
    translate.write(path, ["gone", "{} files"], {"gone": "ido", "{} files": "archivos"})
    assert [line.split(": ")[1] for line in translate.problems(path, ["{} files", "new"])] == [
        "differs in {} or HTML", "not translated", "nobody says any more"]
    translate.write(path, ["new", "{} files"], translate.read(path))
    assert translate.read(path) == {"new": "", "{} files": "archivos"}


def titles(installed, folder, **more):
    """Names of our groups and algorithms as qgis_process lists them."""
    listed = subprocess.run([PROCESS, "--json", "list"], capture_output=True, text=True,
                            timeout=120, check=True,
                            env=environment(folder, QGIS_PLUGINPATH=str(installed), **more))
    algorithms = json.loads(listed.stdout)["providers"]["community"]["algorithms"]
    return {name: (found["name"], found["group"]) for name, found in algorithms.items()}


def test_spanish_is_spoken_by_lang_and_by_the_setting_of_qgis(installed, tmp_path):
    for number, how in enumerate((
            {"LANG": "es_ES.UTF-8", "LC_ALL": "es_ES.UTF-8"},
            {"ini": "[locale]\nuserLocale=es\noverrideFlag=true\n"})):
        found = titles(installed, tmp_path / str(number), **how)
        assert found["community:assignbeats"] == ("Asignar reportes a cuadrantes", "Reportes")
