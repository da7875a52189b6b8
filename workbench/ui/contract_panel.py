"""What the service does with unusual rows, and whose values must not leave: chosen at once or column by column."""

import pandas as pd
import streamlit as st

from workbench.export.field_contract import FAULTS, behaviour_of, faults_of, preset, tidied
from workbench.export.personal import learned_words, suggested, words_kept
from workbench.export.stored_bundle import fields_of_run
from workbench.profiling.wording import counted
from workbench.results.wording import listed
from workbench.runtime.contract import NUMERIC
from workbench.specs import ContractSpec, FieldContract
from workbench.ui import bundle_job, components, state

KEY = "page.export.contract"
BEGUN_KEY = f"{KEY}.begun"
TOLERANT, STRICT, OWN = "Answer what can be answered", "Refuse what is new", "Column by column"
PRESETS = {TOLERANT: "tolerant", STRICT: "strict"}
SENTENCES = {
    TOLERANT: "A row with a blank, a word or a value that no training row had gets an answer, and a warning beside it.",
    STRICT: "A row with a word or a value that no training row had, with a blank where there were none, or with an "
    "extra column is refused, and told why.",
    OWN: "What happens is as the tables below say.",
}
FAULT_HEADS = {"missing": "No value", "unseen": "Word not seen before", "out_of_range": "Beyond what was seen"}
# (fault, action) as it is chosen in a cell.
CHOICES = {
    ("missing", "warn"): "Answer with a warning",
    ("missing", "impute"): "Take the usual value",
    ("missing", "reject"): "Refuse the row",
    ("unseen", "warn"): "Answer with a warning",
    ("unseen", "impute"): "Take the most frequent word",
    ("unseen", "reject"): "Refuse the row",
    ("out_of_range", "warn"): "Answer with a warning",
    ("out_of_range", "impute"): "Take the nearest value",
    ("out_of_range", "reject"): "Refuse the row",
}
EXTRA = {"warn": "Ignore them, with a warning", "reject": "Refuse the row"}
SENSITIVE, REASON = "Made-up values", "Looks personal"
NAMED = 4  # columns that a sentence names
MOST_ROWS, MOST_PIXELS = 12, 460  # a longer table is scrolled
WIDTHS = {"Column": 152, "fault": 160, SENSITIVE: 140, REASON: 212}  # pixels: beside one another at 1280


@st.cache_resource(max_entries=8, show_spinner="Looking at the columns of the model …")
def _facts(run_id, dataset, _store, _run):
    """Return the fields of a run's model, and which of them look personal, and why."""
    found = fields_of_run(_store, _run)
    return found.fields, suggested(found.table, _run.spec.columns)


def show(run, key):
    """Show what is agreed on about unusual rows and personal data, and keep what is chosen."""
    fields, personal = _facts(run.id, run.spec.dataset, state.store(), run)
    contract = bundle_job.contract_of(run, key)
    st.subheader("What is agreed on", anchor=False)
    way = _choose_way(run, key, fields, contract)
    st.caption(f"{SENTENCES[way]} {_summary(fields, contract)}. {_learned(run, key, fields, contract)}".strip())
    _suggest(run, key, contract, personal)
    _warn_of_words(run, contract)
    # Its label stays, since another one would be another expander, closed.
    with st.expander("Column by column"):
        _show_tables(run, key, fields, contract, personal)


def _learned(run, key, fields, contract):
    """Say what of the marked columns is inside the model itself."""
    candidate = run.spec.candidate(key)
    marked = [{**entry, "sensitive": True} for entry in fields if entry["name"] in contract.sensitive]
    return learned_words(marked, [candidate.kind, *(member.kind for member in candidate.members)])


def _way_of(contract, fields):
    """Return which of the ways a contract is."""
    plain = tidied(contract.but(sensitive=()))
    for words, name in PRESETS.items():
        if plain == tidied(preset(name, fields, contract.sensitive).but(sensitive=())):
            return words
    return OWN


