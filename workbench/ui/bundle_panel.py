"""The service to hand over: made and tested on a click, offered only if it passed."""

from datetime import UTC, datetime

import streamlit as st

from workbench.errors import ModelUnusable
from workbench.export.personal import ROWS_WITHIN, words_kept
from workbench.profiling.wording import counted
from workbench.results.wording import listed, number
from workbench.runtime.decisions import sentence_of
from workbench.runtime.intervals import how_often
from workbench.training.scoring import label_of
from workbench.ui import (
    background,
    bundle_job,
    components,
    contract_panel,
    downloads_route,
    figures,
    hand_over,
    model_choice,
    phrases,
    save_link,
)

CLEAN_KEY = "page.export.clean"
DOWNLOAD_KEY = "page.export.download"
# Class of the bundle's tests to what is known once all of them passed.
PROVEN = {
    "Answers": "**The same answers** to {n_golden} example rows, one by one and all at once, as the model gives here",
    "Contract": "**Unusual rows** (blank, never seen, wrong type) are answered as agreed, not with a crash",
    "Form": "**The form** has every field, predicts, and says what is wrong beside the field",
    "Descriptions": "**Programs can ask** what goes in and comes out, and whether the service is alive",
    "Refusals": "**Broken requests**, another model file and other versions are refused in words",
    "Settings": "**Settings** are checked at the start; with a key, only those who have it get answers",
    "Running": "**While it runs** it says whether it is ready, counts requests and logs them without anybody's values",
}


def show(project, run, key):
    """Show what is agreed on, and the button that makes the service, its progress, or what came of it."""
    job = background.job(bundle_job.name_of(project, run, key))
    if job is not None and not job.done:
        background.show(job)
        return
    contract_panel.show(run, key)
    found = bundle_job.bundle_of(project, run, key)
    if job is not None:
        components.show_problem(job.problem)
        if isinstance(job.problem, ModelUnusable):
            model_choice.offer_fit(run, key, "export", again=True)
            return
        st.caption("There is no download, since what is handed over has to pass its tests.")
    if found is None or job is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            _make_button(project, run, key, "make", "Make and test the service", type="primary")
            _choose_environment()
        return
    _show_proof(found, project, run, key)
    with st.container(horizontal=True, vertical_alignment="center"):
        _make_button(project, run, key, "again", "Make it again", type="tertiary")
        _choose_environment()


def _make_button(project, run, key, name, words, **looks):
    def make():
        bundle_job.make(project, run, key, st.session_state.get(CLEAN_KEY, True))

    icon = ":material/package_2:" if name == "make" else None
    st.button(words, key=f"page.export.{name}", icon=icon, on_click=make, **looks)


def _choose_environment():
    if bundle_job.clean_allowed():
        st.toggle(
            "Test it as it will be installed",
            value=True,
            key=CLEAN_KEY,
            help="Its tests run in a clean environment, made from the service's own list of packages. The first time "
            "that takes a minute or two and needs a package index (the internet, or your company's copy); after that "
            "it is kept. Without it the tests run in a process of their own, in which nothing but the service and its "
            "packages can be imported.",
        )


def _show_proof(found, project, run, key):
    label = components.plain(label_of(run.spec, key))
    size = phrases.size(found["size_bytes"])
    fields = "1 column" if found["n_fields"] == 1 else f"{found['n_fields']} columns"
    built = f"**The service is built**: {label} of run {found['run_number']}, asked with {fields}, {size}"
    checks = [built, *_decided(found, run), *proven(found)]
    with st.container(border=True, key="ready"):
        st.subheader("Ready to hand over", anchor=False)
        st.markdown("  \n".join(f":material/check_circle: {check}" for check in checks))
        if reason := hand_over.environment_of(found)[1]:
            st.markdown(
                f":material/visibility: **Not tested as it will be installed.** {components.plain(reason)} All else "
                "was tested. Make it again when this computer reaches the internet, or your company's copy of the "
                "package index; or say so to your engineer, whose first command installs it."
            )
        save_link.show(
            f"Download the service ({size})",
            downloads_route.service_link(project.id, found["file"], hand_over.file_name(project)),
            key=DOWNLOAD_KEY,
            primary=True,
        )
        made = phrases.ago(datetime.fromtimestamp(found["made_at"], UTC))
        st.caption(f"Made {made}{_took(found)}.")
        hand_over.show(project, run, found)


def _took(entry):
    """Return how long making it took, in words; "" for bundles of earlier versions, which do not know."""
    seconds = sum(seconds for _, seconds in entry.get("took", ()))
    return f", in {figures.duration(seconds)} from the click to the download" if seconds else ""


def _decided(entry, run):
    """Return how the service answers where a person decided it, as Markdown."""
    decision, amounts = entry.get("decision"), entry.get("amounts", {})
    said = [components.plain(sentence_of(decision, len(run.spec.classes)).removesuffix("."))] if decision else []
    if "level" in amounts:
        said.append(f"**Each answer has an interval** that the actual value lies in, in {how_often(amounts['level'])}")
    if "shift" in amounts:
        by = number(amounts["shift"]["shift"], unit=run.spec.target_column.unit)
        said.append(f"**{components.plain(by)}** is added to what the model predicts, as decided on the Results page")
    if marked := entry.get("contract", {}).get("sensitive"):
        said.append(
            f"**Made-up values for {counted(len(marked), 'column')}** in the examples; ranges are rounded, words not "
            f"listed{_still_inside(marked, run, entry['key'])}"
        )
    return said


def _still_inside(marked, run, key):
    """Return what the model itself keeps of columns with made-up values, to end a sentence; "" for figures only."""
    names = [components.plain(name) for name in words_kept(marked, run.spec.columns)]
    said = [f"the words of {listed(names)}"] if names else []
    candidate = run.spec.candidate(key)
    if {candidate.kind, *(member.kind for member in candidate.members)} & set(ROWS_WITHIN):
        said.append("training rows, scaled")
    return f"; the model itself keeps {' and '.join(said)}" if said else ""


def proven(entry):
    """Return what the tests of a bundle showed, one sentence each, as Markdown."""
    took = figures.duration(entry["seconds"])
    passed = (
        f"**{entry['n_tests']} of {entry['n_tests']} tests passed** in {took}, in {hand_over.environment_of(entry)[0]}"
    )
    # Bundles of earlier versions do not know which tests they had.
    groups, facts = entry.get("groups", {}), {"n_golden": entry.get("n_golden", "the")}
    return [passed, *(sentence.format(**facts) for name, sentence in PROVEN.items() if groups.get(name))]
