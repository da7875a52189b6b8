"""Where it fails: groups of rows and single rows on which it is further off than elsewhere."""

from workbench.ui.results import failures_fairness, failures_groups, failures_slices, parts

OWN = {
    "weak_groups": ("Weak groups", failures_groups.show),
    "by_column": ("By column", failures_slices.show),
    "fairness": ("Fairness", failures_fairness.show),
}


def show(shown):
    """Show the chosen part of this tab."""
    parts.show(shown, "failures", OWN)
