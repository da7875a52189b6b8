"""Cases kept from the form: side by side, with what differs, and as a file. They are kept with the run."""

import streamlit as st

from workbench.charts.theme import told_apart
from workbench.results.uses.cases import as_json, cases_frame, from_json, side_by_side
from workbench.results.wording import amount, percent, probability
from workbench.ui import components, pictures, state
from workbench.ui.phrases import edge_of, short

KIND = "cases"  # of what is kept
MOST_CASES = 8  # side by side; more would not be read
LONGEST_TARGET = LONGEST_CASE = 40


@st.cache_data(max_entries=64, show_spinner=False)
def _answers(fingerprint, rows, _scorer):
    return _scorer.predict_rows(rows)


def offer(run, key, row, answer):
    """Show the button that keeps the case of the form."""
    kept = _kept(run, key)
    known = as_json(row) in [case["row"] for case in kept]
    full = len(kept) >= MOST_CASES
    why = "It is kept already." if known else f"{MOST_CASES} cases are kept; remove one first." if full else None
    st.button(
        "Keep this case",
        key="page.try_it.keep",
        on_click=_keep,
        args=(run, key, row),
        disabled="error" in answer or known or full,
        help=why or "Puts it beside other cases, below; it is still there after a refresh.",
        icon=":material/bookmark_add:",
    )


def show(run, key, scorer, fields):
    """Show the kept cases side by side, where there are any, with what the model says about each now.

    ``fields`` are in the order of the form.
    """
    kept = _kept(run, key)
    if not kept:
        return
    st.markdown("##### Kept cases")
    names = names_of(kept)
    rows = [from_json(case["row"], fields) for case in kept]
    answers = _answers(scorer.fingerprint, rows, _scorer=scorer)
    heads = _heads(run, scorer)
    frame, differs = side_by_side(names, rows, [_told(answer, run, scorer, heads) for answer in answers], heads)
    n_same = differs.count(False)
    if len(kept) > 1 and n_same:
        words = f"Show the {n_same} columns that are the same, too" if n_same > 1 else "Show the one that is the same"
        if not st.toggle(words, key="page.try_it.cases.all"):
            frame = frame[differs]
    st.dataframe(
        frame, hide_index=True, key="page.try_it.cases", alt="Kept cases side by side: their answers, and what differs"
    )
    by_number = {case["number"]: name for case, name in zip(kept, names, strict=True)}
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.popover("Name them", icon=":material/edit:", key="page.try_it.cases.names"):
            for number, name in by_number.items():
                _name_input(run, key, number, name)
        st.pills(
            "Remove",
            [case["number"] for case in kept],
            format_func=lambda number: f":material/close: {components.plain(by_number[number])}",
            key="page.try_it.cases.remove",
            on_change=_remove,
            args=(run, key),
            label_visibility="collapsed",
        )
        st.download_button(
            "Save as CSV",
            data=lambda: pictures.csv_of(cases_frame(names, rows, answers)),
            file_name=f"cases-{run.number}.csv",
            mime="text/csv",
            key="page.try_it.cases.csv",
            on_click="ignore",
            icon=":material/download:",
            type="tertiary",
        )


def names_of(kept):
    """Return what kept cases are called: their own names, or their numbers; none twice, and none as the column beside.

    >>> names_of([{"number": 1}, {"number": 2, "name": "Case 1"}, {"number": 4, "name": "Anna"}])
    ['Case 1', 'Case 1 (2)', 'Anna']
    """
    names = [case.get("name") for case in kept]
    named = [
        name if isinstance(name, str) and name.strip() else f"Case {case['number']}"
        for name, case in zip(names, kept, strict=True)
    ]
    return told_apart(["Column", *(short(name, LONGEST_CASE) for name in named)])[1:]


def _name_input(run, key, number, name):
    widget = f"page.try_it.cases.name.{run.id}.{number}"

    def keep():
        given = st.session_state[widget].strip()[:LONGEST_CASE]
        kept = [case | {"name": given} if case["number"] == number else case for case in _kept(run, key)]
        state.store().put_artifact(KIND, f"{run.id}:{key}", kept)

    st.text_input(f"Case {number}", value=name, max_chars=LONGEST_CASE, key=widget, on_change=keep)


def _kept(run, key):
    found = state.store().artifact(KIND, f"{run.id}:{key}")
    # A project file may hold anything.
    entries = found if isinstance(found, list) else []
    good = [case for case in entries if isinstance(case, dict) and isinstance(case.get("row"), dict)]
    return [case for case in good if isinstance(case.get("number"), int)]


def take_over(from_run, from_key, run, key):
    """Keep the cases of another estimator here, too, where none are kept."""
    if not _kept(run, key):
        state.store().put_artifact(KIND, f"{run.id}:{key}", _kept(from_run, from_key) or None)


def _keep(run, key, row):
    kept = _kept(run, key)
    number = max((case["number"] for case in kept), default=0) + 1
    state.store().put_artifact(KIND, f"{run.id}:{key}", [*kept, {"number": number, "row": as_json(row)}])


def _remove(run, key):
    number = st.session_state["page.try_it.cases.remove"]
    st.session_state["page.try_it.cases.remove"] = None
    kept = [case for case in _kept(run, key) if case["number"] != number]
    state.store().put_artifact(KIND, f"{run.id}:{key}", kept)


def _heads(run, scorer):
    """Return what the lines of the answer are called."""
    target = short(run.spec.target, LONGEST_TARGET)
    heads = [f"Predicted {target}"]
    positive = scorer.manifest.get("positive")
    if scorer.is_regression:
        return [*heads, f"Actual value in {percent(scorer.interval['level'])} of cases"] if scorer.interval else heads
    return heads if positive is None else [*heads, f"Probability of {target} = {short(str(positive), LONGEST_TARGET)}"]


def _told(answer, run, scorer, heads):
    """Return the answer in words, one entry per head."""
    if "error" in answer:
        return ["not taken", *[""] * (len(heads) - 1)]
    unit = run.spec.target_column.unit
    if not scorer.is_regression:
        positive = scorer.manifest.get("positive")
        share = answer["probabilities"].get(str(positive))
        said = "" if share is None else probability(share, edge_of(scorer, positive))
        return [str(answer["prediction"]), said][: len(heads)]
    told = [amount(answer["prediction"], unit)]
    if scorer.interval:
        told.append(f"{amount(answer['lower'], unit)} to {amount(answer['upper'], unit)}")
    return told
