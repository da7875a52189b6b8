"""Search for good settings of an estimator: which settings, from where to where, how, and how long it will take."""

import joblib
import streamlit as st

from workbench.errors import NotPossible
from workbench.modeling.searches import checked_tunings, n_combinations, n_trials, parameter_of, suggested_range
from workbench.specs import SearchRange, TuningSpec
from workbench.training.autopilot_costs import predicted
from workbench.training.tuning import trials
from workbench.ui import components, figures, state

METHODS = {
    "random": ("At random", "Tries combinations drawn at random: covers many settings with few tries."),
    "model": (
        "Learn from each try",
        "Begins evenly spread, then tries what the scores so far promise: pays from about 20 tries on.",
    ),
    "grid": ("Every combination", "Tries every combination of the values: thorough for one or two settings."),
}
MOST_TRIALS = 200  # that are offered; more can be asked for on the command line


def place(kind, *parts):
    """Return the key of a widget of the search of ``kind``."""
    return ".".join(("page.train.search", kind, *parts))


def show(kind, tuning, spec, n_rows):
    """Show the search of one kind of estimator, each part of which is stored as it is changed.

    Parameters
    ----------
    kind : ModelKind
    tuning : TuningSpec
        As it is stored.
    spec : ExperimentSpec
        The question so far.
    n_rows : int
    """
    with st.container(border=True, key=place(kind.name, "panel")):
        st.markdown(f"**Search for good settings: {kind.label}**")
        ranges = {entry.name: entry for entry in tuning.ranges}
        for entry in kind.hyperparameters:
            _range(kind, entry, ranges.get(entry.name))
        left, right = st.columns([3, 2], vertical_alignment="top")
        method = left.radio(
            "How to search",
            list(METHODS),
            index=list(METHODS).index(tuning.method),
            format_func=lambda name: METHODS[name][0],
            captions=[sentence for _, sentence in METHODS.values()],
            key=place(kind.name, "method"),
            on_change=_save,
            args=(kind,),
        )
        if method == "grid":
            right.markdown(f"**{n_combinations(tuning):,} combinations**")
        else:
            right.number_input(
                "Tries",
                1,
                MOST_TRIALS,
                value=min(tuning.trials, MOST_TRIALS),
                key=place(kind.name, "trials"),
                on_change=_save,
                args=(kind,),
                help="Each is checked on all rows, as every estimator is.",
            )
        right.caption(f"{figures.about(seconds_of(tuning, spec, n_rows)).capitalize()} for this search.")
        problem = st.session_state.get(place(kind.name, "problem"))
        if problem is not None:
            components.show_problem(problem)


def seconds_of(tuning, spec, n_rows):
    """Return the predicted wall seconds of a search."""
    # What a model will ask for is not known; draws at random cost about as much.
    drawn = trials(tuning.but(method="random") if tuning.method == "model" else tuning, spec.seed)
    drawn = drawn[: n_trials(tuning)]
    return sum(predicted(spec, one, n_rows) for one in drawn) * spec.split.rounds / joblib.cpu_count()


def _range(kind, entry, asked):
    """One setting: whether it is varied, and from where to where."""
    name = place(kind.name, entry.name)
    tick, values = st.columns([2, 3], vertical_alignment="center")
    varied = tick.checkbox(
        entry.label,
        value=asked is not None,
        key=f"{name}.use",
        on_change=_save,
        args=(kind,),
        help=entry.sentence,
    )
    if not varied:
        stays = "as usual" if entry.default is None else f"“{entry.default}”" if entry.choices else f"{entry.default:g}"
        values.caption(f"Stays {'' if entry.default is None else 'at '}{components.plain(stays)}.")
        return
    shown = asked or suggested_range(kind.name, entry.name)
    if shown.values:
        options = list(dict.fromkeys([*(entry.choices or shown.values), *shown.values]))
        values.multiselect(
            f"Values of {entry.label}",
            options,
            default=list(shown.values),
            key=f"{name}.values",
            on_change=_save,
            args=(kind,),
            label_visibility="collapsed",
        )
        return
    low, high = values.columns(2)
    for column, end, words, value in ((low, "low", "From", shown.low), (high, "high", "To", shown.high)):
        whole = entry.type == "integer"
        convert = int if whole else float
        column.number_input(
            f"{entry.label}: {words.lower()}",
            min_value=convert(entry.low),
            max_value=convert(entry.high),
            value=convert(value),
            step=1 if whole else None,
            format=None if whole else "%g",
            key=f"{name}.{end}",
            on_change=_save,
            args=(kind,),
            label_visibility="collapsed",
            icon=":material/first_page:" if end == "low" else ":material/last_page:",
        )


def _save(kind):
    """Store the search as it stands on the screen; where it makes no sense, keep the one before and say why."""
    project = state.project_in_work()
    spec = state.plan_of(project.draft).spec
    place_of_problem = place(kind.name, "problem")
    st.session_state.pop(place_of_problem, None)
    try:
        tuning = _read(kind)
        if not tuning.ranges:
            raise NotPossible("A search needs one setting at least that it may change.", "Tick one.")
        checked_tunings((tuning,), spec.task)
    except NotPossible as error:
        st.session_state[place_of_problem] = error
        return
    state.save_draft(project, tunings=replaced(project.draft.tunings, tuning))


def _read(kind):
    ranges = []
    for entry in kind.hyperparameters:
        name = place(kind.name, entry.name)
        if not st.session_state.get(f"{name}.use"):
            continue
        suggested = suggested_range(kind.name, entry.name)
        if suggested.values:
            chosen = st.session_state.get(f"{name}.values", list(suggested.values))
            ranges.append(SearchRange(name=entry.name, values=tuple(chosen)))
            continue
        low = st.session_state.get(f"{name}.low", suggested.low)
        high = st.session_state.get(f"{name}.high", suggested.high)
        log = parameter_of(kind.name, entry.name).log or suggested.log
        ranges.append(SearchRange(name=entry.name, low=low, high=high, log=bool(log and low and low > 0)))
    stored = next((one for one in state.project_in_work().draft.tunings if one.kind == kind.name), None)
    n = st.session_state.get(place(kind.name, "trials"), stored.trials if stored else 20)
    return TuningSpec(
        kind=kind.name, ranges=tuple(ranges), method=st.session_state[place(kind.name, "method")], trials=n or 1
    )


def replaced(tunings, tuning):
    """Return the searches with the one of the same kind replaced by ``tuning``, or it added at the end."""
    if any(one.kind == tuning.kind for one in tunings):
        return tuple(tuning if one.kind == tuning.kind else one for one in tunings)
    return (*tunings, tuning)