def _choose_way(run, key, fields, contract):
    way, place = _way_of(contract, fields), f"{KEY}.way"
    state.show_as_stored(place, way)

    def choose():
        asked = st.session_state[place]
        if asked in PRESETS:
            _save(run, key, preset(PRESETS[asked], fields, contract.sensitive))

    st.segmented_control(
        "What happens with unusual rows",
        [TOLERANT, STRICT, *([OWN] if way == OWN else [])],
        required=True,
        key=place,
        on_change=choose,
    )
    return way


def _suggest(run, key, contract, personal):
    """Say which columns look personal and are not marked, and offer to mark them."""
    open_ones = {name: reason for name, reason in personal.items() if name not in contract.sensitive}
    if not open_ones:
        return
    named = [f"**{components.plain(name)}** {reason}" for name, reason in list(open_ones.items())[:NAMED]]
    more = f" and {len(open_ones) - NAMED} more" if len(open_ones) > NAMED else ""
    with st.container(border=True, key="personal"):
        st.markdown(
            f":material/person: **{counted(len(open_ones), 'column')} may hold personal data.** {', '.join(named)}"
            f"{more}. The service ships example rows, ranges and lists of words; of marked columns it ships made-up "
            "ones."
        )
        st.button(
            "Ship made-up values instead",
            key=f"{KEY}.mark",
            on_click=lambda: _save(run, key, contract.but(sensitive=(*contract.sensitive, *open_ones))),
        )


def _warn_of_words(run, contract):
    """Say which marked columns' words can still be read out of the model, and how to keep them out of it."""
    if not (named := words_kept(contract.sensitive, run.spec.columns)):
        return
    names = listed([f"“{components.plain(name)}”" for name in named], NAMED)
    with st.container(border=True, key="kept_words"):
        st.markdown(
            f":material/visibility: **Who has the service can read the words of {names} out of the model**, which "
            "tells rows apart by them. Where they are personal, leave them out of the columns it is predicted from, "
            "and train anew."
        )
        components.go_to("Choose the columns anew", "features", key=f"{KEY}.leave_out", primary=False)


def _summary(fields, contract):
    """Return in a few words what differs from column to column."""
    behaviours = [[behaviour_of(entry, contract)[fault] for fault in FAULTS] for entry in fields]
    refused, imputed = (sum(action in each for each in behaviours) for action in ("reject", "impute"))
    parts = [f"{counted(refused, 'column')} can refuse a row" if refused else ""]
    parts.append(f"{counted(imputed, 'column')} can take another value" if imputed else "")
    made_up = f"for {counted(len(contract.sensitive), 'column')} the examples, ranges and lists are made up or rounded"
    parts.append(made_up if contract.sensitive else "")
    told = "; ".join(part for part in parts if part) or "values of every column are in examples, ranges and lists"
    return told[0].upper() + told[1:]


def _show_tables(run, key, fields, contract, personal):
    """Show a table for each kind of fields, since they have different faults; what cannot be is not offered."""
    begun, generation = _begun(run, key, contract)
    tables: list[tuple[str, pd.DataFrame]] = []

    def keep():
        # From what the tables began with, since a cell that is set back is no edit any more.
        changed = begun
        for widget, frame in tables:
            changed = edited(changed, frame, st.session_state[widget]["edited_rows"])
        changed = tidied(changed)
        st.session_state[BEGUN_KEY]["now"] = changed.fingerprint
        _save(run, key, changed)

    groups: dict[tuple, list] = {}
    for entry in sorted(fields, key=lambda entry: entry["name"] not in personal):
        groups.setdefault(tuple(faults_of(entry).items()), []).append(entry)
    for at, (offered, members) in enumerate(groups.items()):
        st.markdown(f"**{_kind(members)}**")
        rows = [_row(entry, begun, dict(offered), personal) for entry in members]
        tables.append((f"{KEY}.table.{at}.{generation}", pd.DataFrame(rows)))
        _show_table(*tables[-1], dict(offered), keep)
    state.show_as_stored(f"{KEY}.extra", contract.extra)
    st.radio(
        "Columns that the model does not know",
        list(EXTRA),
        format_func=EXTRA.get,
        horizontal=True,
        key=f"{KEY}.extra",
        on_change=lambda: _save(run, key, contract.but(extra=st.session_state[f"{KEY}.extra"])),
    )
    st.caption(
        "A value of the wrong type is always refused: nobody knows which was meant. Of a column with made-up "
        "values the service lists no words, so none of them counts as not seen before."
    )


