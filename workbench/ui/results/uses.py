"""What it uses: which columns it needs, what one changes, which act together, and why one row is answered as it is."""

from workbench.ui.results import parts, uses_effects, uses_pairs, uses_rows

OWN = {
    "column_effect": ("What a column changes", uses_effects.show),
    "pairs": ("Columns together", uses_pairs.show),
    "reasons": ("Reasons for a row", uses_rows.show),
}


def show(shown):
    """Show the chosen part of this tab."""
    parts.show(shown, "uses", OWN, own_first=False)
