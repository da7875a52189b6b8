"""Tables in numbers, numbers in findings, findings in a report."""

from workbench.profiling.checks import CHECKS, check
from workbench.profiling.columns.describe import Bin, ColumnProfile, ValueCount
from workbench.profiling.findings import CheckKind, Finding
from workbench.profiling.in_time.availability import Availability, left_out
from workbench.profiling.in_time.leakage import leakage_warnings, leaks
from workbench.profiling.overview import Profile, profile
from workbench.profiling.target.strength import Strength

__all__ = [
    "CHECKS",
    "Availability",
    "Bin",
    "CheckKind",
    "ColumnProfile",
    "Finding",
    "Profile",
    "Strength",
    "ValueCount",
    "check",
    "leakage_warnings",
    "leaks",
    "left_out",
    "profile",
]
