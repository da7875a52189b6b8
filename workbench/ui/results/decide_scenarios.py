"""What the four outcomes are worth, or how many can be dealt with: several by name, kept with the run."""

import streamlit as st

from workbench.results.deciding.purposes import PLAIN_GOALS, filled, goal_of, share_of
from workbench.results.wording import shorten
from workbench.runtime.decisions import percent_of
from workbench.specs import ScenarioSpec
from workbench.ui import components, state
from workbench.ui.results.decide_place import LONGEST_LABEL

NEW = {
    "gains": ScenarioSpec(name="Amounts", found=10.0, false_alarm=-1.0),
    "capacity": ScenarioSpec(name="Capacity", kind="capacity", capacity=200, of=1000),
}
EXAMPLE = NEW["gains"].but(name="", unit="")
LONGEST_NAME = 40  # characters of a scenario's name
LARGEST = 1e12  # of an amount
COSTS, EARNS = "it costs", "it earns"


def choose(shown, place, decided):
    """Show the scenarios and the amounts of the chosen one; return the goal that it stands for."""
    scenarios = state.store().scenarios(shown.run.id, place.label)
    goals = [*(goal_of(scenario) for scenario in scenarios), *PLAIN_GOALS]
    names = {_id_of(goal): goal for goal in goals}
    key = place.key("goal")
    if st.session_state.get(key) not in names:
        in_use = f"own:{shown.decision.scenario}" if shown.decision is not None else ""
        st.session_state[key] = in_use if in_use in names else next(iter(names))
    chosen = st.selectbox(
        "What should it be good for?",
        list(names),
        format_func=lambda one: names[one].label,
        key=key,
        help="Say what each outcome is worth, or how many you can deal with; without either, start from a plain "
        "measure of the field.",
    )
    with st.container(horizontal=True, gap="small"):
        for kind, words in (("gains", "Add amounts"), ("capacity", "Add a capacity")):
            st.button(
                words,
                key=place.key(f"add.{kind}"),
                on_click=_add,
                args=(shown, place, kind),
                icon=":material/add:",
                type="tertiary" if scenarios else "secondary",
            )
    goal = names[chosen]
    if goal.scenario is not None:
        with st.container(border=True, key=place.key("scenario")):
            (_capacity if goal.name == "capacity" else _amounts)(shown, place, goal.scenario, decided)
            _remove_button(shown, place, goal.scenario)
    elif not scenarios:
        told = shown.project.draft.success.costs
        said = f" When the project began you wrote: “{told}”." if told else ""
        st.caption(components.plain(f"Add amounts, and the threshold that earns most can be found.{said}"))
    return goal


def _id_of(goal):
    return f"own:{goal.scenario.name}" if goal.scenario is not None else goal.name


def _save(shown, place, scenarios, chosen):
    state.store().save_scenarios(shown.run.id, place.label, tuple(scenarios))
    st.session_state[place.key("goal")] = _id_of(goal_of(chosen)) if chosen else None


def _add(shown, place, kind):
    scenarios = state.store().scenarios(shown.run.id, place.label)
    new = NEW[kind].but(name=_free_name(NEW[kind].name, scenarios))
    _save(shown, place, (*scenarios, new), new)


def _free_name(name, scenarios):
    taken = {scenario.name for scenario in scenarios}
    number, free = 2, name
    while free in taken:
        number, free = number + 1, f"{name} {number}"
    return free


def _change(shown, place, scenario, field, key, sign_key=None):
    """Keep what was entered in the widget ``key`` as a field of the scenario; what costs is below zero."""
    value = st.session_state[key]
    scenarios = state.store().scenarios(shown.run.id, place.label)
    others = [one for one in scenarios if one.name != scenario.name]
    if field == "name":
        value = _free_name(str(value).strip()[:LONGEST_NAME] or scenario.name, others)
    elif field == "unit":
        value = str(value).strip()[:LONGEST_NAME]
    elif sign_key is not None:
        value = (-value if st.session_state[sign_key] == COSTS else value) + 0.0  # no minus zero
    current = next((one for one in scenarios if one.name == scenario.name), scenario)
    changed = current.but(**{field: value})
    _save(shown, place, [changed if one.name == scenario.name else one for one in scenarios], changed)


def _remove(shown, place, scenario):
    scenarios = state.store().scenarios(shown.run.id, place.label)
    _save(shown, place, [one for one in scenarios if one.name != scenario.name], None)


def _entry(shown, place, scenario, field, widget, label, value, **options):
    """Show one input of a scenario; what is entered is kept at once."""
    key = place.key(f"entry.{scenario.name}.{field}")
    if key not in st.session_state:
        st.session_state[key] = value
    widget(label, key=key, on_change=_change, args=(shown, place, scenario, field, key), **options)


