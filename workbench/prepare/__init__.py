"""Row steps: what happens to rows once, before any split, and never when serving."""

from workbench.prepare.recipes import Prepared, StepLog, apply_recipe
from workbench.prepare.row_steps import ROW_STEPS, RowStepKind

__all__ = ["ROW_STEPS", "Prepared", "RowStepKind", "StepLog", "apply_recipe"]
