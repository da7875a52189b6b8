"""A profile as one HTML file that a person keeps: no network, no script, on screen and on paper."""

from workbench.profiling.report.document import report_html
from workbench.profiling.report.page import About

__all__ = ["About", "report_html"]
