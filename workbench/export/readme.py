"""README.md of a bundle, from the facts of the run; what people named is escaped, so that it stays text."""

import json
import re
from pathlib import Path
from string import Template

from workbench.export.amounts import amounts_section
from workbench.export.final_tests import final_tests_section
from workbench.export.readme_contract import contract_table, personal_section
from workbench.export.upkeep_files import skops_section
from workbench.modeling.split_words import scored_over
from workbench.runtime.contract import NUMERIC, example_date, example_number
from workbench.runtime.decisions import sentence_of
from workbench.runtime.field_words import seen_ends
from workbench.runtime.scorer import UNGUARDED
from workbench.runtime.upkeep.figures import measured
from workbench.specs import MEANING_LABELS, SplitSpec

TEMPLATE = Path(__file__).with_name("README.template.md")
MOST_WORDS = 12
CARD = (
    "\n\nRead `MODEL_CARD.md` before the answers decide anything: where the model is weaker, whether its probabilities "
    "can be taken at their word, and what it must not be used for."
)
# What begins markup within a line of GitHub's Markdown: "_" only at the edge of a word, "#" only at the edge of a
# heading; "(" and "!" do nothing without the brackets.
SPECIAL = re.compile(r"([\\`*\[\]<|~$]|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_])|^#|#$)")


def readme(manifest: dict, example: dict, *, card: bool = False) -> str:
    """Return the text of README.md.

    Parameters
    ----------
    manifest : dict
        What ``model.json`` holds.
    example : dict
        The service's answer to ``request.json``.
    card : bool
        Whether there is a ``MODEL_CARD.md``.
    """
    classes = ", ".join(escaped(label) for label in manifest["classes"])
    n_fields = len(manifest["fields"])
    facts = {
        "name": escaped(manifest["name"]),
        "target": escaped(manifest["target"]),
        "n_fields": "1 field" if n_fields == 1 else f"{n_fields} fields",
        "task_sentence": "as a number" if manifest["task"] == "regression" else f"as one of the classes {classes}",
        "created_at": manifest["created_at"][:10],
        "n_rows": f"{manifest['n_rows']:,}",
        "guarded": _listed([escaped(name) for name in manifest["versions"] if name not in UNGUARDED]),
        "python_version": manifest["versions"]["python"],
        "python_minor": ".".join(manifest["versions"]["python"].split(".")[:2]),
        "example_answer": json.dumps(example, indent=1, ensure_ascii=True),
        "decision_section": _decision(manifest) + amounts_section(manifest, escaped),
        "fields_table": "\n".join(_field_line(field) for field in manifest["fields"]),
        "contract_table": contract_table(manifest["fields"], escaped),
        "personal_section": personal_section(manifest, escaped),
        "scores_section": _scores(manifest)
        + final_tests_section(manifest, escaped)
        + _warnings(manifest.get("warnings") or [])
        + (CARD if card else ""),
        "ignored_section": _ignored(manifest["ignored"]),
        "skops_section": skops_section(manifest),
        "facts_table": "\n".join(f"| {name} | {value} |" for name, value in _facts(manifest)),
    }
    # Template.substitute raises where the template names a fact that is not here, and puts values in as they are.
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(facts)


def escaped(value: object) -> str:
    r"""Return ``value`` as one line of Markdown that shows as it is.

    >>> escaped("a|b_c\n<i>")
    'a\\|b_c \\<i>'
    >>> escaped("tenure (months)"), escaped("_a_")
    ('tenure (months)', '\\_a\\_')
    """
    text = " ".join(str(value).split())
    text = SPECIAL.sub(r"\\\1", text)
    # Markdown turns bare addresses into links; a word joiner in them would be worse to copy than an entity.
    return text.replace("://", "&#58;//")


def _field_line(field: dict) -> str:
    if field["meaning"] in NUMERIC:
        example = example_number(field)
    elif field["meaning"] == "date":
        example = example_date(field)
    else:
        example = field["values"][0] if field["values"] else "any text"
    cells = (field["name"], MEANING_LABELS[field["meaning"]], example, _seen(field), _yes_no(field["blanks_seen"]))
    return "| " + " | ".join(escaped(cell) for cell in cells) + " |"


