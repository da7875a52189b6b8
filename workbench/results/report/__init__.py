"""A result as one HTML file for the person who decides: no network, no script, on screen and on paper."""

from workbench.results.report.document import report_html

__all__ = ["report_html"]
