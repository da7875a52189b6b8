"""The errors of the part that is shipped; the workbench turns them into its own."""


class ReadingError(Exception):
    """A file or table could not be read by the rules it was to be read by.

    Parameters
    ----------
    message : str
        What happened and where.
    advice : str, optional
        What to do now.
    """

    def __init__(self, message, advice=""):
        super().__init__(message if not advice else f"{message} {advice}")
        self.message = message
        self.advice = advice

    def __reduce__(self):
        return type(self), (self.message, self.advice)
