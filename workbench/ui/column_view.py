"""One column in full: its chart, its figures, what was found about it, and what it goes with."""

import streamlit as st

from workbench.profiling.wording import counted, percent
from workbench.ui import (
    column_charts,
    column_facts,
    column_panel,
    findings,
    known_question,
    navigation,
    pictures,
    profile_pairs,
    profile_target,
    state,
)
from workbench.ui.components import plain
from workbench.ui.phrases import file_name, short, told_apart

FINDINGS_SHOWN, PARTNERS_SHOWN = 8, 6
LONGEST_LABEL, LONGEST_PARTNER = 64, 34  # characters of a name
KNOWN_KEY = "page.profile.known"


def show(project, look, names):
    """Show the chosen one of the columns ``names``, with ways to the one before and after it."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="page.profile.column.choice"):
        labels = dict(zip(names, told_apart(names, LONGEST_LABEL), strict=True))
        name = st.selectbox("Column in full", names, key=findings.COLUMN_KEY, format_func=labels.get)
        at = names.index(name)
        for label, icon, step in (("Before", ":material/arrow_back:", -1), ("Next", ":material/arrow_forward:", 1)):
            st.button(
                label,
                icon=icon,
                key=f"page.profile.column.{step}",
                on_click=_choose,
                args=(names[(at + step) % len(names)],),
                disabled=len(names) < 2,
            )
        if st.button(
            "Change how it is read",
            key="page.profile.to_data",
            icon=":material/tune:",
            help="Meaning, decimal mark, and what stands for a missing value: on the Data page.",
        ):
            st.session_state[column_panel.ASKED_KEY] = name
            st.switch_page(navigation.path_of("data"), query_params={})
    full(project, look, name)


def _choose(name):
    """Choose another column (callback)."""
    st.session_state[findings.COLUMN_KEY] = name


def full(project, look, name):
    """Show one column: its chart beside its numbers, what was found about it, and what it goes with."""
    profile = look.profile
    column = profile.column(name)
    picture, numbers = st.columns([5, 4], gap="medium")
    with picture:
        _picture(project, column)
        words = column_facts.spoken(column)
        if words:
            st.markdown(words)
        _known(project, profile, name)
        _shape(project, profile, name)
    with numbers:
        sampled = bool(profile.sample_rows)
        told = column_facts.facts(column, profile.n_rows, profile.target, sampled=sampled)
        st.table(told, border="horizontal", hide_header=True)
        if sampled:
            st.caption(f":material/casino: From {profile.sample_rows:,} of the {profile.n_rows:,} rows so far.")
        _findings(project, profile, name)
        _partners(profile, name)


def _known(project, profile, name):
    """Ask of an input whether it is known when predicting, with what is taken to be true until the person answers."""
    if not profile.complete or not profile.target or name == profile.target:
        return
    standing = known_question.standings(project.draft)[name]
    key = f"{KNOWN_KEY}.{name}"
    st.session_state[key] = standing.answer or None
    st.segmented_control(
        known_question.QUESTION,
        list(known_question.LABELS),
        format_func=known_question.LABELS.get,
        key=key,
        on_change=lambda: _answer(project, standing, st.session_state[key]),
    )
    if standing.why:
        mark = ":orange[:material/schedule:] " if standing.in_doubt else ""
        st.caption(f"{mark}{plain(standing.why)}")


def _answer(project, standing, answer):
    """Keep the person's answer (callback)."""
    if answer:
        state.decide_columns(project, {standing.name: standing.answered(answer)})


def _findings(project, profile, name):
    groups = findings.groups(project.draft, [finding for finding in profile.findings if name in finding.columns])
    about = [finding for group in groups for finding in group]
    for finding in about[:FINDINGS_SHOWN]:
        findings.show_one(project, finding)
    if len(about) > FINDINGS_SHOWN:
        st.caption(f"and {counted(len(about) - FINDINGS_SHOWN, 'more finding')} in the view of findings")


def _shape(project, profile, name):
    """Show how the target moves with the column."""
    view = profile.target_view
    found = [each for each in view.shapes if each.column == name] if view else []
    for shape in found:
        profile_target.show_shape(project, profile, shape, key="page.profile.shape")


def _partners(profile, name):
    """Show the columns it goes with most, each a way to see the two beside each other."""
    pairs = [pair for pair in profile.associations.pairs if name in (pair.left, pair.right)][:PARTNERS_SHOWN]
    if not pairs:
        return
    st.markdown("**Goes most with**")
    others = [pair.right if pair.left == name else pair.left for pair in pairs]
    with st.container(gap=None, key="page.profile.partners"):
        for pair, other, label in zip(pairs, others, told_apart(others, LONGEST_PARTNER), strict=True):
            st.button(
                f"{plain(label)} · {percent(pair.value)}",
                key=f"page.profile.partner.{other}",
                type="tertiary",
                icon=":material/join_inner:",
                on_click=profile_pairs.look_at,
                args=(name, other),
                help=f"See it beside {plain(other)}.",
            )


def _picture(project, column):
    name = column.name
    if column.count and column.bins == () and column.distinct_count == column.count > 1:
        st.info(
            "Every row has a value of its own, so there is no distribution to draw. Some of them:",
            icon=":material/abc:",
        )
        st.code("\n".join(short(entry.value, 90) for entry in column.top), language=None)
    elif column.count:
        chart, behind = column_charts.distribution(project.draft.dataset, name)
        chart = pictures.narrowed(chart)
        pictures.show(chart, behind, key="page.profile.chart", alt=f"Distribution of {name}", name=file_name(name, ""))
    else:
        st.info("This column has no value in any row, so there is nothing to draw.", icon=":material/block:")
