"""How good it is: curves, counts and distances, from predictions of rows the model had not seen."""

from workbench.ui.results import errors_in_time, views


def show(shown):
    """Show the views of this tab."""
    views.show_views(shown, "quality")
    errors_in_time.show(shown)
