"""Several files of the same shape as one data set."""

import io
import zipfile

import pandas as pd
import pytest

from workbench.errors import CannotRead
from workbench.runtime.reading import read_raw
from workbench.store import Store

JANUARY = "id;day;price;kind\n1;13.01.2025;1,5;a\n2;14.01.2025;2,25;b\n3;15.01.2025;3,0;a\n4;16.01.2025;1.200,5;c\n"


@pytest.fixture
def project(store):
    return store.create_project("p")


def staged(store, text, name, encoding="utf-8"):
    path = store.staging() / f"upload-{name}"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path, name


def begun(store, project, text=JANUARY, name="january.csv"):
    return store.take_in(project.id, *staged(store, text, name))


def test_a_file_of_the_same_form_is_put_below(store, project):
    old = begun(store, project)
    files = [
        staged(store, "id;day;price;kind\n5;01.02.2025;4,5;a\n", "february.csv"),
        staged(store, "kind;id;price;day\nb;6;7,5;01.03.2025\n", "march.csv"),
    ]
    new = store.append_files(project.id, old.fingerprint, files)
    assert (new.name, new.n_rows, new.read.member) == ("january.csv and 2 more", 6, "*")
    table = store.load_table(new.fingerprint)
    assert table["id"].astype(int).tolist() == [1, 2, 3, 4, 5, 6]
    assert table["price"].tolist() == [1.5, 2.25, 3.0, 1200.5, 4.5, 7.5]
    assert table["kind"].tolist() == ["a", "b", "a", "c", "a", "b"]
    assert table["day"].tolist()[-2:] == [pd.Timestamp("2025-02-01"), pd.Timestamp("2025-03-01")]
    assert store.load_raw(new.fingerprint)["price"].tolist() == ["1,5", "2,25", "3,0", "1.200,5", "4,5", "7,5"]
    assert new.file_notes == ()
    assert store.project(project.id).draft.dataset == new.fingerprint
    assert not any(path.exists() for path, _ in files)
    with zipfile.ZipFile(new.raw_path) as archive:
        assert archive.namelist() == ["001 january.csv", "002 february.csv", "003 march.csv"]
        assert archive.read("001 january.csv").decode() == JANUARY


def test_more_can_be_put_below_what_was_put_together(store, project):
    old = begun(store, project)
    new = store.append_files(project.id, old.fingerprint, [staged(store, JANUARY.replace("13.", "17."), "a.csv")])
    new = store.append_files(project.id, new.fingerprint, [staged(store, JANUARY.replace("13.", "18."), "b.csv")])
    assert (new.name, new.n_rows) == ("january.csv and 2 more", 12)
    again = store.retype_dataset(new.fingerprint, project.id, new.schema)
    assert (again.name, again.n_rows, again.fingerprint) == (new.name, 12, new.fingerprint)


def test_a_file_of_another_form_is_written_again_by_the_first_files_rules(store, project):
    old = begun(store, project)
    other = 'A title\n\n"ID","Day","Price","Kind","extra"\n5,2025-02-28,"1,200.50",ä; b,x\n6,2025-03-31,7.25,c,y\n'
    new = store.append_files(project.id, old.fingerprint, [staged(store, other, "february.csv", "cp1252")])
    table = store.load_table(new.fingerprint)
    assert table["price"].tolist() == [1.5, 2.25, 3.0, 1200.5, 1200.5, 7.25], "the decimal mark is another one"
    assert table["day"].tolist()[-2:] == [pd.Timestamp("2025-02-28"), pd.Timestamp("2025-03-31")]
    assert table["kind"].tolist()[-2:] == ["ä; b", "c"]
    assert new.misfits == {}
    assert any("1 column that the first file does not have, left out: “extra”" in note for note in new.notes)
    assert any("put in its form: “day”, “price”" in note for note in new.notes)
    assert new.file_notes == new.notes[: len(new.file_notes)]


def test_numbers_that_fit_both_ways_are_pointed_out(store, project):
    old = begun(store, project)
    assert old.schema.column("price").thousands == "."
    part = "id,day,price,kind\n" + "".join(f"{n},1{n}.01.2025,{n}.25{n},a\n" for n in range(1, 9))
    new = store.append_files(project.id, old.fingerprint, [staged(store, part, "point.csv")])
    assert any("“point.csv”: the numbers in “price” are read as in the first file" in note for note in new.notes)
    assert store.load_table(new.fingerprint)["price"].tolist()[-1] == 8258.0


