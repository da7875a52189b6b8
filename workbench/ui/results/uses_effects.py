"""What a column changes: the mean answer by its values, single rows, and how often the values occur."""

import streamlit as st

from workbench import charts
from workbench.errors import WorkbenchError
from workbench.results.uses.effects import effect, outcome_words
from workbench.training.scoring import quietly
from workbench.ui import components, phrases, pictures
from workbench.ui.results import uses_model

WHAT = (
    "Partial dependence: the column is set to one value after the other in {rows:,} rows drawn by chance, everything "
    "else stays as it is, and the model fitted on {learned} answers each time. "
)
MEAN = "The thick line is the mean"
LINES = "; each thin line is a single row (individual conditional expectation)"
CENTRED = ", drawn by how far it moves from its own first value"
BELOW = ". Grey bars: how many rows have such values; where there are few, little is known."
LEVELS = (
    "The dot is the mean, the grey line holds the middle 80 % of the rows; in brackets how many of the rows have such "
    "a value."
)
CAUTION = " It shows what the model does, not what causes what."


@st.cache_resource(max_entries=64, show_spinner="Asking the model …")
def _effect(run_id, key, made_at, column, label, _opened, _spec):
    with quietly():
        return effect(_opened.pipeline, _opened.inputs, _spec, column, label=label)


def show(shown):
    """Show the effect of a chosen column."""
    found = uses_model.opened(shown)
    if found is None:
        return
    names = uses_model.columns_by_need(shown, texts=False)
    if not names:
        st.info("All columns are free text, which has no values to go through.", icon=":material/notes:")
        return

    @st.fragment
    def live():
        """A choice here runs nothing else of the page again."""
        with st.container(horizontal=True, vertical_alignment="bottom"):
            column = st.selectbox(
                "Column",
                names,
                key=f"page.results.uses.column.{shown.run.id}",
                help="What the model needs most stands first, where that was measured.",
            )
            label = uses_model.choose_class(shown, "effects")
        try:
            result = _effect(shown.run.id, shown.key, found.made_at, column, label, _opened=found, _spec=shown.run.spec)
        except WorkbenchError as error:
            components.show_problem(error)
            return
        _show(shown, result)

    live()


def _show(shown, result):
    lines = centred = False
    if result.is_scale:
        with st.container(horizontal=True):
            lines = st.toggle("Single rows", value=True, key="page.results.uses.lines")
            centred = st.toggle(
                "Start all at the same point",
                key="page.results.uses.centred",
                help="Shows by how much each row moves, wherever it starts. Lines that cross tell of an interaction.",
            )
    told = WHAT.format(rows=result.n_rows, learned=phrases.rows_learned(shown.run.spec))
    if result.is_scale:
        told += MEAN + (LINES if lines else "") + (CENTRED if centred else "") + BELOW
    else:
        told += LEVELS
    pictures.show(
        charts.CHARTS["column_effect"](result, lines=lines, centred=centred),
        numbers(result),
        key="page.results.uses.effect",
        name=f"effect-{shown.run.number}",
        alt=f"What a column changes: {result.finding()}",
        definition=told + CAUTION,
    )


def numbers(result):
    """Return the numbers of an effect with headers that say what they are, and probabilities in percent."""
    share = result.label is not None
    unit = "%" if share else result.unit
    what = outcome_words(result.target, result.label).strip("“”")
    what = f"{what} ({unit})" if unit else what
    frame = result.frame()[["value", "mean", "low", "high"]].copy()
    for name in ("mean", "low", "high"):
        frame[name] = frame[name] * (100 if share else 1)
    headers = [
        value_header(result.column),
        f"{what}, mean",
        f"{what}, 10 % of rows below",
        f"{what}, 10 % of rows above",
    ]
    return frame.set_axis(headers, axis=1)


def value_header(column):
    """Return the header of a column's values; not its bare name, which may be a word of ours, such as “count”.

    >>> from workbench.specs import ColumnSpec
    >>> value_header(ColumnSpec(name="count", meaning="number", unit="kg"))
    'Value of count (kg)'
    """
    return f"Value of {column.name}" + (f" ({column.unit})" if column.unit else "")
