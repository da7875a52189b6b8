"""What the settings in the names of estimators mean: "restraint 19.4" says nothing to whoever reads it first."""

from workbench.errors import WorkbenchError
from workbench.modeling import models

BEGINNING = "In brackets stand the settings that are not the usual ones."


def explained(candidates):
    """Return, in Markdown, what each setting in the names of candidates does; "" where no name has one.

    Parameters
    ----------
    candidates : iterable of CandidateSpec

    Examples
    --------
    >>> from workbench.specs import CandidateSpec
    >>> explained([CandidateSpec(kind="ridge")])
    ''
    >>> print(explained([CandidateSpec(kind="ridge", hyperparameters={"alpha": 19.4})]).splitlines()[2])
    - **Restraint**: Draws the weights of columns towards zero; more of it makes a simpler model.
    """
    said = {}
    for candidate in candidates:
        try:
            known = models.described(candidate.kind).hyperparameters
        except WorkbenchError:
            continue  # an estimator of a version that is not this one
        for entry in known:
            if entry.name in candidate.hyperparameters:
                said.setdefault(entry.label, set()).add(entry.sentence)
    if not said:
        return ""
    lines = [f"- **{label}**: {' / '.join(sorted(sentences))}" for label, sentences in said.items()]
    return "\n".join([BEGINNING, "", *lines])
