"""Where it fails: rows and groups of rows on which it is further off than elsewhere."""

from workbench.ui.results import views


def show(shown):
    """Show the views of this tab."""
    views.show_views(shown, "failures")
