"""The table of inputs: a row per column with a tick to use it, the question whether it will be known, and the doubts.

Drawn as HTML, because a grid of Streamlit can neither ask a question in one click nor tell one reason for two columns.
Everything is put in as text, never as HTML.
"""

from pathlib import Path

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.profiling.target.strength import STRENGTH_HELP
from workbench.profiling.wording import counted, percent
from workbench.results.wording import shorten
from workbench.specs import MEANING_LABELS, fingerprint_of
from workbench.ui import known_question, state
from workbench.ui.phrases import short

KEY = "page.features.inputs"
SAID_KEY = "page.features.said"  # what arrived from the table and has not been stored yet
HEARD_KEY = "page.features.heard"  # the last of it that has been
LONGEST_NAME, LONG_NAME = 90, 26  # characters on three lines; those from which the column of names is wide
MEASURES = {"roc_auc": "AUC", "rank_r2": "R²"}
DOUBTED, ASKED, LEFT_OUT, USED = range(4)

_parts = Path(__file__)
_component = st.components.v2.component(
    "columns_table",
    html=_parts.with_suffix(".html").read_text(encoding="utf-8"),
    css=_parts.with_suffix(".css").read_text(encoding="utf-8"),
    js=_parts.with_suffix(".js").read_text(encoding="utf-8"),
)


def unhelpful_of(draft):
    """Return the columns that cannot help, whenever their values are known, as {name: reason}."""
    try:
        left_out = state.plan_of(draft.but(choices=())).spec.left_out
    except WorkbenchError:
        left_out = state.set_aside(draft)
    return known_question.unhelpful_of(draft, [entry for entry in left_out if entry.column != draft.target])


def standings_of(draft):
    """Return where each column but the target stands, as {name: Standing} in file order."""
    return known_question.standings(draft, unhelpful_of(draft))


def settle(project):
    """Store what was said in the table since the last look, and return the project."""
    said = st.session_state.pop(SAID_KEY, None)
    heard = st.session_state.get(HEARD_KEY) or {"visit": "", "id": 0}
    for entry in said["entries"] if said else ():
        if said["visit"] == heard["visit"] and entry["id"] <= heard["id"]:
            continue
        project = store(project, entry["names"], entry["do"], entry.get("value"))
        heard = {"visit": said["visit"], "id": entry["id"]}
    st.session_state[HEARD_KEY] = heard
    return project


def store(project, names, act, value=None):
    """Store what the person decided about columns, and return the project.

    Parameters
    ----------
    names : list of str
    act : {"answer", "use", "undo"}
    value : {"yes", "no", "later"} or bool, optional
        The answer, or whether the columns are used.
    """
    known = standings_of(project.draft)
    names = [name for name in names if name in known]
    if act == "undo":
        return state.change_draft(project, lambda draft: known_question.without_answer(draft, names))
    if act == "answer" and value in known_question.LABELS:
        return state.decide_columns(project, {name: known[name].answered(value) for name in names})
    if act == "use":
        return state.decide_columns(project, {name: known[name].ticked(bool(value)) for name in names})
    return project


def ordered(standings):
    """Return the names in the order in which they are to be looked at.

    Columns in doubt come first: those that are used all the same, then those left out in advance; columns that share
    a reason stand together. Then those left out, then the others, each in file order.
    """
    place = {name: at for at, name in enumerate(standings)}
    groups = {}
    for name, each in standings.items():
        if each.in_doubt:
            rank = DOUBTED if each.waiting else ASKED
            group = groups.setdefault(each.why, [rank, place[name]])
            group[0] = min(group[0], rank)

    def rank(name):
        each = standings[name]
        if each.in_doubt:
            return (*groups[each.why], place[name])
        return (LEFT_OUT if not each.use else USED, 0, place[name])

    return sorted(standings, key=rank)


def rows_of(draft, standings, order):
    """Return what the table shows, a dictionary per column in the order of ``order``."""
    profile = state.profile_of(draft.dataset, draft.target, draft.task)
    facts = {column.name: column for column in profile.columns}
    places = {name: at for at, name in enumerate(standings)}
    return [{**_row(standings[name], facts[name]), "at": places[name]} for name in order]


