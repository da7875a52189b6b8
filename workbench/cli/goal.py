"""What ``train`` may be told of the purpose of a model before any result is seen; it is kept with the run."""

import argparse
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.specs import Draft

NAMES = ("decide", "costs", "least")


def add_options(command: argparse.ArgumentParser) -> None:
    """Add the options of this module to a command."""
    command.add_argument("--decide", metavar="TEXT", default="", help="what will be decided with it, in your words")
    command.add_argument("--costs", metavar="TEXT", default="", help="what a mistake costs, in your words")
    command.add_argument(
        "--least",
        metavar="N",
        type=_number,
        help="the worst value of the main metric that would be useful: the result says whether it was reached",
    )


def in_draft(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return what a draft keeps of it."""
    from workbench.specs import SuccessSpec

    success = SuccessSpec(costs=arguments.costs.strip(), least=arguments.least)
    return {"goal": arguments.decide.strip(), "success": success}


def settled(draft: "Draft", metric: str) -> "Draft":
    """Return a draft whose least useful value, where there is one, is of the metric that decides."""
    return draft if draft.success.least is None else draft.but(success=draft.success.but(metric=metric))


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"must be a number, not “{text}”")
    return number
