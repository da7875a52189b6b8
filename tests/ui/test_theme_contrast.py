"""Every text of the theme can be read: WCAG 2.2 AA asks for a contrast of 4.5 between a text and what is behind it."""

import tomllib
from pathlib import Path

import pytest

CONFIG = Path(__file__).resolve().parents[2] / ".streamlit" / "config.toml"
THEMES = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"]


def luminance(colour):
    """Return the relative luminance of "#rrggbb", as WCAG defines it."""
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_words_can_be_read(name):
    theme = THEMES[name]
    for paper in (theme["backgroundColor"], theme["secondaryBackgroundColor"]):
        assert contrast(theme["textColor"], paper) >= 4.5
        assert contrast(theme.get("linkColor", theme["primaryColor"]), paper) >= 4.5
        assert contrast(theme["primaryColor"], paper) >= 3  # edges and marks, not words
    assert contrast("#ffffff", theme["primaryColor"]) >= 4.5  # the words on a primary button