def test_columns_that_are_missing_are_blank_and_said(store, project):
    old = begun(store, project)
    new = store.append_files(project.id, old.fingerprint, [staged(store, "id;price;day\n5;4,5;01.02.2025\n", "f.csv")])
    assert store.load_table(new.fingerprint)["kind"].isna().tolist() == [False] * 4 + [True]
    assert new.file_notes == ("“f.csv” lacks 1 column of the first file, blank in its rows: “kind”.",)


def test_a_file_without_names_is_taken_by_place(store, project):
    old = begun(store, project)
    bare = "\n".join(JANUARY.splitlines()[1:]) + "\n"
    read = old.read.but(header_rows=0, names=())
    assert len(read_raw(staged(store, bare, "x.csv")[0], read.model_dump(mode="json"))) == 4
    new = store.append_files(project.id, old.fingerprint, [staged(store, bare, "bare.csv")])
    if new.n_rows == 8:
        assert store.load_table(new.fingerprint)["price"].tolist() == [1.5, 2.25, 3.0, 1200.5] * 2


def test_whole_numbers_become_numbers_where_a_part_has_decimals(store, project):
    old = begun(store, project, "n,k\n" + "".join(f"{n * n % 37},{n % 3}x\n" for n in range(40)), "whole.csv")
    assert old.schema.column("n").meaning == "integer"
    more = "n,k\n" + "".join(f"{n}.5,{n % 3}x\n" for n in range(40))
    new = store.append_files(project.id, old.fingerprint, [staged(store, more, "half.csv")])
    assert new.schema.column("n").meaning == "number"
    assert store.load_table(new.fingerprint)["n"].tolist()[-1] == 39.5
    assert "“half.csv”: “n” has decimals here, so it is a number now, no whole number." in new.notes


def test_another_table_is_refused_and_nothing_changes(store, project):
    old = begun(store, project)
    path, name = staged(store, "name,price,size,colour\nx,1,2,red\ny,2,3,blue\n", "other.csv")
    with pytest.raises(CannotRead, match=r"“other\.csv” has 1 of the 4 columns of the first file"):
        store.append_files(project.id, old.fingerprint, [(path, name)])
    assert store.project(project.id).draft.dataset == old.fingerprint
    assert path.exists()


def test_a_part_that_is_no_table_is_named(store, project):
    old = begun(store, project)
    with pytest.raises(CannotRead, match=r"^“empty\.csv”: "):
        store.append_files(project.id, old.fingerprint, [staged(store, "", "empty.csv")])


def test_what_the_first_files_encoding_cannot_say_is_refused(store, project):
    old = begun(store, project, JANUARY.replace(";a", ";ä"), "january.csv")
    assert old.read.encoding == "utf-8"
    latin = store.take_in(project.id, *staged(store, JANUARY.replace(";a", ";äöü é"), "l.csv", "cp1252"))
    assert latin.read.encoding != "utf-8"
    with pytest.raises(CannotRead, match="has the character “Ω”"):
        store.append_files(project.id, latin.fingerprint, [staged(store, JANUARY.replace(";a", ";Ω"), "omega.csv")])


def workbook(rows, sheet):
    from workbench.specs import ReadSpec
    from workbench.store.part_files import write_part

    table = pd.DataFrame(
        {position: pd.Series(list(cells), dtype=object) for position, cells in enumerate(zip(*rows, strict=True))}
    )
    return write_part(table, ["id", "day", "kind"], ReadSpec(format="excel", sheet=sheet))


def test_workbooks_with_sheets_of_other_names_go_together(store, project):
    days = pd.date_range("2025-01-01", periods=6).to_pydatetime()
    first = workbook([(n + 0.5, days[n], "ab"[n % 2]) for n in range(3)], "January")
    second = workbook([(n + 0.5, days[n], "ab"[n % 2]) for n in range(3, 6)], "February & more")
    old = begun(store, project, first, "january.xlsx")
    assert old.read.sheet == "January"
    new = store.append_files(project.id, old.fingerprint, [staged(store, second, "february.xlsx")])
    table = store.load_table(new.fingerprint)
    assert table["id"].tolist() == [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]
    assert table["day"].tolist() == [pd.Timestamp(day) for day in days]


