"""Projects as cards: what each is about, how far it is, and what can be done with it."""

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.modeling import metrics, models
from workbench.results.wording import number
from workbench.ui import components, downloads_route, navigation, reading_job, save_link, staged, state
from workbench.ui.components import plain
from workbench.ui.phrases import ago, file_name, short, size

PER_PAGE = 12
# (id, name) of the project deleted last. Not "page.…": those are cleared when the project in work is the one deleted.
UNDO_KEY = "home.deleted"


def show(cards):
    """Show the projects, newest first, a page at a time, with a search once there are many."""
    if len(cards) > PER_PAGE:
        wanted = st.text_input(
            "Find a project", key="page.home.search", placeholder="Part of a name", icon=":material/search:"
        )
        cards = [card for card in cards if wanted.lower() in f"{card.name} {card.dataset_name}".lower()]
        if not cards:
            st.caption("No project has that in its name.")
    newest = cards[0] if cards else None
    n_pages = -(-len(cards) // PER_PAGE)
    place = st.container()
    page = st.pagination(n_pages, key="page.home.projects") if n_pages > 1 else 1
    page = min(page, max(n_pages, 1))
    with place.grid(3, min_column_width=240):
        for card in cards[(page - 1) * PER_PAGE : page * PER_PAGE]:
            with st.container(
                border=True, height="stretch", vertical_alignment="distribute", key=f"page.card.{card.id}"
            ):
                _card(card, primary=card is newest)


def _card(card, *, primary):
    with st.container():
        st.markdown(f"**{plain(short(card.name))}**")
        st.caption("  \n".join(lines(card)))
    if f"page.card.problem.{card.id}" in st.session_state:
        components.show_problem(st.session_state[f"page.card.problem.{card.id}"])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        opened = st.button(
            "Open",
            key=f"page.open.{card.id}",
            type="primary" if primary else "secondary",
            help=f"Open “{plain(short(card.name))}”",
        )
        if opened:
            state.open_next(card.id)
            st.switch_page(navigation.path_of(where(card)), query_params={})
        menu = st.popover(
            "More", key=f"page.more.{card.id}", on_change="rerun", type="tertiary", help="Rename, copy, save or delete"
        )
        if menu.open:
            with menu:
                _menu(card)


def lines(card):
    """Return what a card says: data, target, last result, time and size, as Markdown."""
    if card.dataset_name:
        data = (
            f"{plain(short(card.dataset_name, 40))}: {_count(card.n_rows, 'row')} × {_count(card.n_columns, 'column')}"
        )
    elif (job := reading_job.job_of(card.id)) and not job.done:
        data = f"{plain(job.about)} is being read …"
    else:
        data = "No data yet"
    goal = f"Predicts **{plain(short(card.target, 40))}**" if card.target else "Not decided yet what to predict"
    return data, goal, *result(card), f"Changed {ago(card.updated_at)} · {size(card.size_bytes)} on disk"


def _count(n, thing):
    return f"{n:,} {thing}" if n == 1 else f"{n:,} {thing}s"


def result(card):
    """Return the last result of a project in words, as a line or two, and what is next where a service was made."""
    if card.best is None or card.best_mean is None:
        said = ["Nothing trained yet"]
    else:
        estimator, measure = _label(models.model, card.best), _label(metrics.metric, card.metric)
        said = [f"Last result: {plain(estimator)}, {plain(measure)} {number(card.best_mean)}"]
    if card.running:
        said = ["Training now …"]
    elif card.exported:
        said.append("**Service made.** Next: hand its zip file to the person who will run it")
    return said


def _label(find, name):
    try:
        return find(name).label
    except (KeyError, WorkbenchError):
        return str(name)  # of an earlier version that knew it


def where(card):
    """Return the page on which a project is best taken up again."""
    if card.best is not None:
        return "results"
    if card.running or card.target:
        return "train" if card.running or card.n_runs else "data"
    return "data"


def _menu(card):
    key = f"page.name.{card.id}"
    st.text_input("Name", value=card.name, max_chars=80, key=key, on_change=_rename, args=(card.id, key))
    with st.container(horizontal=True):
        st.button(
            "Duplicate",
            key=f"page.copy.{card.id}",
            icon=":material/content_copy:",
            on_click=_duplicate,
            args=(card.id,),
        )
        save_link.show(
            "Save as a file",
            downloads_route.project_link(card.id, file_name(card.name, ".workbench")),
            key=f"page.save.{card.id}",
            help="Everything in one file: data, choices, runs and models. Open it here or on another computer.",
        )
        st.button(
            "Delete",
            key=f"page.delete.{card.id}",
            icon=":material/delete:",
            on_click=_delete,
            args=(card.id, card.name),
            help="It can be brought back for 30 days.",
        )


def _attempt(project_id, change, *args):
    """Call ``change(*args)`` and return what it returns; a problem is kept to be shown on the project's card."""
    st.session_state.pop(f"page.card.problem.{project_id}", None)
    try:
        return change(*args)
    except WorkbenchError as error:
        st.session_state[f"page.card.problem.{project_id}"] = error
        return None


def _rename(project_id, key):
    name = st.session_state[key].strip()
    if name:
        _attempt(project_id, state.store().rename_project, project_id, name)


def _duplicate(project_id):
    copy = _attempt(project_id, state.store().duplicate_project, project_id)
    if copy:
        st.toast(f"“{plain(copy.name)}” is ready.", icon="✅")


def _delete(project_id, name):
    _attempt(project_id, state.store().delete_project, project_id)
    st.session_state[UNDO_KEY] = (project_id, name)
    if st.session_state.get(state.PROJECT_KEY) == project_id:
        state.open_project(None)


def _restore(project_id):
    if _attempt(project_id, state.store().restore_project, project_id):
        st.session_state.pop(UNDO_KEY, None)


def undo(gone):
    """Offer to bring back the project that was deleted last, if it is among the deleted ones ``gone``."""
    project_id, name = st.session_state.get(UNDO_KEY, (None, ""))
    if project_id not in [card.id for card in gone]:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"“{plain(short(name))}” is deleted. It can be brought back for 30 days.")
        st.button("Undo", key="page.undo", icon=":material/undo:", on_click=_restore, args=(project_id,))


