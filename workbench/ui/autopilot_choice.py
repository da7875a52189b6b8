"""How thoroughly to look for a good model: cards named by their purpose, one for a choice by hand, and what the chosen
one will do."""

import streamlit as st

from workbench.modeling import models
from workbench.results.wording import listed
from workbench.specs import AutopilotSpec
from workbench.training.pace import seconds_left
from workbench.ui import components, figures, state, time_left
from workbench.ui.tuning_choice import seconds_of

BALANCED_SECONDS = 60
USUAL_MINUTES, MOST_MINUTES = 10, 24 * 60
MINUTES_KEY = "page.train.minutes"
FOLD = (
    "The rows are divided into parts, the folds, and each is predicted by a model that has not learned from it. The "
    "score on one fold is a quick first look; the mean over all folds is what counts. The field calls it "
    "cross-validation."
)
# What a person had chosen by hand, kept for this visit where a card takes its place.
OWN_PLACE = "train.own"
CARDS = (
    (
        "quick",
        "Quick look",
        "The usual estimators with their usual settings, each checked on all rows. A first answer.",
    ),
    (
        "balanced",
        "Balanced",
        "Tries more, drops what falls behind, varies the best and puts them together. Good for most questions.",
    ),
    ("thorough", "Thorough", "The same for as long as you say. Pays where every bit of accuracy counts."),
    ("own", "My own choice", "The estimators that you tick in the list below, each with settings of your own."),
)
OWN_KEY = "page.train.own"  # of the list


def purpose_of(draft):
    """Return which way of looking for a model is chosen: a card's name, or "own" where estimators were chosen."""
    if draft.autopilot is not None:
        return "thorough" if draft.autopilot.purpose == "thorough" else "balanced"
    return "own" if draft.candidates is not None or draft.tunings else "quick"


def choose(project, n_rows):
    """Show the cards, and what will be done.

    Parameters
    ----------
    project : Project
    n_rows : int
        Of the table.
    """
    chosen = purpose_of(project.draft)
    st.markdown("**How thoroughly should it look?**")
    for column, (name, title, sentence) in zip(st.columns(len(CARDS)), CARDS, strict=True):
        with column.container(
            border=True, height="stretch", vertical_alignment="distribute", key=f"page.train.card.{name}"
        ):
            st.button(
                f"**{title}**",
                key=f"page.train.purpose.{name}",
                type="tertiary",
                icon=":material/radio_button_checked:" if name == chosen else ":material/radio_button_unchecked:",
                on_click=_choose,
                args=(name,),
                help="Chosen." if name == chosen else f"Choose “{title}”.",
            )
            st.markdown(f":small[{sentence}]")
            if name == "thorough" and name == chosen:
                _choose_minutes(project.draft.autopilot)
            else:
                st.caption(_duration_words(name, project, n_rows))
    if said := busy_words():
        st.caption(said)


def default_plan(draft):
    """Return what would be trained without an autopilot: the person's own set where there is one, else the usual."""
    return state.plan_of(draft.but(autopilot=None))


def show_what_happens(plan, chosen, n_rows):
    """Say which estimators will be tried and how long that takes, or what an autopilot does."""
    if chosen in ("balanced", "thorough"):
        begins = "It begins with strong settings of every kind of estimator"
        race = (
            f"{begins} on one fold, lets the better ones go on to all folds,"
            if plan.spec.split.rounds > 1
            else f"{begins},"
        )
        st.markdown(
            f"{race} varies the best, and puts the best together where that helps. You see all of it, and can stop at "
            "any time and keep the best.",
            help=FOLD if plan.spec.split.rounds > 1 else None,
        )
        return
    labels = [_name(candidate) for candidate in plan.spec.candidates]
    st.markdown(f"**{len(labels)} estimators** will be tried on the same rows: {components.plain(', '.join(labels))}.")
    if plan.spec.tunings:
        searched = listed([models.model(tuning.kind).label for tuning in plan.spec.tunings], most=5)
        st.markdown(f"Good settings are searched for: {components.plain(searched)}.")
    if chosen == "own":
        st.caption(f"{predicted_words(plan.spec, n_rows)} in all.")


def predicted_words(spec, n_rows):
    """Return about how long the candidates and searches of a question take, in words."""
    seconds = seconds_left(spec, n_rows, ()) + sum(seconds_of(tuning, spec, n_rows) for tuning in spec.tunings)
    return figures.about(seconds).capitalize()


def busy_words():
    """Say how much longer it takes while this computer has other work; "" where it has none, or only an own run."""
    if any(worker.claimed_at for worker in state.store().workers()):
        return ""
    times = time_left.times_as_long()
    if times <= 1:
        return ""
    return (
        f"This computer has other work at the moment: what is tried as a whole takes about {times:.0f} times as long, "
        "and a search gets less done in its time."
    )


def _duration_words(name, project, n_rows):
    if name == "own":
        return predicted_words(default_plan(project.draft).spec, n_rows) if purpose_of(project.draft) == name else ""
    if name == "quick":
        return predicted_words(
            state.plan_of(project.draft.but(autopilot=None, candidates=None, tunings=())).spec, n_rows
        )
    return "About a minute" if name == "balanced" else "You choose how long"


def _choose_minutes(autopilot):
    def save():
        minutes = st.session_state[MINUTES_KEY]
        if minutes:
            state.save_draft(state.project_in_work(), autopilot=AutopilotSpec(purpose="thorough", seconds=60 * minutes))

    st.number_input(
        "Minutes",
        min_value=1,
        max_value=MOST_MINUTES,
        value=max(round(autopilot.seconds / 60), 1),
        step=1,
        key=MINUTES_KEY,
        on_change=save,
        help="Half an hour is plenty for most tables; it ends sooner where there is nothing left to try.",
    )


def _choose(name):
    project = state.project_in_work()
    draft = project.draft
    if name == "own":
        _choose_own(project)
        return
    if purpose_of(draft) == "own":
        st.session_state[OWN_PLACE] = (project.id, draft.candidates, draft.tunings)
    autopilot = {
        "quick": None,
        "balanced": AutopilotSpec(purpose="balanced", seconds=BALANCED_SECONDS),
        "thorough": AutopilotSpec(purpose="thorough", seconds=60 * USUAL_MINUTES),
    }[name]
    if purpose_of(draft) != name:
        state.save_draft(project, autopilot=autopilot, candidates=None, tunings=())


def _choose_own(project):
    """Unfold the list; what is ticked in it is what was chosen by hand before, or what would be tried anyway."""
    st.session_state[OWN_KEY] = True
    if purpose_of(project.draft) == "own":
        return
    candidates, tunings = kept_own(project.id) or (default_plan(project.draft).spec.candidates, ())
    state.save_draft(project, autopilot=None, candidates=candidates, tunings=tunings)


def kept_own(project_id):
    """Return the candidates and searches that a card took the place of in this visit, or None."""
    kept = st.session_state.get(OWN_PLACE)
    return kept[1:] if kept and kept[0] == project_id else None


def _name(candidate):
    own = " (own settings)" if candidate.hyperparameters else ""
    return models.model(candidate.kind).label + own
