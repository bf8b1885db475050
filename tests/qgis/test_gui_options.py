# SPDX-License-Identifier: MIT
"""The page of settings: what it finds, what it keeps, and what it never keeps."""

import os

import pytest

LIBRARY = os.environ["COMMUNITY_LIBRARY"]


@pytest.fixture()
def page(qgis, setting):
    from community_reports.gui.options import OptionsFactory

    applied = []
    factory = OptionsFactory(lambda: applied.append(1))
    made = factory.createWidget(None)
    made.times_applied = applied
    return made


def test_the_library_found_is_named_and_tests_itself(page):
    assert page.found.text().startswith("libcommunity 0.") and LIBRARY in page.found.text()
    page.test.click()
    assert page.result.text().startswith("The self-test passed.")


@pytest.mark.parametrize("path", ["/nowhere/libcommunity.so.0", "libm.so.6"])
def test_a_wrong_library_is_said_with_its_path_before_it_is_kept(page, path):
    from community_reports import settings

    page.path.setFilePath(path)
    assert path in page.found.text() and "./dev install" in page.found.text()
    assert not page.test.isEnabled()
    assert settings.get(settings.PATH_OF_LIBRARY) == ""
    page.path.setFilePath(LIBRARY)
    assert page.test.isEnabled()


def test_a_library_that_answers_wrong_fails_the_self_test(qgis, monkeypatch):
    from community_reports import native, settings
    from community_reports.gui import self_test

    monkeypatch.setattr(native.BeatSet, "locate", lambda *_: type("Answer", (), {"beat": "A"}))
    with pytest.raises(native.CommunityError, match="points in beats"):
        self_test.run(settings.open_library())


def test_the_self_test_leaves_no_file(qgis, tmp_path, monkeypatch):
    import tempfile

    from community_reports import settings
    from community_reports.gui import self_test

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    self_test.run(settings.open_library())
    assert list(tmp_path.iterdir()) == []


def test_paths_are_kept_and_keys_are_not(page, tmp_path):
    from community_reports import settings
    from qgis.core import QgsSettings

    lib = settings.open_library()
    key, public, secret = (tmp_path / name for name in ("mask.key", "public.key", "secret.key"))
    lib.make_mask_key(str(key))
    lib.make_seal_keys(str(public), str(secret))
    page.policy.setFilePath(str(tmp_path / "policy.json"))
    page.key.setFilePath(str(key))
    assert page.key_kind.text().startswith("Mask key ") and page.isValid()
    page.apply()
    assert page.times_applied == [1]
    assert settings.get(settings.MASK_KEY) == str(key)
    assert settings.get(settings.POLICY) == str(tmp_path / "policy.json")
    for wrong in (secret, public):
        page.key.setFilePath(str(wrong))
        assert "not a mask key" in page.key_kind.text() and not page.isValid()
        page.apply()
        assert settings.get(settings.MASK_KEY) == str(key)
    page.key.setFilePath(str(tmp_path / "later.key"))
    assert "a new key is made at first use" in page.key_kind.text() and page.isValid()
    QgsSettings().sync()
    kept = "\n".join(f"{name}={QgsSettings().value(name)}" for name in QgsSettings().allKeys())
    assert str(secret) not in kept
    for path in (key, secret):
        for word in path.read_text(encoding="utf-8").split():
            assert len(word) < 20 or word not in kept


@pytest.mark.parametrize("zone, kept", [("America/Chicago", "America/Chicago"),
                                        ("Mars/Olympus", "UTC"), ("", "UTC")])
def test_only_a_zone_that_exists_is_kept(page, zone, kept):
    from community_reports import settings

    page.zone.setCurrentText(zone)
    assert page.isValid() == (zone == kept)
    page.apply()
    assert settings.time_zone() == kept
