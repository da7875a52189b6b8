"""MODEL_CARD.md for the engineer: the facts of the report, as Markdown; what people named is escaped.

The sections follow Mitchell et al., Model Cards for Model Reporting, FAT* 2019, section 4.
"""

import math
from collections.abc import Iterable, Iterator

from workbench.document.page import moment_words
from workbench.export.readme import escaped
from workbench.modeling import metrics
from workbench.modeling.split_words import divided, how_often
from workbench.results.candidates.board import leaderboard
from workbench.results.report.cautions import limits_of, warnings_of
from workbench.results.report.origin import setting_words
from workbench.results.summary import Summary
from workbench.results.wording import decimals_for, number, percent, with_spread
from workbench.runtime.decisions import sentence_of
from workbench.runtime.intervals import how_often as cases
from workbench.specs import MEANING_LABELS

MOST_COLUMNS, MOST_RELIED_ON, MOST_CANDIDATES = 200, 20, 20
TASKS = {"binary": "one of two classes", "multiclass": "one of several classes", "regression": "an amount"}
TO_FILL_IN = "_to be filled in by the person responsible_"


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
        ("Model", _model(summary)),
        ("Intended use", _use(summary)),
        ("Data", _data(summary)),
        ("How it was checked", _checked(summary)),
        ("Metrics", _metrics(summary)),
        ("Decision" if summary.spec.task != "regression" else "Interval", _decision(summary)),
        ("Where it is weaker", _segments(summary)),
        ("What it relies on", _importance(summary)),
        ("Compared with", _candidates(summary)),
        ("Warnings", [f"- {escaped(text)}" for text in warnings_of(summary)] or ["There were none."]),
        ("Limits", [f"- {escaped(text)}" for text in limits_of(summary)]),
        ("Versions", _versions(summary)),
    )
    lines = [f"# Model card: {escaped(heading)}", "", escaped(summary.headline.sentence)]
    for title, body in parts:
        lines += ["", f"## {title}", "", *body]
    return "\n".join(lines) + "\n"


def _model(summary: Summary) -> list[str]:
    spec, origin = summary.spec, summary.origin
    candidate = spec.candidate(summary.key)
    settings = ", ".join(f"{name} = {value}" for name, value in sorted(candidate.hyperparameters.items()))
    facts = [
        ("Predicts", f"{escaped(spec.target)}, {TASKS[spec.task]}"),
        ("Estimator", escaped(summary.label)),
        ("Settings", escaped(settings) if settings else "as usual"),
        ("Made by", f"workbench {escaped(origin.app_version)}, run {origin.run_number} ({escaped(origin.run_id)})"),
        ("Made on", escaped(moment_words(origin.made_at)) if origin.made_at else "–"),
        ("Responsible", TO_FILL_IN),
    ]
    if candidate.members:
        members = ", ".join(f"{one.kind} ({one.weight:.2g})" for one in candidate.members)
        facts.insert(2, ("Members and weights", escaped(members)))
    return [*_facts(facts), *([] if not origin.comment else ["", escaped(origin.comment)])]


def _use(summary: Summary) -> list[str]:
    origin, found = summary.origin, summary.verdict
    lines = [f"**To be decided with it.** {escaped(origin.goal) or TO_FILL_IN}"]
    if origin.success.costs:
        lines += ["", f"**What a wrong answer costs.** {escaped(origin.success.costs)}"]
    if found is not None:
        later = " This was written down after the run had begun." if origin.goal_later else ""
        lines += ["", f"**Verdict.** {escaped(found.sentence)}{later}"]
    return lines


def _data(summary: Summary) -> list[str]:
    spec, origin = summary.spec, summary.origin
    facts = [("File", f"{escaped(origin.file)}, {origin.n_file_rows:,} rows")] if origin.file else []
    if origin.n_rows < origin.n_file_rows:
        facts.append(("Sample", f"{origin.n_rows:,} rows, drawn by chance"))
    if origin.rows_without_target:
        facts.append(("Left out", f"{origin.rows_without_target:,} rows without a value to predict"))
    facts += [("Row step", escaped(setting_words(step))) for step in spec.recipe.rows]
    facts.append(("SHA-256 of the data", f"`{spec.dataset}`"))
    columns = [
        (escaped(column.name), MEANING_LABELS[column.meaning], escaped(column.unit) or "–")
        for column in spec.columns[:MOST_COLUMNS]
    ]
    more = len(spec.columns) - MOST_COLUMNS
    lines = [*_facts(facts), "", *_table(("column", "meaning", "unit"), columns)]
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
    for test in origin.final_tests:
        lines += ["", f"**Final test.** {escaped(test['sentence'])}"]
        lines += ["", *(f"- {escaped(caveat)}" for caveat in test["caveats"])] if test["caveats"] else []
    return lines