@pytest.mark.parametrize("kind", ["json", "jsonl", "parquet", "fwf"])
def test_a_delimited_part_fits_below_any_kind_that_is_written(store, project, kind):
    frame = pd.DataFrame({"id": [10.5, 20.5, 30.5], "kind": ["aa", "bb", "cc"]})
    if kind == "parquet":
        buffer = io.BytesIO()
        frame.to_parquet(buffer)
        text = buffer.getvalue()
    elif kind == "fwf":
        cells = [(10.5 * n, "aa" if n % 3 else "", n) for n in range(1, 30)]
        text = "".join(f"{a:<10}{b:<6}{c}\n" for a, b, c in [("id", "kind", "z"), *cells])
    else:
        text = frame.to_json(orient="records", lines=kind == "jsonl")
    old = begun(store, project, text, f"first.{kind}")
    more = "kind,id,z\naa,40.5,7\nbb,50.5,8\n" if kind == "fwf" else "kind,id\naa,40.5\nbb,50.5\n"
    new = store.append_files(project.id, old.fingerprint, [staged(store, more, "more.csv")])
    assert new.read.format == old.read.format
    assert store.load_table(new.fingerprint)["id"].astype(float).tolist()[-2:] == [40.5, 50.5]


def test_a_project_with_parts_opens_elsewhere(store, project, tmp_path):
    old = begun(store, project)
    new = store.append_files(project.id, old.fingerprint, [staged(store, "id;price;day\n5;4,5;01.02.2025\n", "f.csv")])
    with Store.open(tmp_path / "elsewhere") as other:
        opened = other.import_project(store.export_project(project.id, tmp_path / "p.workbench"))
        dataset = other.dataset(opened.draft.dataset, opened.id)
        assert (dataset.fingerprint, dataset.name, dataset.notes) == (new.fingerprint, new.name, new.notes)
        assert other.load_table(dataset.fingerprint).equals(store.load_table(new.fingerprint))


def test_a_single_file_is_read_by_the_rules_of_the_whole(store, project, tmp_path):
    old = begun(store, project)
    new = store.append_files(project.id, old.fingerprint, [staged(store, JANUARY, "again.csv")])
    path = tmp_path / "later.csv"
    path.write_text(JANUARY, encoding="utf-8")
    raw = read_raw(path, new.read.model_dump(mode="json"))
    assert raw["price"].tolist() == ["1,5", "2,25", "3,0", "1.200,5"]
    assert list(raw.columns) == ["id", "day", "price", "kind"]
    assert new.notes[0] == "“again.csv” holds the same as a file before it, so its rows are in the table twice."


def test_the_service_of_what_was_put_together_scores_a_single_file(store, project, tmp_path):
    from workbench.export import manifest
    from workbench.export.file_rows import predict_file
    from workbench.modeling.planning import plan_experiment
    from workbench.runtime.scorer import Scorer
    from workbench.specs import CandidateSpec
    from workbench.training import fit

    lines = [f"{n % 9},{(n * 7) % 11};{'yes' if n % 9 > 4 else 'no'}\n" for n in range(60)]
    parts = ["x,z;bought\n".replace(",", ";"), *[line.replace(",", ";") for line in lines]]
    text = "".join(parts)
    old = begun(store, project, text, "first.csv")
    other = text.replace(";", ",").replace("x,z,bought", "X,Z,Bought")
    new = store.append_files(project.id, old.fingerprint, [staged(store, other, "second.csv")])
    table = store.load_table(new.fingerprint)
    assert len(table) == 120
    draft = store.project(project.id).draft.but(target="bought", candidates=(CandidateSpec(kind="decision_tree"),))
    spec = plan_experiment(table, new.schema, draft).spec
    pipeline = fit(table, spec, "decision_tree")
    path = tmp_path / "later.csv"
    path.write_text(text, encoding="utf-8")
    scored = predict_file(path, Scorer(pipeline, manifest(pipeline, spec, table, read=new.read, key="decision_tree")))
    assert list(scored.predictions["prediction"]) == ["yes" if n % 9 > 4 else "no" for n in range(60)]
