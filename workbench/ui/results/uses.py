"""What it uses: how much it needs each column, and what a column changes."""

from workbench.ui.results import views


def show(shown):
    """Show the views of this tab."""
    views.show_views(shown, "uses")
