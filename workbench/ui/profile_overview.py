"""What a table is, on top of the Profile page: a sentence, what its columns hold, and the report to keep."""

import json

import streamlit as st

from workbench.profiling.report import About
from workbench.profiling.wording import counted, percent
from workbench.results.wording import shorten
from workbench.ui import background, column_heads, components, findings, state
from workbench.ui.phrases import file_name, size

MEANINGS_COUNTED = {  # for one and for several
    "number": ("number", "numbers"),
    "integer": ("whole number", "whole numbers"),
    "yes_no": ("yes/no", "yes/no"),
    "category": ("category", "categories"),
    "date": ("date", "dates"),
    "text": ("text", "texts"),
    "identifier": ("identifier", "identifiers"),
}


def show(project, look):
    """Show the table in a sentence and in a line of facts, with the ways to keep its profile."""
    with st.container(border=True, key="page.profile.overview", gap="xsmall"):
        said, keep = st.columns([3, 1], vertical_alignment="center", gap="small")
        said.markdown(_headline(project, look))
        with keep, st.container(horizontal=True, horizontal_alignment="right", gap="xsmall"):
            _keep(project, look)
        if look.profile is not None:
            st.markdown(" ".join(f":gray-badge[{fact}]" for fact in _facts(project, look.profile)))
    if look.job is not None and look.job.problem is not None:
        with st.container(border=True, key="page.profile.problem"):
            components.show_problem(look.job.problem)
            st.button("Try again", key="page.profile.again", on_click=background.forget, args=(look.job.name,))


def _headline(project, look):
    if look.profile is None:
        return "This table could not be opened."
    if look.stage != "complete":
        return components.plain(headline_so_far(look.profile))
    decide, done, _ = findings.groups(project.draft, look.profile.findings)
    return components.plain(look.profile.headline_with(len(decide), len(done)))


def headline_so_far(profile):
    """Return what is known of a table before it is looked through, in a sentence."""
    cells, blank = profile.n_rows * profile.n_columns, sum(column.missing_count for column in profile.columns)
    shape = f"{counted(profile.n_rows, 'row')} and {counted(profile.n_columns, 'column')}"
    return f"{shape}, {percent(blank / cells)} of the cells are blank." if blank else f"{shape}, no cell is blank."


def _facts(project, profile):
    """Return what stands in the line of facts: meanings, complete rows, size, and what is to be predicted."""
    dataset = state.dataset(project.draft.dataset)
    counts = meanings_of(profile)
    facts = [f":material/{column_heads.MEANING_ICONS[m]}: {counted(n, *MEANINGS_COUNTED[m])}" for m, n in counts]
    if dataset.n_file_rows > dataset.n_rows:
        facts.append(f":material/casino: a random sample of the {dataset.n_file_rows:,} rows of the file")
    blank = any(column.missing_count for column in profile.columns)
    if blank and profile.n_rows:  # has its place from the start, so that nothing moves when it is known
        share = percent(profile.missing.n_rows_complete / profile.n_rows) if profile.complete else "…"
        facts.append(f"{share} of the rows have no blank")
    facts.append(f"{size(profile.memory_bytes)} in memory")
    if project.draft.target:
        facts.append(f":material/target: predicts {components.plain(shorten(project.draft.target, 40))}")
    return facts


def meanings_of(profile):
    """Return pairs of meaning and number of columns, most frequent first."""
    counts = {}
    for column in profile.columns:
        counts[column.meaning] = counts.get(column.meaning, 0) + 1
    return sorted(counts.items(), key=lambda item: -item[1])


def _about(project):
    dataset = state.dataset(project.draft.dataset)
    return About(file=dataset.name, size_bytes=dataset.size_bytes, read=dataset.sentence, notes=dataset.notes)


def _keep(project, look):
    """Offer the profile as a file; it is made when it is asked for."""
    profile, complete = look.profile, look.stage == "complete"
    st.download_button(
        "Save report",
        data=lambda: profile.to_html(project.name, _about(project)).encode("utf-8"),
        file_name=file_name(f"{project.name}-profile", ".html"),
        mime="text/html",
        icon=":material/download:",
        on_click="ignore",
        key="page.report",
        disabled=not complete,
        help="One file with everything on this page, to read in any browser or to print."
        if complete
        else "Can be saved as soon as the whole table is looked through.",
    )
    st.download_button(
        "JSON",
        data=lambda: json.dumps(profile.to_json(), ensure_ascii=False, allow_nan=False, indent=1).encode("utf-8"),
        file_name=file_name(f"{project.name}-profile", ".json"),
        mime="application/json",
        type="tertiary",
        on_click="ignore",
        key="page.report.json",
        disabled=not complete,
        help="The same for programs: every figure and finding.",
    )
