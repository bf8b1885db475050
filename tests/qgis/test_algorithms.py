# SPDX-License-Identifier: MIT
"""Each algorithm on small layers, held against what can be said without it."""

import collections

import pytest

import maps

TEMPORARY = "TEMPORARY_OUTPUT"


def rows(layer):
    return list(layer.getFeatures())


def grid(count=12, name="reports"):
    """Reports spread over the four beats, none on an edge."""
    return maps.points([((i % 4) / 2 + 0.1 + 0.01 * i, (i // 4) / 2 + 0.13) for i in range(count)],
                       name)


@pytest.fixture()
def key(tmp_path):
    return str(tmp_path / "mask.key")


def failure(run, name, **parameters):
    from qgis.core import QgsProcessingException

    with pytest.raises(QgsProcessingException) as problem:
        run(name, **parameters)
    return str(problem.value)


# --- the provider -------------------------------------------------------------------------------

def test_every_algorithm_is_described(plugin):
    from qgis.core import QgsApplication

    provider = QgsApplication.processingRegistry().providerById("community")
    assert provider.warningMessage() == ""
    names = {algorithm.name() for algorithm in provider.algorithms()}
    assert {"assignbeats", "publishoverlay", "maskpoints", "checkprivacy", "ingestreports",
            "countbybeat", "checkbeats", "addbeatversion", "comparebeats",
            "fencecheck", "finduplicates", "dateparts", "demodata",
            "weeklyoverlay"} == names
    for algorithm in provider.algorithms():
        assert algorithm.canExecute() == (True, "")
        assert len(algorithm.shortHelpString()) > 200 and len(algorithm.tags()) > 4
        assert "<img" in algorithm.shortHelpString() and not algorithm.icon().isNull()
        assert algorithm.groupId() in ("reports", "beats", "privacy", "analysis")
        with open(algorithm.picture(), encoding="utf-8") as file:
            assert "<svg" in file.read()


def test_without_the_library_one_sentence_in_every_place(plugin, run, monkeypatch):
    from qgis.core import QgsApplication

    monkeypatch.setenv("COMMUNITY_LIBRARY", "/nowhere/libcommunity.so.0")
    monkeypatch.setattr("community_reports.native._opened", {})
    provider = QgsApplication.processingRegistry().providerById("community")
    said = {provider.warningMessage(), provider.algorithm("assignbeats").canExecute()[1],
            failure(run, "assignbeats", INPUT=grid(), BEATS=[maps.beats()], OUTPUT=TEMPORARY)}
    assert len(said) == 1
    sentence = said.pop()
    assert "/nowhere/libcommunity.so.0" in sentence and "./dev install" in sentence


# --- reports ------------------------------------------------------------------------------------

def test_beats_as_of_the_date_of_the_report(run):
    beats = maps.layer("Polygon", "beats", ("beat:string", "valid_from:date", "valid_to:date"), [
        (maps.square(0, 0), ("old", None, "2024-07-01")),
        (maps.square(0, 0), ("new", "2024-07-01", None))])
    reports = maps.layer("Point", "reports", ("id:string", "occurred:string"), [
        (maps.at(0.5, 0.5), (day, day)) for day in ("2024-06-30", "2024-07-01", "2025-01-01")])
    found = run("assignbeats", INPUT=reports, BEATS=[beats], TIME_FIELD="occurred",
                OUTPUT=TEMPORARY)
    assert [f["beat"] for f in rows(found["OUTPUT"])] == ["old", "new", "new"]
    found = run("assignbeats", INPUT=reports, BEATS=[beats], AS_OF="2020-01-01T00:00:00",
                OUTPUT=TEMPORARY)
    assert [f["beat"] for f in rows(found["OUTPUT"])] == ["old"] * 3


def test_only_selected_features(run):
    from qgis.core import QgsProcessingFeatureSourceDefinition, QgsProject

    reports = grid()
    QgsProject.instance().addMapLayer(reports)
    reports.selectByExpression("id in ('r1', 'r2')")
    found = run("assignbeats", BEATS=[maps.beats()], OUTPUT=TEMPORARY,
                INPUT=QgsProcessingFeatureSourceDefinition(reports.id(), True))
    QgsProject.instance().removeMapLayer(reports)
    assert sorted(f["id"] for f in rows(found["OUTPUT"])) == ["r1", "r2"]


def test_a_report_without_a_place_is_kept(run):
    from qgis.core import QgsGeometry

    reports = maps.layer("Point", "reports", ("id:string",), [
        (QgsGeometry(), ("nowhere",)), (maps.at(0.5, 0.5), ("there",))])
    found = run("assignbeats", INPUT=reports, BEATS=[maps.beats()], OUTPUT=TEMPORARY,
                REJECTS=TEMPORARY)
    assert [f["beat_relation"] for f in rows(found["OUTPUT"])] == ["no_place", "inside"]
    assert [(f["id"], f["reason"]) for f in rows(found["REJECTS"])] == [("nowhere", "no_place")]


def test_from_file_to_file_it_says_the_same(run, tmp_path, monkeypatch):
    """The library reads and writes files by itself; other features pass one by one."""
    from qgis.core import QgsVectorFileWriter, QgsVectorLayer, QgsCoordinateTransformContext

    reports = maps.points((*maps.EDGES, (0.25, 0.75), (1.5, 1.99)))
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.layerName = "reports"
    given = tmp_path / "given.gpkg"
    QgsVectorFileWriter.writeAsVectorFormatV3(reports, str(given), QgsCoordinateTransformContext(),
                                              options)
    target = tmp_path / "with beats.gpkg"
    with monkeypatch.context() as patch:
        patch.delattr("community_reports.native.BeatSet.locate")  # none is asked for alone
        quick = run("assignbeats", INPUT=f"{given}|layername=reports", BEATS=[maps.beats()],
                    OUTPUT=str(target))
    slow = run("assignbeats", INPUT=reports, BEATS=[maps.beats()], OUTPUT=TEMPORARY)
    layer = QgsVectorLayer(str(target), "quick", "ogr")
    names = [f.name() for f in slow["OUTPUT"].fields()]
    for one, other in zip(rows(layer), rows(slow["OUTPUT"])):
        assert [one[name] or None for name in names] == [other[name] or None for name in names]
        assert one.geometry().equals(other.geometry())
    assert layer.crs() == reports.crs() and layer.featureCount() == 8
    assert {name: quick[name] for name in ("COUNT", "ASSIGNED", "AMBIGUOUS")} == \
        {name: slow[name] for name in ("COUNT", "ASSIGNED", "AMBIGUOUS")}


def test_cancel_stops_at_once(plugin):
    from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback

    feedback = QgsProcessingFeedback()
    feedback.cancel()
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("community:assignbeats")
    results, _ = algorithm.run({"INPUT": grid(), "BEATS": [maps.beats()], "OUTPUT": TEMPORARY},
                               QgsProcessingContext(), feedback)
    assert results == {}


def test_a_field_that_is_not_there_is_named(run):
    said = failure(run, "assignbeats", INPUT=grid(), BEATS=[maps.beats()], OUTPUT=TEMPORARY,
                   TIME_FIELD="when")
    assert said == "TIME_FIELD: reports has no field when; it has: id, secret"


def test_cancel_is_seen_within_a_thousand_reports(plugin):
    """That is 20 ms or so: every look at the button costs."""
    from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback

    from community_reports.algorithms.base import EVERY

    class Feedback(QgsProcessingFeedback):
        """Somebody cancels while reports pass."""

        looks = 0

        def isCanceled(self):
            Feedback.looks += 1
            return Feedback.looks > 6

    count = 20 * EVERY
    reports = maps.points([(0.5, 0.5)] * count)
    algorithm = QgsApplication.processingRegistry().createAlgorithmById("community:fencecheck")
    fences = maps.layer("Polygon", "fences", ("id:string", "action:string"),
                        [(maps.square(0, 0), ("school", "withhold"))])
    results, _ = algorithm.run({"INPUT": reports, "FENCES": [fences], "OUTPUT": TEMPORARY},
                               QgsProcessingContext(), Feedback())
    assert results == {} and Feedback.looks < 10


def test_fences_decide(run):
    fences = maps.layer("Polygon", "fences", ("id:string", "action:string"), [
        (maps.square(0, 0), ("school", "withhold")), (maps.square(1, 1), ("yard", "refuse"))])
    found = run("fencecheck", INPUT=maps.points(maps.EDGES), FENCES=[fences], OUTPUT=TEMPORARY)
    assert [f["fence_action"] for f in rows(found["OUTPUT"])] == [
        "withhold", "withhold", "refuse", "withhold", "withhold", "accept"]
    assert (found["WITHHOLD"], found["REFUSE"], found["ACCEPT"]) == (4, 1, 1)


# --- beats --------------------------------------------------------------------------------------

def test_flaws_are_found(run, tmp_path):
    beats = maps.layer("Polygon", "beats", ("beat:string",), [
        (maps.square(0, 0), ("A",)), (maps.square(0.9, 0), ("B",))])
    page = tmp_path / "flaws.html"
    found = run("checkbeats", BEATS=[beats], OUTPUT=TEMPORARY, AREAS=TEMPORARY, HTML=str(page))
    flaws = [(f["flaw"], f["severity"], {f["beat"], f["other_beat"]})
             for f in rows(found["OUTPUT"])]
    assert ("overlap", "fault", {"A", "B"}) in flaws
    assert found["FAULTS"] >= 1 and found["AREAS"].featureCount() >= 1
    assert "<html" in page.read_text(encoding="utf-8")
    clean = run("checkbeats", BEATS=[maps.beats()], OUTPUT=TEMPORARY)
    assert (clean["FAULTS"], clean["OUTPUT"].featureCount()) == (0, clean["DOUBTS"])


def test_a_version_is_added(run):
    edited = maps.layer("Polygon", "edited", ("beat:string",), [
        (maps.square(0, 0), ("A1",)), (maps.square(1, 0), ("B",)), (maps.square(0, 1), ("C",)),
        (maps.square(1, 1), ("D",))])
    found = run("addbeatversion", CURRENT=maps.beats(), EDITED=edited, NOTE="Order 7",
                EFFECTIVE="2026-04-01T00:00:00", OUTPUT=TEMPORARY)
    assert (found["ENDED"], found["BEGUN"]) == (4, 4)
    reports = maps.layer("Point", "reports", ("occurred:string",), [
        (maps.at(0.5, 0.5), (day,)) for day in ("2026-03-31", "2026-04-01")])
    answers = run("assignbeats", INPUT=reports, BEATS=[found["OUTPUT"]], TIME_FIELD="occurred",
                  OUTPUT=TEMPORARY)
    assert [f["beat"] for f in rows(answers["OUTPUT"])] == ["A", "A1"]
    assert "2026-04-01" in failure(run, "addbeatversion", CURRENT=found["OUTPUT"], EDITED=edited,
                                   EFFECTIVE="2026-03-01T00:00:00", OUTPUT=TEMPORARY)


def test_a_version_with_faults_is_refused(run):
    edited = maps.layer("Polygon", "edited", ("beat:string",), [
        (maps.square(0, 0), ("A",)), (maps.square(0.5, 0), ("B",))])
    said = failure(run, "addbeatversion", CURRENT=maps.beats(), EDITED=edited,
                   EFFECTIVE="2026-04-01T00:00:00", OUTPUT=TEMPORARY)
    assert "faults" in said


def test_versions_are_compared(run, tmp_path):
    new = maps.layer("Polygon", "new", ("beat:string",), [
        (maps.square(0, 0), ("A",)), (maps.square(1, 0), ("B2",)), (maps.square(0, 1), ("C",)),
        (maps.square(1, 1), ("D",))])
    crosswalk, package = tmp_path / "crosswalk.csv", tmp_path / "compare.gpkg"
    run("comparebeats", OLD=[maps.beats()], NEW=[new], OUTPUT=str(package), CSV=str(crosswalk))
    lines = [line.split(",")[:3] for line in crosswalk.read_text().splitlines()]
    assert ["B", "B2", "renamed"] in lines and ["A", "A", "unchanged"] in lines
    assert package.exists()


# --- privacy ------------------------------------------------------------------------------------

def test_masks_repeat_and_let_no_field_out(run, key):
    masked = [run("maskpoints", INPUT=grid(), ID_FIELD="id", KEY=key, LAW=1, OUTPUT=TEMPORARY)
              for _ in range(2)]
    places = [[(f["id"], f.geometry().asWkt(9)) for f in rows(m["OUTPUT"])] for m in masked]
    assert places[0] == places[1] and masked[0]["COUNT"] == 12
    assert "secret" not in masked[0]["OUTPUT"].fields().names()
    assert masked[0]["OUTPUT"].crs().authid() == "EPSG:4326"
    kept = run("maskpoints", INPUT=grid(), ID_FIELD="id", KEY=key, KEEP_FIELDS=["secret"],
               OUTPUT=TEMPORARY)
    assert {f["secret"] for f in rows(kept["OUTPUT"])} == {"Jane Roe"}


def test_a_field_that_tells_the_place_is_refused(run, key):
    reports = maps.layer("Point", "reports", ("id:string", "notes:string"), [
        (maps.at(0.5, 0.5), ("r1", "seen at 45.1567, 15.0064"))])
    said = failure(run, "maskpoints", INPUT=reports, ID_FIELD="id", KEY=key, KEEP_FIELDS=["notes"],
                   OUTPUT=TEMPORARY)
    assert "notes" in said and "45.1567" not in said


def test_privacy_is_checked(run, key, tmp_path):
    reports = grid(60)
    masked = run("maskpoints", INPUT=reports, ID_FIELD="id", KEY=key, OUTPUT=TEMPORARY)["OUTPUT"]
    page = tmp_path / "risk.html"
    found = run("checkprivacy", TRUTH=reports, ID_FIELD="id", PUBLISHED=[masked],
                OUTPUT=TEMPORARY, HTML=str(page))
    attacks = {f["attack"]: f for f in rows(found["OUTPUT"])}
    assert "nearest" in attacks and page.exists()
    assert found["FAILED"] == sum(f["verdict"] == "fail" for f in attacks.values())
    bare = run("checkprivacy", TRUTH=reports, ID_FIELD="id", PUBLISHED=[reports],
               LAW=3, RADIUS=250, OUTPUT=TEMPORARY)
    assert not bare["PASSED"] and bare["FAILED"] > 0


def test_an_overlay_of_layers(run, key, tmp_path):
    from qgis.core import QgsVectorLayer

    reports = maps.layer("Point", "reports", ("id:string", "occurred:string", "kind:string",
                                              "name:string"), [
        (maps.at(0.1 + 0.018 * i, 0.5), (f"r{i}", "2026-03-01T12:00:00", "theft", "Jane Roe"))
        for i in range(40)])
    overlay = tmp_path / "overlay.gpkg"
    found = run("publishoverlay", INPUT=reports, REF_FIELD="id", TIME_FIELD="occurred",
                CATEGORY_FIELD="kind", BEATS=[maps.beats()], KEY=key, OUTPUT=str(overlay))
    assert found["REPORTS"] == 40 and found["REFUSED"] == 0
    beats = QgsVectorLayer(f"{overlay}|layername=beats", "beats", "ogr")
    assert {f["beat_id"]: f["reports"] for f in beats.getFeatures()}["A"] == 40
    assert b"Jane Roe" not in overlay.read_bytes()
    assert "Give a store" in failure(run, "publishoverlay", OUTPUT=str(tmp_path / "none.gpkg"))


def test_reports_go_into_a_store_and_out_as_an_overlay(run, key, tmp_path):
    from community_reports import settings

    settings.open_library().make_seal_keys(str(tmp_path / "public.key"),
                                           str(tmp_path / "secret.key"))
    table = tmp_path / "reports.csv"
    lines = ["id,occurred,category,lon,lat"]
    lines += [f"r{i},2026-03-01T12:00:00,theft,{15.001 + i * 2e-4},45.155" for i in range(40)]
    table.write_text("\n".join([*lines, "bad,2026-03-01,theft,0,0", ",,,,"]) + "\n")
    store = tmp_path / "store.db"
    first = run("ingestreports", INPUT=str(table), STORE=str(store), KEY=key,
                BEATS=[maps.beats()], PUBLIC_KEY=str(tmp_path / "public.key"), REJECTS=TEMPORARY)
    assert first["ACCEPTED"] == 40
    reasons = collections.Counter(f["reason"] for f in rows(first["REJECTS"]))
    assert reasons["null_island"] == 1 and sum(reasons.values()) == first["REFUSED"] == 2
    again = run("ingestreports", INPUT=str(table), STORE=str(store), KEY=key)
    assert (again["ACCEPTED"], again["DUPLICATE"]) == (0, 40)
    table.write_text(f"{lines[0]}\nlate,,theft,15.001,45.155\n")
    third = run("ingestreports", INPUT=str(table), STORE=str(store), KEY=key, REJECTS=TEMPORARY)
    assert [f["reason"] for f in rows(third["REJECTS"])] == ["missing_time"]
    found = run("publishoverlay", STORE=str(store), OUTPUT=str(tmp_path / "overlay.gpkg"))
    assert found["REPORTS"] == 40


# --- analysis -----------------------------------------------------------------------------------

def test_counts_add_up(run):
    points = maps.points(maps.EDGES)
    found = run("countbybeat", INPUT=points, BEATS=[maps.beats()], OUTPUT=TEMPORARY,
                TABLE=TEMPORARY)
    counts = {f["beat"]: f["reports"] for f in rows(found["OUTPUT"])}
    assert sum(counts.values()) == 5 and set(counts) == set("ABCD")
    assert (found["COUNT"], found["NO_BEAT"]) == (6, 1)
    table = collections.Counter()
    for f in rows(found["TABLE"]):
        table[f["beat"]] += f["reports"]
    assert table == {**{b: n for b, n in counts.items() if n}, "": 1}


def test_change_from_the_period_before(run):
    days = ["2026-03-01"] * 4 + ["2026-02-27"] * 2 + ["2025-01-01"]
    reports = maps.layer("Point", "reports", ("occurred:string",),
                         [(maps.at(0.5, 0.5), (day,)) for day in days])
    found = run("countbybeat", INPUT=reports, BEATS=[maps.beats()], TIME_FIELD="occurred",
                SINCE="2026-03-01T00:00:00", UNTIL="2026-03-08T00:00:00", OUTPUT=TEMPORARY)
    counts = {f["beat"]: f for f in rows(found["OUTPUT"])}
    assert (counts["A"]["reports"], counts["A"]["previous"], counts["A"]["change_pct"]) == (
        4, 2, 100)
    assert not counts["B"]["change_pct"]  # nothing before: no change, not an infinite one
    assert counts["A"]["low"] < 4 < counts["A"]["high"]


@pytest.mark.once
def test_intervals_are_those_of_the_poisson_law():
    from scipy.stats import chi2

    from community_reports.algorithms.count_by_beat import poisson_interval

    for count in (1, 2, 5, 10, 100, 5000):
        low, high = poisson_interval(count)
        exact = chi2.ppf(0.025, 2 * count) / 2, chi2.ppf(0.975, 2 * count + 2) / 2
        room = 0.01 if count >= 5 else 0.4
        assert abs(low - exact[0]) <= room * max(exact[0], 0.3)
        assert abs(high - exact[1]) <= room * exact[1]
    assert poisson_interval(0)[0] == 0


def test_noise_for_publication(run, key):
    noisy = [run("countbybeat", INPUT=grid(), BEATS=[maps.beats()], NOISE=True, KEY=key,
                 RELEASE="week 9", EPSILON=0.5, OUTPUT=TEMPORARY) for _ in range(2)]
    counts = [{f["beat"]: f["reports"] for f in rows(n["OUTPUT"])} for n in noisy]
    assert counts[0] == counts[1] and set(counts[0]) == set("ABCD")
    assert "COUNT" not in noisy[0]  # the exact total does not leave beside the noise
    assert "mask key" in failure(run, "countbybeat", INPUT=grid(), BEATS=[maps.beats()],
                                 NOISE=True, OUTPUT=TEMPORARY)


def test_duplicates_are_linked(run):
    reports = maps.layer("Point", "reports", ("id:string", "occurred:string"), [
        (maps.at(0.5, 0.5), ("a", "2026-03-01T12:00:00")),
        (maps.at(0.52, 0.5), ("b", "2026-03-01T12:30:00")),
        (maps.at(0.9, 0.5), ("c", "2026-03-01T12:30:00"))])
    found = run("finduplicates", INPUT=reports, ID_FIELD="id", TIME_FIELD="occurred",
                OUTPUT=TEMPORARY)
    link, = rows(found["OUTPUT"])
    assert (link["first"], link["second"], link["originator"]) == ("a", "b", "a")
    assert abs(link["metres"] - 20) < 0.1 and link["minutes"] == 30
    assert abs(link.geometry().length() - 20) < 1e-6
    assert (found["LINKS"], found["GROUPS"]) == (1, 1)


def test_local_date_parts(run):
    reports = maps.layer("Point", "reports", ("id:string", "occurred:string"), [
        (maps.at(0.5, 0.5), ("a", "2026-07-04T04:30:00Z")), (maps.at(0.5, 0.5), ("b", None))])
    found = run("dateparts", INPUT=reports, TIME_FIELD="occurred", TIME_ZONE="America/Chicago",
                SHIFTS="day=07:00-15:00\nnight=23:00-07:00", OUTPUT=TEMPORARY)
    late, none = rows(found["OUTPUT"])
    assert (late["id"], late["local_date"], late["local_hour"], late["local_shift"]) == (
        "a", "2026-07-03", 23, "night")
    assert none["id"] == "b" and not none["local_time"]


@pytest.mark.once
def test_the_demonstration_city_is_the_one_of_the_tests(run, tmp_path):
    run("demodata", OUTPUT=str(tmp_path / "city"), REPORTS=50)
    names = {path.name for path in (tmp_path / "city").iterdir()}
    assert {"beats_before.geojson", "reports.csv", "policy.json", "truth.json"} <= names


def test_no_passing_file_is_left(run, key, tmp_path, monkeypatch):
    import tempfile

    folder = tmp_path / "passing"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    run("maskpoints", INPUT=grid(), ID_FIELD="id", KEY=key, OUTPUT=TEMPORARY)
    run("checkbeats", BEATS=[maps.beats()], OUTPUT=TEMPORARY)
    failure(run, "maskpoints", INPUT=grid(), ID_FIELD="id", KEY=key, KEEP_FIELDS=["id"],
            LAW=4, OUTPUT=TEMPORARY)
    assert list(folder.glob("community-*")) == []