def deleted(cards):
    """Show deleted projects, folded: bring back, or delete for good after asking."""
    if not cards:
        return
    total = size(sum(card.size_bytes for card in cards))
    with st.expander(f"Deleted projects ({len(cards)}, {total})", icon=":material/delete:"):
        st.caption("They are kept for 30 days after they were deleted, and then removed for good.")
        for card in cards[:50]:
            with st.container(horizontal=True, vertical_alignment="center", key=f"page.gone.{card.id}"):
                when = f"deleted {ago(card.deleted_at)} · {size(card.size_bytes)}"
                st.markdown(f"**{plain(short(card.name))}**  \n:small[{when}]", width="stretch")
                st.button("Restore", key=f"page.restore.{card.id}", on_click=_restore, args=(card.id,))
                with st.popover("Delete for good", key=f"page.final.{card.id}"):
                    st.markdown(
                        f"Delete “{plain(short(card.name))}” with its data, runs and models? This cannot be undone."
                    )
                    st.button(
                        "Yes, delete it for good", key=f"page.gone.yes.{card.id}", on_click=_remove, args=(card.id,)
                    )


def _remove(project_id):
    _attempt(project_id, lambda: state.store().delete_project(project_id, final=True))


def open_saved(files):
    """Take in a project that was saved as a file and make it the project in work."""
    (file,) = files
    try:
        with st.spinner("Opening the project …", show_time=True):
            project = state.store().import_project(file.path)
    finally:
        staged.remove(file)
    state.open_next(project.id)
    st.switch_page(navigation.path_of("data"), query_params={})
