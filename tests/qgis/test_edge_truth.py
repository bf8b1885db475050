# SPDX-License-Identifier: MIT
"""Six points, four of them on edges of beats: what QGIS's own tools count, and what ours do."""

import collections

import maps


def own_tools(beats, points):
    """What QGIS itself says: points counted in polygons, and rows of a join by location."""
    import processing

    counted = processing.run("native:countpointsinpolygon", {
        "POLYGONS": beats, "POINTS": points, "OUTPUT": "TEMPORARY_OUTPUT"})["OUTPUT"]
    joins = {}
    for name, predicate in (("intersects", 0), ("within", 5)):
        for kind, method in (("one to many", 0), ("first match", 1)):
            rows = processing.run("native:joinattributesbylocation", {
                "INPUT": points, "JOIN": beats, "PREDICATE": [predicate], "METHOD": method,
                "DISCARD_NONMATCHING": False, "OUTPUT": "TEMPORARY_OUTPUT"})["OUTPUT"]
            joins[name, kind] = [(f["id"], f["beat"] or "") for f in rows.getFeatures()]
    return sum(int(f["NUMPOINTS"]) for f in counted.getFeatures()), joins


def test_the_tools_of_qgis_lose_or_double_points_on_edges(qgis):
    counted, joins = own_tools(maps.beats(), maps.points(maps.EDGES))
    assert counted == 1  # of five that lie in the beats
    assert sum(bool(beat) for _, beat in joins["within", "first match"]) == 1
    assert len(joins["intersects", "one to many"]) == 11  # of six points


def test_the_first_match_of_qgis_hangs_on_the_order_of_the_layer(qgis):
    beats, points = maps.beats(), maps.points(maps.EDGES)
    turned = maps.layer("Polygon", "turned", ("beat:string",), [
        (maps.square(column, row), (name,)) for name, column, row in reversed(maps.SQUARES)])
    first = [own_tools(layer, points)[1]["intersects", "first match"] for layer in (beats, turned)]
    assert sorted(first[0]) != sorted(first[1])


def test_ours_answers_every_point_once(run):
    points = maps.points(maps.EDGES)
    for beats in (maps.beats(), maps.layer("Polygon", "turned", ("beat:string",), [
            (maps.square(column, row), (name,)) for name, column, row in reversed(maps.SQUARES)])):
        found = run("assignbeats", INPUT=points, BEATS=[beats], OUTPUT="TEMPORARY_OUTPUT",
                    REJECTS="TEMPORARY_OUTPUT")
        rows = {f["id"]: f for f in found["OUTPUT"].getFeatures()}
        assert found["OUTPUT"].featureCount() == len(rows) == found["COUNT"] == 6
        assert found["ASSIGNED"] == 5
        per_beat = collections.Counter(f["beat"] for f in rows.values() if f["beat"])
        assert sum(per_beat.values()) == 5
        assert rows["r0"]["beat_relation"] == "inside"
        assert {rows[i]["beat_ambiguous"] for i in ("r1", "r2", "r3", "r4")} == {1}
        assert rows["r2"]["beat_candidates"].count("@") == 4
        assert not rows["r5"]["beat"] and rows["r5"]["beat_relation"] == "outside"
        rejected = [(f["id"], f["reason"]) for f in found["REJECTS"].getFeatures()]
        assert rejected == [("r5", "outside")]