def _seen(field: dict) -> str:
    if ends := seen_ends(field):
        return f"{ends[0]} to {ends[1]}"
    words = field["values"] or []
    more = len(words) - MOST_WORDS
    listed = ", ".join(word if len(word) <= 60 else word[:60] + "…" for word in words[:MOST_WORDS])
    if field["more_values"]:
        return f"{listed} and more than {len(words) - MOST_WORDS} others"
    return f"{listed} and {more} more" if more > 0 else listed or "–"


def _listed(names: list[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"


def _scores(manifest: dict) -> str:
    scores = manifest["scores"]
    if not scores:
        return "The model was not cross-validated; nothing is known of how good it is."
    baseline = scores.get("baseline") or {}
    lines = [
        f"{_checked(SplitSpec.model_validate(scores['split']))} The baseline ignores every field.",
        "",
        _divided(scores["split"]) + (f" {escaped(manifest['optimism'])}" if manifest.get("optimism") else ""),
        "",
        "| measure | better is | model | baseline |",
        "|---|---|---|---|",
    ]
    for name in sorted(scores["metrics"], key=lambda name: (name != scores["metric"], name)):
        measure = scores["metrics"][name]
        label = f"**{escaped(measure['label'])}** (main)" if name == scores["metric"] else escaped(measure["label"])
        better = "higher" if measure["greater_is_better"] else "lower"
        theirs = measured(baseline.get(name))
        lines.append(f"| {label} | {better} | {measured(measure)} | {theirs} |")
    return "\n".join(lines)


_DIVIDED = {
    "random": "The rows were divided into folds at random, each row for itself.",
    "group": "The rows were divided by **{}**: those that share a value stand in the same fold, so the figures "
    "are about values of it that the model has not seen.",
    "time": "The rows were divided forward in time by **{}**: each fold was predicted from earlier rows only.",
    "own": "The folds are those that the column **{}** marks.",
}


def _checked(split: SplitSpec) -> str:
    if split.rounds == 1:
        return f"Each figure was measured once, {scored_over(split)}, which the model had not seen."
    return (
        f"Each figure is the mean {scored_over(split)} (cross-validation), on rows the model had not seen; "
        "± is the standard deviation over them."
    )


def _divided(split: dict) -> str:
    words = _DIVIDED[split["kind"]].format(escaped(split["column"]))
    return words + (f" A gap of {split['gap']:g} was left before each." if split.get("gap") else "")


def _decision(manifest: dict) -> str:
    """Return how an answer comes from the probabilities, where a person decided it; "" where it is as usual."""
    decision = manifest.get("decision")
    if decision is None:
        return ""
    why = f" It was chosen for “{escaped(decision['scenario'])}”." if decision["scenario"] else ""
    return (
        f"\n**Decision.** {escaped(sentence_of(decision, len(manifest['classes'])))}{why} The probabilities are as the "
        "model gives them. Measures below that count classes (accuracy, F1 …) are of the most probable class, not of "
        "this decision.\n"
    )


def _warnings(warnings: list[str]) -> str:
    if not warnings:
        return ""
    lines = "\n".join(f"- {escaped(warning)}" for warning in warnings)
    return f"\n\nWhat the workbench warned about before it trained:\n\n{lines}"


def _ignored(ignored: list[dict]) -> str:
    if not ignored:
        return "Every column of the file besides the target is used."
    return "\n".join(f"- **{escaped(entry['column'])}**: {escaped(entry['reason'])}" for entry in ignored)


def _threshold(decision: dict | None) -> list[tuple[str, str]]:
    return [("threshold", f"{escaped(decision['label'])} from {decision['threshold']} on")] if decision else []


def _facts(manifest: dict) -> list[tuple[str, str]]:
    estimator = manifest["estimator"]
    settings = ", ".join(f"{name} = {value}" for name, value in sorted(estimator["hyperparameters"].items()))
    return [
        ("estimator", escaped(estimator["label"]) + (f" ({escaped(settings)})" if settings else "")),
        ("positive class", escaped(manifest["positive"]) if manifest["positive"] is not None else "–"),
        *_threshold(manifest.get("decision")),
        ("SHA-256 of model.joblib", f"`{manifest['model']}`"),
        ("fingerprint of the question", f"`{manifest['spec_fingerprint']}`"),
        ("made at", f"{manifest['created_at']} by workbench {escaped(manifest['app_version'])}"),
        *((name, escaped(version)) for name, version in manifest["versions"].items()),
    ]
