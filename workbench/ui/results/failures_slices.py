"""Any column as a slice: the metric per level, range or period, and the rows behind each."""

import streamlit as st

from workbench import charts
from workbench.charts.segments import baseline_is_near
from workbench.results.failures.slice_metrics import slice_metrics
from workbench.results.failures.slices import FEW_ROWS, slices
from workbench.ui import pictures, state
from workbench.ui.components import plain
from workbench.ui.phrases import short
from workbench.ui.results import failures_rows, failures_work, views

PLACE = "page.results.by_column"


def columns_of(shown):
    """Return the columns that rows can be grouped by: the inputs in the order of what the model uses most, where that
    is known, then all others of the table but the target."""
    spec = shown.run.spec
    schema = {column.name: column for column in state.dataset(spec.dataset).schema.columns}
    found = {column.name: schema.get(column.name, column) for column in spec.columns}
    importance = views.stored_importance(shown.run, shown.key)
    if importance is not None:
        ranked = [name for name in importance.rows["column"] if name in found]
        found = {name: found[name] for name in [*ranked, *found]}
    return found | {name: column for name, column in schema.items() if name not in found and name != spec.target}


def choose_column(shown, place, default=0):
    """Show the choice of a column to group rows by, and return it."""
    columns = columns_of(shown)
    name = st.selectbox(
        "Column",
        list(columns),
        index=default,
        format_func=lambda name: short(name, 80),
        key=f"{place}.column.{shown.run.id}",
        help="Any column of your table, whether the model uses it or not. Numbers are cut into ranges, dates into "
        "periods.",
    )
    return columns[name]


def show(shown):
    """Show the metric per group of a column."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        column = choose_column(shown, PLACE)
    kinds = slice_metrics(shown.run.spec)
    with right:
        by = st.segmented_control(
            "Metric",
            list(kinds),
            default=next(iter(kinds)),
            required=True,
            format_func=lambda name: kinds[name][:1].upper() + kinds[name][1:],
            key=f"{PLACE}.by",
        )
    found = failures_work.result(
        failures_work.about(shown, "by_column", column.name, by),
        lambda: slices(shown.evaluation, shown.key, shown.table(), column, by),
        f"Measuring the groups of “{plain(short(column.name))}”",
    )
    if found is None:
        return

    @st.fragment
    def groups():
        _show_found(shown, found, "-".join(failures_work.about(shown, column.name, by)))

    groups()


def _show_found(shown, found, identity):
    chart_key, level_key = f"{PLACE}.chart.{identity}", f"{PLACE}.level.{identity}"
    levels = found.frame()["level"].tolist()
    pictures.show(
        charts.slices(found),
        numbers_of(found),
        key=chart_key,
        alt=f"{found.label} per group of {found.column}. {found.finding()}",
        definition=f"{plain(found.sentence)} Bar: 95 % interval. Dashed line: all rows, "
        f"{plain(found.say(found.overall))}. "
        f"Grey tick: the baseline for the same rows{_far(found)}. Groups of fewer than {FEW_ROWS} rows are grey and "
        "not judged; the others are compared with all other rows, corrected for how many groups there are.",
        name=f"by-column-{shown.run.number}",
        on_select=lambda: failures_rows.take_click(chart_key, level_key, levels),
    )
    failures_rows.show_behind(shown, found, levels, key=level_key, place=PLACE)


def _far(found):
    rows = found.frame()
    if rows["baseline"].isna().all():
        return " (there is none)"
    far = not baseline_is_near(rows)
    return f" (not drawn where it is far off: {plain(found.say(rows['baseline'].mean()))} on average)" if far else ""


def numbers_of(found):
    """Return the figures of a column's groups under headers for a person; shares in percent."""
    rows = found.frame()
    scale, unit = (100, " (%)") if found.share else (1, f" ({found.unit})" if found.unit else "")
    columns = {
        "Group": rows["level"],
        "Rows": rows["n_rows"],
        f"{found.label[:1].upper()}{found.label[1:]}{unit}": rows["value"] * scale,
        f"from{unit}": rows["low"] * scale,
        f"to{unit}": rows["high"] * scale,
        f"All other rows{unit}": rows["rest"] * scale,
        f"Baseline{unit}": rows["baseline"] * scale,
        "p-value, corrected": rows["p_value"],
    }
    return rows.assign(**columns)[list(columns)]