def _begun(run, key, contract):
    """Return the contract that the tables were begun with, and a number that changes where they begin anew.

    A table that is edited is drawn from what it began with, so that it stays where it was scrolled to; what else
    changes the contract (a click above, another tab) begins it anew.
    """
    kept = st.session_state.setdefault(BEGUN_KEY, {"of": "", "now": "", "generation": 0, "contract": None})
    of, now = f"{run.id}.{key}", contract.fingerprint
    gone = f"{KEY}.table.0.{kept['generation']}" not in st.session_state  # the page was left: so are its edits
    if gone or (kept["of"], kept["now"]) != (of, now):
        begun = contract.model_dump(mode="json")
        kept.update(of=of, now=now, contract=begun, generation=kept["generation"] + 1)
    return ContractSpec.model_validate(kept["contract"]), kept["generation"]


def _kind(members):
    meanings = {entry["meaning"] for entry in members}
    if meanings <= {*NUMERIC, "date"}:
        return "Numbers and dates"
    return "Words" if "unseen" in faults_of(members[0]) else "Text, and words that are not listed"


def _show_table(widget, frame, offered, keep):
    if not frame[REASON].any():
        frame = frame.drop(columns=REASON)
    widths = WIDTHS if REASON in frame else {}
    columns = {
        FAULT_HEADS[fault]: st.column_config.SelectboxColumn(
            options=[CHOICES[fault, action] for action in actions], required=True, width=widths.get("fault")
        )
        for fault, actions in offered.items()
    }
    columns["Column"] = st.column_config.TextColumn(width=widths.get("Column", "medium"))
    columns[REASON] = st.column_config.TextColumn(width=WIDTHS[REASON])
    columns[SENSITIVE] = st.column_config.CheckboxColumn(
        width=widths.get(SENSITIVE),
        help="Sensitive: no value of this column is in the service's examples, ranges or lists; made-up ones are.",
    )
    st.data_editor(
        frame,
        key=widget,
        column_config=columns,
        disabled=["Column", REASON],
        hide_index=True,
        height=MOST_PIXELS if len(frame) > MOST_ROWS else "auto",
        on_change=keep,
    )


def _row(entry, contract, offered, personal):
    """Return a line of a table: a column of the model, what happens at each fault, and whether its values stay."""
    marked = entry["name"] in contract.sensitive
    behaviour = behaviour_of({**entry, "sensitive": marked}, contract)
    cells = {FAULT_HEADS[fault]: CHOICES[fault, behaviour[fault]] for fault in offered}
    return {"Column": entry["name"], **cells, SENSITIVE: marked, REASON: personal.get(entry["name"], "")}


def edited(contract, frame, edits):
    """Return a contract with what was changed in a table.

    Parameters
    ----------
    contract : ContractSpec
    frame : DataFrame
        The table as it was shown.
    edits : mapping of int to mapping
        Row to column to value, as a data editor gives them.
    """
    chosen = {one.column: one for one in contract.fields}
    sensitive = list(contract.sensitive)
    actions = {(FAULT_HEADS[fault], words): (fault, action) for (fault, action), words in CHOICES.items()}
    for row, changes in edits.items():
        name = frame["Column"].iloc[int(row)]
        for head, value in changes.items():
            if head == SENSITIVE:
                sensitive = [other for other in sensitive if other != name] + ([name] if value else [])
            elif (head, value) in actions:
                fault, action = actions[head, value]
                chosen[name] = chosen.get(name, FieldContract(column=name)).but(**{fault: action})
    return ContractSpec(fields=tuple(chosen.values()), extra=contract.extra, sensitive=tuple(sensitive))


def _save(run, key, contract):
    state.store().save_contract(run.id, key, tidied(contract))
