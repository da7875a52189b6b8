"""MODEL_CARD.md for the engineer: the facts of the report, as Markdown; what people named is escaped.

The sections follow Mitchell et al., Model Cards for Model Reporting, FAT* 2019, section 4.
"""

from workbench.document.page import moment_words
from workbench.export.model_card_results import (
    candidates_part,
    decision_part,
    facts_lines,
    groups_part,
    importance_part,
    metrics_part,
    pairs_part,
    runs_part,
    segments_part,
    table_lines,
    time_part,
)
from workbench.export.readme import escaped
from workbench.modeling.split_words import divided, how_often
from workbench.results.report.cautions import limits_of, warnings_of
from workbench.results.report.front import NOT_PRICED, answers, last_test, no_goal, verdict_words
from workbench.results.report.origin import setting_words
from workbench.results.report.worth import chosen_goal
from workbench.results.summary import Summary
from workbench.specs import MEANING_LABELS

MOST_COLUMNS = 200
TASKS = {"binary": "one of two classes", "multiclass": "one of several classes", "regression": "an amount"}
NOBODY_SAID = "Nobody wrote down what is to be decided with it."


def model_card(summary: Summary, name: str = "") -> str:
    """Return the model card of an estimator.

    Parameters
    ----------
    summary : Summary
    name : str, optional
        Heads the card; by default the project's name.
    """
    heading = name or summary.origin.project or f"Prediction of {summary.spec.target}"
    parts = (
        ("In short", _in_short(summary)),
        ("Model", _model(summary)),
        ("Intended use", _use(summary)),
        ("Data", _data(summary)),
        ("How it was checked", _checked(summary)),
        ("Metrics", metrics_part(summary)),
        ("Decision" if summary.spec.task != "regression" else "Interval and decision", decision_part(summary)),
        ("Where it is weaker", segments_part(summary)),
        ("Groups of people", groups_part(summary)),
        ("Over time", time_part(summary)),
        ("What it relies on", [*importance_part(summary), *pairs_part(summary)]),
        ("Compared with", candidates_part(summary)),
        ("Other runs", runs_part(summary)),
        ("Warnings", [f"- {escaped(text)}" for text in warnings_of(summary)] or ["There were none."]),
        ("Limits", [f"- {escaped(text)}" for text in limits_of(summary)]),
        ("Versions", _versions(summary)),
    )
    lines = [f"# Model card: {escaped(heading)}", "", escaped(summary.headline.sentence)]
    for title, body in parts:
        lines += ["", f"## {title}", "", *body]
    return "\n".join(lines) + "\n"


def _in_short(summary: Summary) -> list[str]:
    """The five answers of the report's first page."""
    lines = [
        f"- **{one.question} {escaped(one.short)}{'' if one.short.endswith('.') else '.'}** "
        f"{escaped(' '.join(one.sentences))}"
        for one in answers(summary)
    ]
    return [*lines, "", "The report of the run says the same with pictures."]


def _model(summary: Summary) -> list[str]:
    spec, origin = summary.spec, summary.origin
    candidate = spec.candidate(summary.key)
    settings = ", ".join(f"{name} = {value}" for name, value in sorted(candidate.hyperparameters.items()))
    facts = [
        ("Predicts", f"{escaped(spec.target)}, {TASKS[spec.task]}"),
        ("Estimator", escaped(summary.label)),
        ("Settings", escaped(settings) if settings else "the usual ones of this kind"),
        ("Made by", f"workbench {escaped(origin.app_version)}, run {origin.run_number} ({escaped(origin.run_id)})"),
        ("Made on", escaped(moment_words(origin.made_at)) if origin.made_at else "not known"),
    ]
    if candidate.members:
        members = ", ".join(f"{one.kind} ({one.weight:.2g})" for one in candidate.members)
        facts.insert(2, ("Members and weights", escaped(members)))
    return [*facts_lines(facts), *([] if not origin.comment else ["", escaped(origin.comment)])]


def _use(summary: Summary) -> list[str]:
    origin, found = summary.origin, summary.verdict
    lines = [f"**To be decided with it.** {escaped(origin.goal) or NOBODY_SAID}"]
    if origin.success.costs:
        lines += ["", f"**What a wrong answer costs.** {escaped(origin.success.costs)}"]
    elif chosen_goal(summary) is None and summary.shift is None:
        lines += ["", f"**What a wrong answer costs.** {NOT_PRICED}"]
    if found is not None:
        later = " This was written down after the run had begun." if origin.goal_later else ""
        lines += ["", f"**Verdict.** {escaped(verdict_words(found))}{later}"]
    else:
        lines += ["", f"**Verdict.** {no_goal(summary)}"]
    return lines


def _data(summary: Summary) -> list[str]:
    spec, origin = summary.spec, summary.origin
    facts = [("File", f"{escaped(origin.file)}, {origin.n_file_rows:,} rows")] if origin.file else []
    if origin.n_rows < origin.n_file_rows:
        facts.append(("Sample", f"{origin.n_rows:,} rows, drawn by chance"))
    if origin.rows_without_target:
        facts.append(("Left out", f"{origin.rows_without_target:,} rows without a value to predict"))
    facts += [("Row step", escaped(setting_words(step))) for step in spec.recipe.rows]
    if spec.locked:
        facts.append(
            ("Locked away until the end", f"{100 * spec.locked:g} % of the rows; it has learned from none of them")
        )
    facts.append(("SHA-256 of the data", f"`{spec.dataset}`"))
    columns = [
        (escaped(column.name), MEANING_LABELS[column.meaning], escaped(column.unit) or "–")
        for column in spec.columns[:MOST_COLUMNS]
    ]
    more = len(spec.columns) - MOST_COLUMNS
    lines = [*facts_lines(facts), "", *table_lines(("column", "meaning", "unit"), columns)]
    lines += [f"\nand {more:,} more columns"] if more > 0 else []
    if spec.left_out:
        out = [f"- **{escaped(entry.column)}**: {escaped(entry.reason)}" for entry in spec.left_out[:MOST_COLUMNS]]
        lines += ["", "Not looked at:", "", *out]
    return lines


def _checked(summary: Summary) -> list[str]:
    spec, origin = summary.spec, summary.origin
    words = divided(spec.split)
    lines = [
        f"On {len(summary.predictions):,} rows that the model had not seen: {escaped(words)}; checked "
        f"{escaped(how_often(spec.split))}. {escaped(origin.split_reason)}".rstrip()
    ]
    lines += ["", escaped(origin.optimism)] if origin.optimism else []
    if spec.locked and not origin.final_tests:
        lines += ["", last_test(summary)]
    for test in origin.final_tests:
        lines += ["", f"**Final test.** {escaped(test['sentence'])}"]
        lines += ["", *(f"- {escaped(caveat)}" for caveat in test["caveats"])] if test["caveats"] else []
    return lines


def _versions(summary: Summary) -> list[str]:
    spec, origin = summary.spec, summary.origin
    named = [(escaped(what), escaped(version)) for what, version in origin.versions.items()]
    return facts_lines([*named, ("seed", str(spec.seed)), ("SHA-256 of the question", f"`{spec.fingerprint}`")])