def _row(standing, column):
    blank = f" · {percent(column.missing_fraction)} blank" if column.missing_count else ""
    by = "you" if standing.own_answer else "wait" if standing.waiting else "advance" if standing.in_doubt else ""
    return {
        "name": column.name,
        "label": shorten(column.name, LONGEST_NAME),
        "meaning": MEANING_LABELS[column.meaning] + blank,
        **_strength(column.strength),
        "use": standing.use,
        "answer": standing.answer,
        "by": by,
        "doubt": standing.in_doubt,
        "unknown": standing.not_known,
        "why": standing.why,
    }


def _strength(strength):
    """Return how far a column alone tells the target, in whole percent, with its 95 % interval."""
    if strength is None:
        return {"strength": None}
    low, high = strength.value - strength.error, strength.value + strength.error
    return {
        "strength": round(100 * strength.value),
        "low": round(100 * max(low, 0), 1),
        "high": round(100 * min(high, 1), 1),
        "score": f"{MEASURES[strength.measure]} {max(strength.score, 0):.2f}",
        "told": f"{strength.words}, ± {round(100 * strength.error)} %, from {strength.n_rows:,} rows held out in turn",
    }


def place_of(draft):
    """Return which table is asked about: another question has another one."""
    question = (draft.dataset, draft.target, draft.task, draft.recipe.fingerprint, draft.split.column)
    return fingerprint_of(question)[:12]


def show(draft, standings):
    """Show the table of inputs. What is clicked there is stored by :func:`settle` at the begin of the next run."""
    place = place_of(draft)
    # Rows stay where they are while the page is open, so that an answer does not move what one is looking at.
    order = st.session_state.setdefault(f"page.features.order.{place}", ordered(standings))
    target = short(draft.target, 24)
    data = {
        "label": "Columns that may be used to predict",
        "goes": f"Goes with {target}",
        "help": STRENGTH_HELP,
        "question": known_question.QUESTION,
        "labels": known_question.LABELS,
        "rows": rows_of(draft, standings, order),
        "wide": any(len(name) > LONG_NAME for name in standings),
        "place": place,
        "said": st.session_state.get(HEARD_KEY),
    }

    def hear():
        """Keep what was said until the page runs: the one way in, also for tests without a browser."""
        st.session_state[SAID_KEY] = st.session_state[KEY].said

    _component(key=KEY, data=data, default={"said": None}, on_said_change=hear)


def show_summary(standings):
    """Show in a sentence how many columns are used, what is set aside, and what waits for an answer."""
    st.markdown(summary(standings))


def summary(standings):
    """Return how many columns are used, what is set aside and why, and what waits for an answer, as Markdown."""
    every = standings.values()
    used = sum(each.use for each in every)
    not_known = sum(each.not_known for each in every)
    suspected = sum(each.not_known and not each.own_answer for each in every)
    unhelpful = sum(not each.use and not each.not_known and bool(each.unhelpful) for each in every)
    by_hand = len(standings) - used - not_known - unhelpful
    waiting = sum(each.waiting for each in every)
    parts = [f"**{used:,} of {counted(len(standings), 'column')} {'is' if used == 1 else 'are'} used**"]
    if suspected:
        it = "it" if suspected == 1 else "they"
        parts.append(f"{_are(suspected)} set aside because {it} may not be known yet")
    if not_known > suspected:
        parts.append(f"{_are(not_known - suspected)} set aside because {_they(not_known - suspected)} not known yet")
    if unhelpful:
        parts.append(f"{unhelpful:,} cannot help")
    if by_hand:
        parts.append(f"{_are(by_hand)} left out by you")
    if waiting:
        parts.append(f":orange[**{_are(waiting)} waiting for your answer**]")
    return "; ".join(parts) + "."


def _are(n):
    return f"{n:,} {'is' if n == 1 else 'are'}"


def _they(n):
    return "it is" if n == 1 else "they are"
