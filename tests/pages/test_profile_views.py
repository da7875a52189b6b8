"""The views of the Profile page: columns filtered, sorted and saved, pairs, the target, and another table."""

import io

import numpy as np
import pandas as pd
import pytest

from workbench.profiling.pairs.missingness import BlankTogether
from workbench.ui import (
    column_filters,
    column_view,
    difference_job,
    difference_view,
    findings,
    profile_compare,
    profile_pairs,
    profile_target,
    reading_job,
    state,
)


def table():
    """Return 200 rows: ``double`` is twice ``size``, ``kind`` decides ``code``, and large flats are sold."""
    rows = np.arange(200)
    size = (rows * 37) % 101 + 20.0
    return pd.DataFrame(
        {
            "id": [f"F{1000 + row}" for row in rows],
            "size": size,
            "double": size * 2,
            "kind": [("flat", "house", "barn")[row % 3] for row in rows],
            "code": [("F", "H", "B")[row % 3] for row in rows],
            "extra": [f"text {row % 7}" if row % 4 else None for row in rows],
            "other": [float(row % 7) if row % 4 else None for row in rows],
            "since": pd.Timestamp("2024-01-01") + pd.to_timedelta(rows, unit="D"),
            "sold": np.where(size + (rows * 13) % 11 > 70, "yes", "no"),
        }
    )


@pytest.fixture
def project(store):
    made = store.create_project("Flats")
    store.add_frame(made.id, table(), "flats", origin="file")
    made = store.project(made.id)
    return store.save_draft(made.id, made.draft.but(target="sold"))


@pytest.fixture
def opened(open_app, project):
    """Return a function that opens a view of the page."""

    def open_view(view):
        app = open_app("profile", project.id)
        app.session_state[findings.VIEW_KEY] = view
        app.run()
        assert not app.exception
        return app

    return open_view


def names_in(app):
    return app.dataframe[0].value["column"].tolist()


def words(app):
    return "\n".join(element.value for element in (*app.markdown, *app.caption))


def profile_of(project):
    return state.profile_of(project.draft.dataset, "sold", None)


def test_without_a_target_there_is_no_view_of_it(open_app, store, project):
    store.save_draft(project.id, project.draft.but(target=""))
    app = open_app("profile", project.id)
    assert [option.split(" · ")[0] for option in app.get_by_key(findings.VIEW_KEY).options] == [
        "Findings",
        "Columns",
        "Pairs",
        "Compare",
    ]


def test_columns_are_filtered_by_meaning_and_by_what_needs_a_look(opened, project):
    app = opened("columns")
    app.selectbox(key=column_filters.MEANING_KEY).select("category").run()
    assert names_in(app) == ["kind", "code", "extra"]
    app.get_by_key(column_filters.LOOK_KEY).select("With blanks").run()
    assert names_in(app) == ["extra"]
    app.selectbox(key=column_filters.MEANING_KEY).set_value(None).run()
    assert names_in(app) == ["extra", "other"]
    app.get_by_key(column_filters.LOOK_KEY).select("Left out").run()
    assert "id" in names_in(app)


def test_what_is_not_offered_any_more_is_dropped(opened, store, project):
    app = opened("columns")
    app.selectbox(key=column_filters.SORT_KEY).select("Goes most with sold").run()
    app.get_by_key(column_filters.LOOK_KEY).select("Goes with sold").run()
    assert names_in(app) != list(table().columns)
    store.save_draft(project.id, store.project(project.id).draft.but(target=""))
    app.run()
    assert not app.exception
    assert names_in(app) == list(table().columns)
    assert app.selectbox(key=column_filters.SORT_KEY).value == "As in the file"


def test_columns_are_sorted_and_saved_as_they_stand(opened, project):
    app = opened("columns")
    app.selectbox(key=column_filters.SORT_KEY).select("Goes most with sold").run()
    assert set(names_in(app)[:2]) == {"size", "double"}
    app.selectbox(key=column_filters.SORT_KEY).select("Most blanks").run()
    assert names_in(app)[:2] == ["extra", "other"]
    profile = profile_of(project)
    saved = column_filters.saved(profile, ["other", "size"], {"size": "left out"})
    assert saved["name"].tolist() == ["other", "size"]
    assert saved["missing_count"].tolist() == [50, 0]
    assert saved["note"].tolist() == ["", "left out"]
    assert saved.loc["size", "mean"] == table()["size"].mean()
    assert not saved.map(lambda cell: isinstance(cell, (tuple, list, dict))).any().any()