def _metrics(summary: Summary) -> list[str]:
    spec, baseline = summary.spec, summary.evaluation.baseline()
    rows = []
    for name in sorted(summary.measures, key=lambda one: one != spec.metric):
        kind = metrics.metric(name)
        unit = spec.target_column.unit if kind.in_target_units else ""
        guess = baseline.spread(name)[0] if baseline is not None else math.nan
        rows.append(
            (
                f"**{escaped(kind.label)}** (main)" if name == spec.metric else escaped(kind.label),
                "higher" if kind.greater_is_better else "lower",
                escaped(with_spread(*summary.spread(name), unit)),
                escaped(number(guess, unit=unit)) if math.isfinite(guess) else "–",
            )
        )
    how = "± is the standard deviation over folds." if spec.split.rounds > 1 else "Each was measured once."
    if not summary.answers_as_it_comes:
        how += " They are of the answers as they are given, by what is said under the next heading."
    return [*_table(("measure", "better is", "model", "guessing"), rows), "", how]


def _decision(summary: Summary) -> list[str]:
    if summary.spec.task == "regression":
        return list(_interval(summary))
    if summary.decision is None:
        lines = ["The answer is the most probable class; nobody has chosen a threshold."]
    else:
        why = f" It was chosen for “{escaped(summary.decision.scenario)}”." if summary.decision.scenario else ""
        lines = [f"{escaped(sentence_of(summary.decision.model_dump(), len(summary.spec.classes)))}{why}"]
    decided = summary.decisions
    if decided is not None:
        does = decided.pooled.at(summary.threshold)
        per = [f"{count:.1f}" for count in does.scaled().counts]
        head = ("of 1,000 rows", f"decided {escaped(decided.label)}", "decided otherwise")
        rows = [(f"are {escaped(decided.label)}", per[0], per[2]), ("are not", per[1], per[3])]
        lines += ["", *_table(head, rows), "", f"Precision {_share(does.precision)}, recall {_share(does.recall)}; "]
        lines[-1] += "higher is better for both."
    return lines


def _interval(summary: Summary) -> Iterator[str]:
    found, shift, unit = summary.interval, summary.shift, summary.spec.target_column.unit
    if found is None:
        yield "There is no interval around predictions."
    else:
        held = "The rows are too few to see how often that holds."
        if math.isfinite(found.coverage):
            wide = escaped(number(found.width, unit=unit))
            held = (
                f"On rows that it was not calibrated on {100 * found.coverage:.1f} % lay inside; it was {wide} wide on "
                "average (narrower is better)."
            )
        yield (
            f"The actual value lies in the interval of an answer in {cases(found.level)}. {held} "
            f"{escaped(found.meaning())}"
        )
    if shift is not None:
        yield ""
        yield f"{escaped(number(shift.shift, unit=unit))} is added to what the model says."


def _segments(summary: Summary) -> list[str]:
    found = summary.segments
    if found is None:
        return ["Groups of rows were not looked at."]
    if not found.segments:
        return [f"{escaped(found.finding())}."]
    rows = [
        (
            escaped(one.words),
            f"{one.n_rows:,}",
            escaped(f"{found.say(one.error)} ({found.say(one.low)} to {found.say(one.high)})"),
            escaped(found.say(one.rest)),
        )
        for one in found.segments
    ]
    head = ("group", "rows", f"{escaped(found.kind.label)} (95 %)", "elsewhere")
    return [*_table(head, rows), "", escaped(found.kind.sentence)]


def _importance(summary: Summary) -> list[str]:
    found = summary.importance
    if found is None:
        return ["It has not been measured."]
    rows = [
        (escaped(row.column), f"{_rounded(row.mean, row.std)} ± {_rounded(row.std, row.std)}")
        for row in found.rows.head(MOST_RELIED_ON).itertuples()
    ]
    how = (
        f"Permutation importance: what {escaped(found.label)} loses when a column is shuffled, on {found.n_rows:,} "
        "rows that the model had not seen; ± is the standard deviation over folds and shuffles."
    )
    return [*_table(("column", f"{escaped(found.label)} lost"), rows), "", how]


def _candidates(summary: Summary) -> list[str]:
    spec = summary.spec
    kind = metrics.metric(spec.metric)
    unit = spec.target_column.unit if kind.in_target_units else ""
    board = leaderboard(summary.evaluation)
    rows = [
        (escaped(row.label), escaped(with_spread(row.mean, row.std, unit)), "yes" if row.tied else "")
        for row in board[board["mean"].notna()].head(MOST_CANDIDATES).itertuples()
    ]
    return _table(("estimator", f"{escaped(kind.label)}, as it comes", "level with the best"), rows)


def _versions(summary: Summary) -> list[str]:
    spec, origin = summary.spec, summary.origin
    named = [(escaped(what), escaped(version)) for what, version in origin.versions.items()]
    return _facts([*named, ("seed", str(spec.seed)), ("SHA-256 of the question", f"`{spec.fingerprint}`")])


def _rounded(value: float, spread: float) -> str:
    return number(value, decimals_for(spread) if spread > 0 else 3)


def _share(value: float) -> str:
    return percent(value) if math.isfinite(value) else "not defined"


def _facts(facts: Iterable[tuple[str, str]]) -> list[str]:
    return ["| | |", "|---|---|", *(f"| {label} | {told} |" for label, told in facts)]


def _table(head: Iterable[str], rows: Iterable[tuple[str, ...]]) -> list[str]:
    cells = list(head)
    return [f"| {' | '.join(cells)} |", "|---" * len(cells) + "|", *(f"| {' | '.join(row)} |" for row in rows)]
