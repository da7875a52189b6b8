"""How the report and the model card end, begin and qualify what they say."""

from workbench.modeling import metrics


def better_words(metric: str) -> str:
    """Say which way a metric is better.

    >>> better_words("rmse")
    'lower is better'
    """
    return f"{'higher' if metrics.metric(metric).greater_is_better else 'lower'} is better"


def ended(text: str) -> str:
    """Return a finding as a sentence with its full stop.

    >>> ended("It works"), ended("It works.")
    ('It works.', 'It works.')
    """
    return text if not text or text.endswith((".", "!", "?")) else f"{text}."


def capital(text: str) -> str:
    """Return text with a capital at its beginning; the rest stays as it is.

    >>> capital("mean absolute error"), capital("ROC AUC")
    ('Mean absolute error', 'ROC AUC')
    """
    return text[:1].upper() + text[1:]