def test_a_name_that_is_a_formula_is_saved_as_text(store):
    made = store.create_project("Hostile")
    store.add_frame(made.id, table().rename(columns={"size": "=1+1"}), "flats", origin="file")
    profile = state.profile_of(store.project(made.id).draft.dataset)
    text = column_filters.pictures.csv_of(column_filters.saved(profile, ["=1+1"], {})).decode("utf-8-sig")
    assert pd.read_csv(io.StringIO(text))["name"].tolist() == ["'=1+1"]


def test_the_next_and_the_last_column_are_one_click_away(opened):
    app = opened("columns")
    assert app.selectbox(key=findings.COLUMN_KEY).value == "id"
    app.button(key="page.profile.column.1").click().run()
    assert app.selectbox(key=findings.COLUMN_KEY).value == "size"
    app.button(key="page.profile.column.-1").click().run()
    app.button(key="page.profile.column.-1").click().run()
    assert app.selectbox(key=findings.COLUMN_KEY).value == "sold"


def test_a_column_leads_to_the_one_it_goes_with_most(opened):
    app = opened("columns")
    app.selectbox(key=findings.COLUMN_KEY).select("kind").run()
    assert not app.exception
    app.button(key="page.profile.partner.code").click().run()
    assert not app.exception
    assert app.session_state[findings.VIEW_KEY] == "pairs"
    assert app.selectbox(key=profile_pairs.LEFT_KEY).value == "kind"
    assert app.selectbox(key=profile_pairs.RIGHT_KEY).value == "code"


def test_whether_a_column_is_known_when_predicting_is_answered_beside_its_figures(opened, store, project):
    app = opened("columns")
    app.selectbox(key=findings.COLUMN_KEY).select("other").run()
    key = f"{column_view.KNOWN_KEY}.other"
    assert app.get_by_key(key).value == "yes"
    app.get_by_key(key).select("later").run()
    assert not app.exception
    (choice,) = store.project(project.id).draft.choices
    assert (choice.name, choice.known, choice.use) == ("other", "later", False)
    assert app.get_by_key(key).value == "later"
    app.get_by_key(key).select("yes").run()
    assert store.project(project.id).draft.choices == ()
    app.selectbox(key=findings.COLUMN_KEY).select("sold").run()
    assert not app.exception


def test_pairs_are_listed_the_strongest_first(opened, project):
    app = opened("pairs")
    listed = app.dataframe[0].value
    pairs = profile_of(project).associations.pairs
    assert list(zip(listed["left"], listed["right"], strict=True)) == [(pair.left, pair.right) for pair in pairs]
    assert ("kind", "code") in {(pair.left, pair.right) for pair in pairs}
    at = next(at for at, pair in enumerate(pairs) if (pair.left, pair.right) == ("size", "double"))
    assert listed["correlation"][at] == pytest.approx(1)
    assert "adjusted contingency coefficient" in words(app)


def test_any_two_columns_are_seen_beside_each_other_and_swapped(opened):
    app = opened("pairs")
    app.selectbox(key=profile_pairs.LEFT_KEY).select("size").run()
    app.selectbox(key=profile_pairs.RIGHT_KEY).select("kind").run()
    assert not app.exception
    app.button(key="page.profile.pairs.swap").click().run()
    assert app.selectbox(key=profile_pairs.LEFT_KEY).value == "kind"
    app.selectbox(key=profile_pairs.RIGHT_KEY).select("kind").run()
    assert "two different columns" in app.info[0].value


def test_the_map_of_pairs_takes_the_place_of_the_list(opened):
    app = opened("pairs")
    app.get_by_key("page.profile.pairs.form").select("Map").run()
    assert not app.exception
    assert len(app.dataframe) == 0


def test_blanks_of_the_same_rows_are_told(opened):
    app = opened("pairs")
    assert "“extra” and “other”: all blank in 50 rows, never one without the other" in words(app)


def test_words_of_blanks_that_are_nearly_together():
    group = BlankTogether(("a", "b"), 30, 31)
    assert profile_pairs.blank_words(group) == "“a” and “b”: all blank in 30 rows; in 1 more row only some of them"


def test_the_target_is_shown_with_what_it_goes_with(opened, project):
    app = opened("target")
    share = (table()["sold"] == "yes").mean()
    assert f"“yes” is the answer in {share:.0%}".replace("%", " %") in words(app)
    listed = app.dataframe[0].value
    profile = profile_of(project)
    assert listed["column"].tolist() == [column.name for column in profile.ranked]
    assert listed["strength"].tolist() == [round(100 * column.strength.value) for column in profile.ranked]
    assert app.session_state[profile_target.COLUMN_KEY] == profile.ranked[0].name


