"""JSON as programs write it: wrapped, by columns, one after another, GeoJSON; damaged and odd ones."""

import json

import pandas as pd
import pytest

from workbench.data import open_table
from workbench.errors import CannotRead
from workbench.runtime import json_files

ROWS = [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]
FORMS = {
    "records": json.dumps(ROWS),
    "lines": "\n".join(map(json.dumps, ROWS)),
    "one after another": "".join(json.dumps(row, indent=1) for row in ROWS),
    "lines of lists": '["a", "b"]\n[1, "x"]\n[2, "y"]\n',
    "wrapped": json.dumps({"meta": {"n": 2, "tags": [{"t": 1}]}, "response": {"page": 1, "items": ROWS}}),
    "columns": json.dumps({"a": [1, 2], "b": ["x", "y"]}),
    "pandas": pd.DataFrame(ROWS).to_json(),
    "pandas split": pd.DataFrame(ROWS).to_json(orient="split"),
    "pandas table": pd.DataFrame(ROWS).to_json(orient="table", index=False),
    "by key": json.dumps({"k1": ROWS[0], "k2": ROWS[1]}),
    "lists": json.dumps([["a", "b"], [1, "x"], [2, "y"]]),
    "byte order mark": "\ufeff" + json.dumps(ROWS),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_every_form_is_the_same_table(tmp_path, form, encoding):
    (tmp_path / "t.json").write_text(FORMS[form], encoding=encoding)
    table = open_table(tmp_path / "t.json").table
    assert table.to_dict("list") == {"a": [1, 2], "b": ["x", "y"]}


def test_features_on_a_map(tmp_path):
    features = [
        {
            "type": "Feature",
            "properties": {"name": f"place {n}", "info": {"size": n}},
            "geometry": {"type": "Point", "coordinates": [10 + n, 50]},
        }
        for n in range(3)
    ]
    (tmp_path / "t.geojson").write_text(
        json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8"
    )
    table = open_table(tmp_path / "t.geojson").table
    assert table.columns.tolist() == ["name", "info.size", "longitude", "latitude"]
    assert table["longitude"].tolist() == [10, 11, 12]


def test_odd_values(tmp_path):
    (tmp_path / "t.json").write_text('[{"a": NaN, "b": 1e400, "c": 1, "c": 2}, {"a": 2, "b": 3}]', encoding="utf-8")
    table = open_table(tmp_path / "t.json").table
    assert table["a"].isna().tolist() == [True, False] and table["c"].dropna().tolist() == [2]


@pytest.mark.parametrize(
    "text, sentence",
    [
        ('[{"a": 1},\n {"a": 2},\n {"a"', "at line 3"),
        ('{"a": 1}\n{"a": ', "Line 2"),
        ('[{"a": 1}', "not complete JSON"),
        ('{"a": ' * 50_000, "not complete JSON"),
    ],
)
def test_damaged_json(tmp_path, text, sentence):
    (tmp_path / "t.json").write_text(text, encoding="utf-8")
    with pytest.raises(CannotRead, match=sentence):
        open_table(tmp_path / "t.json")


def test_json_beyond_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(json_files, "MAX_BYTES", 10)
    (tmp_path / "t.json").write_text(FORMS["records"], encoding="utf-8")
    with pytest.raises(CannotRead, match="more than can be read at once"):
        open_table(tmp_path / "t.json")
