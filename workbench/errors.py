"""The errors a person may meet. Each says what happened, where, and what to do now.

Every error of ours derives from :class:`WorkbenchError`; its text is a sentence fit for a screen, a command
line or an API answer. Anything else that escapes is a defect.
"""


class WorkbenchError(Exception):
    """A problem that can be told to a person.

    Parameters
    ----------
    message : str
        What happened and where, in one sentence that ends with a full stop.
    advice : str, optional
        What the person can do now, in one sentence.

    Attributes
    ----------
    ways_out : tuple of modeling.ways_out.WayOut
        What can be done in one click; empty as a rule, and lost where the error crosses a process border.
    """

    ways_out: tuple = ()

    def __init__(self, message: str, advice: str = ""):
        super().__init__(message if not advice else f"{message} {advice}")
        self.message = message
        self.advice = advice

    def __reduce__(self):
        # Errors cross process borders (joblib); the default would pass the joined text as ``message``.
        return type(self), (self.message, self.advice)


class CannotRead(WorkbenchError):
    """A file could not be read as a table."""


class Stopped(WorkbenchError):
    """What was under way was stopped by the person; nothing of it is kept."""


class NotFound(WorkbenchError):
    """A project, data set, run, column or model that was asked for does not exist (any more)."""


class Conflict(WorkbenchError):
    """What is being changed was changed elsewhere since it was shown."""


class NoSpace(WorkbenchError):
    """The disk is full, or a limit on stored bytes is reached. What was stored before is intact."""


class NotPossible(WorkbenchError):
    """What was asked does not fit the data: wrong task, missing target, too few rows, nothing to learn from."""


class OutOfScope(NotPossible):
    """A question this tool does not answer (forecasting, several targets, clustering)."""


class TooFewRows(NotPossible):
    """Too few rows, overall or of one class, for what was asked; names the class and its count."""


class CandidateFailed(WorkbenchError):
    """One estimator could not be fitted or scored; the others go on."""


class ModelUnusable(WorkbenchError):
    """A stored model does not load here (other library versions, damaged file); it can be refitted."""


class BundleRefused(WorkbenchError):
    """A bundle did not prove itself, so it is not offered."""
