"""Fields of a bundle's model.json, for tests of what serves it."""

from workbench.runtime.contract import BEHAVIOUR


def field(name, meaning, **facts):
    """Return a field of which nothing is known but ``facts``."""
    blank = {
        "name": name, "meaning": meaning, "decimal": ".", "thousands": "", "unit": "", "date_format": "", "missing": [],
        "minimum": None, "maximum": None, "has_time": False, "values": None, "more_values": False, "blanks_seen": False,
        "max_length": 1000, "behaviour": dict(BEHAVIOUR),
    }  # fmt: skip
    return {**blank, **facts}