def _head(shown, place, scenario, with_unit=False):
    columns = st.columns([3, 2]) if with_unit else [st.container()]
    with columns[0]:
        _entry(shown, place, scenario, "name", st.text_input, "Name", scenario.name, max_chars=LONGEST_NAME)
    if with_unit:
        with columns[1]:
            _entry(shown, place, scenario, "unit", st.text_input, "Unit", scenario.unit, placeholder="€")


def _remove_button(shown, place, scenario):
    st.button(
        f"Remove “{components.plain(shorten(scenario.name, LONGEST_LABEL))}”",
        key=place.key(f"remove.{scenario.name}"),
        on_click=_remove,
        args=(shown, place, scenario),
        icon=":material/delete:",
        type="tertiary",
    )


def _amounts(shown, place, scenario, decided):
    """The four sentences."""
    _head(shown, place, scenario, with_unit=True)
    yes, no = _names(shown, place)
    sentences = (
        ("found", f"If we decide **{yes}** and it is **{yes}**", EARNS),
        ("false_alarm", f"If we decide **{yes}** and it is **{no}**", COSTS),
        ("missed", f"If we decide **{no}** and it is **{yes}**", COSTS),
        ("left_alone", f"If we decide **{no}** and it is **{no}**", EARNS),
    )
    for field, sentence, usual in sentences:
        _amount(shown, place, scenario, field, sentence, usual)
    unit = f" in {scenario.unit}" if scenario.unit else ""
    example = " They are examples until you change them." if scenario.but(name="", unit="") == EXAMPLE else ""
    told = shown.project.draft.success.costs
    said = f" When the project began you wrote: “{told}”." if told else ""
    st.caption(components.plain(f"Amounts per row{unit}.{example}{said}"))


def _amount(shown, place, scenario, field, sentence, usual):
    """Show one sentence: whether an outcome costs or earns, and how much."""
    value = getattr(scenario, field)
    key, sign_key = (place.key(f"{part}.{scenario.name}.{field}") for part in ("entry", "sign"))
    if key not in st.session_state:
        st.session_state[key] = abs(value)
    if sign_key not in st.session_state:
        st.session_state[sign_key] = (COSTS if value < 0 else EARNS) if value else usual
    keep = {"on_change": _change, "args": (shown, place, scenario, field, key, sign_key)}
    st.markdown(sentence)
    left, right = st.columns([2, 3], gap="small")
    with left:
        st.selectbox(f"{sentence}, what it does", [COSTS, EARNS], key=sign_key, label_visibility="collapsed", **keep)
    with right:
        st.number_input(
            f"{sentence}, the amount",
            min_value=0.0,
            max_value=LARGEST,
            step=1.0,
            format="%g",
            key=key,
            label_visibility="collapsed",
            **keep,
        )


def _capacity(shown, place, scenario, decided):
    """So many can be dealt with of so many that come."""
    _head(shown, place, scenario)
    left, right = st.columns(2)
    whole = {"min_value": 0, "step": 10}
    with left:
        _entry(shown, place, scenario, "capacity", st.number_input, "We can deal with", scenario.capacity, **whole)
    with right:
        _entry(shown, place, scenario, "of", st.number_input, "out of so many cases", scenario.of, **whole)
    st.caption(
        "Both for the same stretch of time, or the same file: 200 of the 5,000 that come in a week, or 200 of the "
        "7,000 in the file."
    )
    if not scenario.of:
        return
    st.caption(components.plain(told_of_capacity(filled(decided.pooled, share_of(scenario)), decided, scenario)))


def told_of_capacity(taken, decided, scenario):
    """Say who is taken, exactly as many as there is room for, and what chance decides."""
    n_rows = len(decided.actual)
    said = (
        f"That is {taken.n_taken:,} of the {n_rows:,} rows tested here (rounded down, so that the room suffices): "
        f"those with the highest probabilities. {'On average ' if taken.by_chance else ''}"
        f"{taken.outcomes.found:,.0f} of them are “{shorten(decided.label, LONGEST_LABEL)}”."
    )
    if not taken.by_chance:
        return said
    return (
        f"{said} {taken.above:,} are taken for sure; of the {taken.tied:,} that share the probability "
        f"{percent_of(round(taken.probability, 6))}, {taken.fitting:,} more have room, and which of them is chance. A "
        "threshold cannot choose among equal probabilities, so the best threshold leaves all of them out."
    )


def _names(shown, place):
    classes = shown.run.spec.classes
    other = next(label for label in classes if label != place.label) if len(classes) == 2 else None
    no = shorten(other, LONGEST_LABEL) if other is not None else f"not {place.short_label}"
    return components.plain(place.short_label), components.plain(no)
