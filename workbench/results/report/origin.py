"""The data, the settings, and the versions: what an engineer needs to get the same result again."""

from collections.abc import Iterator

from workbench.document.escaping import name
from workbench.document.page import moment_words
from workbench.document.parts import Section, table
from workbench.modeling import metrics
from workbench.results.report.page import Page
from workbench.specs import MEANING_LABELS, Spec

MOST_SHOWN, LONGEST_COLUMN = 100, 80  # columns, characters of a name


def sections(page: Page) -> list[Section]:
    """Return the section on where the result comes from."""
    rows = [f'<td class="wide-name">{label}</td><td class="told">{told}</td>' for label, told in _facts(page)]
    columns = "".join(
        f"<li>{name(column.name, LONGEST_COLUMN)} <span class='soft'>{MEANING_LABELS[column.meaning]}"
        + (f", {name(column.unit)}" if column.unit else "")
        + "</span></li>"
        for column in page.spec.columns[:MOST_SHOWN]
    )
    more = len(page.spec.columns) - MOST_SHOWN
    after = page.told(f"And {more:,} more columns.", kind="note") if more > 0 else ""
    asked = f"<h3>{len(page.spec.columns):,} columns it is asked with</h3><ul class='plain bare several'>{columns}</ul>"
    body = table(["Fact", "Here"], rows) + asked + after
    return [Section("origin", "Data, settings, versions", body)]


def _facts(page: Page) -> Iterator[tuple[str, str]]:
    spec, origin = page.spec, page.summary.origin
    if origin.file:
        sample = f"; a random sample of {origin.n_rows:,} was worked with" if origin.n_rows < origin.n_file_rows else ""
        yield "File", f"{name(origin.file, 60)}, {origin.n_file_rows:,} rows{sample}"
    if origin.rows_without_target:
        yield "Rows left out", f"{origin.rows_without_target:,} without a value to predict"
    for step in spec.recipe.rows:
        yield "Row step", page.sentence(setting_words(step))
    if spec.locked:
        yield "Locked away until the end", page.sentence(f"{100 * spec.locked:g} % of the rows")
    yield "Estimator", page.sentence(page.summary.label)
    for setting, chosen in sorted(spec.candidate(page.summary.key).hyperparameters.items()):
        yield "Setting", page.sentence(f"{setting} = {chosen}")
    yield "Main metric", page.sentence(metrics.metric(spec.metric).label)
    if spec.weight_column:
        yield "Rows weigh", name(spec.weight_column)
    if spec.class_weight:
        yield "Classes weigh", "rare ones as much as frequent ones"
    yield "Seed", f"{spec.seed}"
    yield "Run", page.sentence(f"{origin.run_number}, {origin.run_id}" if origin.run_id else "not stored")
    if origin.made_at is not None:
        yield "Trained on", page.sentence(moment_words(origin.made_at))
    versions = [f"workbench {origin.app_version}"] if origin.app_version else []
    yield (
        "Versions",
        page.sentence(", ".join([*versions, *(f"{what} {of}" for what, of in origin.versions.items())]) or "–"),
    )
    yield "Fingerprint of the data", page.sentence(spec.dataset)
    yield "Fingerprint of the question", page.sentence(spec.fingerprint)


def setting_words(step: Spec) -> str:
    """Write what a Spec says in one line."""
    facts = step.model_dump(mode="json", exclude_defaults=True)
    said = {key: one for key, one in facts.items() if key != "step"}
    told = ", ".join(f"{key} {', '.join(map(str, one)) if isinstance(one, list) else one}" for key, one in said.items())
    return f"{step.step.replace('_', ' ')}{f': {told}' if told else ''}"
