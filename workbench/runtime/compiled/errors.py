"""Why a pipeline is not compiled."""


class CannotCompile(Exception):
    """The pipeline has a part that is not compiled; the text names it, to follow "because"."""
