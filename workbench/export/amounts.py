"""What a bundle says about predicted amounts: the interval around each, and what a person decided to add."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.errors import WorkbenchError
from workbench.results.deciding.intervals import DEFAULT_LEVEL, Interval, interval_of
from workbench.results.wording import number, percent
from workbench.runtime.intervals import how_often
from workbench.specs import AmountDecisionSpec

if TYPE_CHECKING:
    from workbench.store import Store
    from workbench.training.evaluation import Evaluation


def amount_facts(
    evaluation: "Evaluation | None",
    key: str,
    *,
    level: float = DEFAULT_LEVEL,
    ratio: float = 1.0,
    decision: AmountDecisionSpec | None = None,
) -> dict[str, Any]:
    """Return what a manifest says about amounts: ``interval`` and ``shift``, each only where there is one.

    Parameters
    ----------
    evaluation : Evaluation or None
        With the out-of-fold predictions that the interval is calibrated on; without them there is no interval.
    key : str
        The candidate.
    level, ratio : float
        As :func:`workbench.results.deciding.intervals.interval_of` takes them.
    decision : AmountDecisionSpec, optional
        What is added to predictions.
    """
    if evaluation is None or evaluation.spec.task != "regression":
        return {}
    try:
        interval = interval_of(evaluation, key, level, ratio=ratio)
    except WorkbenchError:  # too few rows, or none held out: predictions go without
        interval = None
    return shipped(interval, decision)


def shipped(interval: Interval | None, decision: AmountDecisionSpec | None) -> dict[str, Any]:
    """Return an interval and what is added to predictions as a manifest has them; nothing where there is neither."""
    facts = {} if interval is None else {"interval": interval.to_json()}
    return facts if decision is None else {**facts, "shift": decision.model_dump(mode="json")}


def stored_amount_facts(store: "Store", run_id: str, key: str, evaluation: "Evaluation") -> dict[str, Any]:
    """Return :func:`amount_facts` by what was decided about an estimator of a run."""
    return amount_facts(
        evaluation,
        key,
        level=store.interval_level(run_id, key),
        ratio=store.error_ratio(run_id, key),
        decision=store.amount_decision(run_id, key),
    )


def amounts_section(manifest: Mapping[str, Any], escaped) -> str:
    """Return what README.md says about the interval and what is added, "" where there is neither.

    Parameters
    ----------
    manifest : mapping
    escaped : callable(value) -> str
        Makes Markdown of what a person named.
    """
    interval, shift = manifest.get("interval"), manifest.get("shift")
    lines = []
    if interval is not None:
        lines.append(_interval_line(interval, escaped))
    if shift is not None:
        lines.append(_shift_line(shift, interval, escaped))
    return "".join(f"\n{line}\n" for line in lines)


def _interval_line(interval: Mapping[str, Any], escaped) -> str:
    often, unit = how_often(interval["level"]), escaped(interval["unit"])
    measured = ""
    if interval["coverage"] is not None:
        std = interval["coverage_std"]
        spread = "" if std is None else f" ± {100 * std:.2g}"
        told = "" if std is None else " (± is the standard deviation over folds)"
        measured = (
            f" On rows that it was not calibrated on {100 * interval['coverage']:.1f}{spread} % lay inside{told}; it "
            f"was {number(interval['width'], unit=unit)} wide on average."
        )
    gain = ""
    if interval["ratio"] < 1:
        gain = (
            f" The model of this bundle is taken to err {percent(1 - interval['ratio'])} less than those of the folds."
        )
    return (
        f"**Interval.** The actual value lies between `lower` and `upper` of an answer in {often}, by the errors on "
        f"{interval['n_rows']:,} rows that the model had not seen (conformal prediction).{measured}{gain} "
        f"{escaped(interval['meaning'])}"
    )


def _shift_line(shift: Mapping[str, Any], interval: Mapping[str, Any] | None, escaped) -> str:
    unit = f" {escaped(shift['unit'])}" if shift["unit"] else ""
    of_amount = escaped(interval["unit"]) if interval is not None else ""
    words = "added to" if shift["shift"] >= 0 else "taken off"
    still = " The interval is about the actual value and is not moved." if interval is not None else ""
    return (
        f"**Decision.** {number(abs(shift['shift']), unit=of_amount)} is {words} what the model predicts, "
        f"since each unit too low costs {shift['too_low']:g}{unit} and each unit too high {shift['too_high']:g}{unit}."
        f"{still} Measures below are of the model without this."
    )