def test_a_target_of_one_answer_is_said_to_be_so(open_app, store, project):
    frame = table().assign(sold="yes")
    store.add_frame(project.id, frame, "flats", origin="file")
    app = open_app("profile", project.id)
    app.session_state[findings.VIEW_KEY] = "target"
    app.run()
    assert not app.exception
    assert "the same answer in every row" in app.info[0].value


def test_a_file_is_looked_at_beside_the_table_in_work(opened, store, project, drop_files):
    before = store.project(project.id).draft
    newer = table().drop(columns="code").assign(kind=["tent"] * 200, size=lambda frame: frame["size"] + 500)
    app = opened("compare")
    app = drop_files(app, "beside", ("newer.csv", newer.to_csv(index=False).encode()))
    assert not app.exception
    assert store.project(project.id).draft == before
    assert "Column that is gone: **code**" in words(app)
    listed = app.dataframe[0].value.set_index("column")
    assert listed.loc["kind", "verdict"] == listed.loc["size", "verdict"] == "differs much"
    assert listed.loc["kind", "new"] == 200
    assert app.selectbox(key=difference_view.COLUMN_KEY).value == app.dataframe[0].value["column"][0]
    app.selectbox(key=difference_view.COLUMN_KEY).select("kind").run()
    assert "**Never seen before:** tent" in words(app)
    app.selectbox(key=profile_compare.WHEN_KEY).select(profile_compare.OLDER).run()
    assert "New column: **code**" in words(app)


def test_a_file_that_was_looked_at_is_taken_out_again(opened, store, project, drop_files):
    app = drop_files(opened("compare"), "beside", ("newer.csv", table().head(150).to_csv(index=False).encode()))
    assert len(store.project_datasets(project.id)) == 2
    app.button(key="page.profile.compare.remove").click().run()
    assert not app.exception
    assert [each.fingerprint for each in store.project_datasets(project.id)] == [project.draft.dataset]
    assert store.artifact(reading_job.BESIDE, project.id) == []


def test_a_file_of_the_same_table_is_said_to_be_the_same(opened, store, project, drop_files):
    same = store.dataset(project.draft.dataset).raw_path.read_bytes()
    app = drop_files(opened("compare"), "beside", ("again.csv", same))
    assert not app.exception
    assert len(store.project_datasets(project.id)) == 1
    assert "the same table" in app.toast[0].value


@pytest.mark.parametrize("view", ["findings", "columns", "pairs", "compare"])
@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"price": [1.5, 2.5, 2.5, 3.0]}),
        pd.DataFrame({"a": [1.0, 2.0], "b": [None, None], "c": [None, None]}),
        pd.DataFrame({"a": ["x"], "b": [1]}),
        pd.DataFrame({f"column {at}": [at, at + 1, at * 2] for at in range(150)}),
    ],
    ids=["one column", "blank columns", "one row", "150 columns"],
)
def test_unusual_tables_are_shown(open_app, store, frame, view):
    made = store.create_project("Unusual")
    store.add_frame(made.id, frame, "unusual", origin="file")
    app = open_app("profile", made.id)
    app.session_state[findings.VIEW_KEY] = view
    app.run()
    assert not app.exception


def test_large_tables_are_compared_by_a_process_of_its_own_and_the_outcome_is_kept(
    opened, store, project, drop_files, monkeypatch
):
    monkeypatch.setattr(difference_job.profile_job, "is_small", lambda fingerprint: False)
    apart = []
    whole = difference_job.compare_apart
    monkeypatch.setattr(difference_job, "compare_apart", lambda *a, **k: (apart.append(a[1:3]), whole(*a, **k)))
    newer = table().assign(kind=["tent"] * 200)
    app = drop_files(opened("compare"), "beside", ("newer.csv", newer.to_csv(index=False).encode()))
    assert not app.exception
    newest = store.project_datasets(project.id)[0].fingerprint
    assert apart == [(project.draft.dataset, newest)]
    assert app.dataframe[0].value["column"][0] == "kind"
    key = f"{project.draft.dataset}-{newest}-sold"
    kept = difference_job.known(key)
    difference_job._kept().clear()
    assert difference_job.known(key) == kept
    assert kept.column("kind").n_rows_new == 200
