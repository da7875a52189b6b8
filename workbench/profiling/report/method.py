"""How the figures were computed: exactly or of a sample, by which definitions, and whose."""

from collections.abc import Iterator

from workbench.document.parts import Section
from workbench.profiling.report.page import Page
from workbench.profiling.target.strength import SAMPLE_ROWS
from workbench.profiling.wording import counted, percent

DEFINITIONS = (
    (
        "Mean, standard deviation, quantiles",
        "The standard deviation divides by n − 1. Quantiles are interpolated between the two nearest values (type 7 of "
        "Hyndman and Fan, The American Statistician 50, 1996), as in pandas and NumPy. Infinite values are counted "
        "apart and left out.",
    ),
    (
        "Skew and kurtosis",
        "The adjusted Fisher–Pearson coefficients (Joanes and Gill, Journal of the Royal Statistical Society D 47, "
        "1998), as in pandas. Skew is 0 where both sides are alike and positive where large values lie far out; "
        "kurtosis is 0 for a normal distribution and positive where more values lie far out than in it.",
    ),
    (
        "Far out",
        "More than three times the distance between the quartiles below the lower or above the upper one (Tukey, "
        "Exploratory Data Analysis, 1977).",
    ),
)
STRENGTH = (
    "One half of the rows, drawn by a seeded shuffle, says the target's mean, or the share of each class, per value or "
    "per range of the column; the other half is scored by it, and the other way round. Intervals hold in 19 of 20 "
    "cases (Hanley and McNeil, Radiology 143, 1982, for ROC AUC; Olkin and Finn, Psychological Bulletin 118, 1995, "
    "for R²)."
)
TOGETHER = (
    "Numbers and dates are cut at their quantiles, categories keep their most frequent values; of the table of counts "
    "of each pair Pearson's contingency coefficient is taken, corrected for chance (Bergsma, Journal of the Korean "
    "Statistical Society 42, 2013) and divided by its maximum (Sakoda, Proceedings of the American Statistical "
    "Association, Social Statistics, 1977), on the scale of a correlation. Rows in which either is blank are left out; "
    "identifiers, texts and columns of one value have no place in it. A correlation is Pearson's."
)
DISTANCE = (
    "Between the two files, the Jensen–Shannon distance of a column's distributions (Lin, IEEE Transactions on "
    "Information Theory 37, 1991; blanks included), corrected for chance: 0 where they are alike, 1 where they share "
    "nothing; the same for numbers, dates and words. A difference is told where it is beyond chance, all columns "
    "together (Bonferroni, 5 %), and at least 0.13, or where values are new; it is called much from 0.21, which are "
    "about 0.1 and 0.25 of the population stability index (Siddiqi, Credit Risk Scorecards, 2006)."
)
SHAPES = (
    "In 19 of 20 intervals lies what endless rows of the same kind would say: of shares by Wilson's score (Journal of "
    "the American Statistical Association 22, 1927), of means by Student's t."
)


def sections(page: Page) -> list[Section]:
    """Return the section on method."""
    items = "".join(f"<div><dt>{term}</dt><dd>{told}</dd></div>" for term, told in _entries(page))
    return [Section("method", "How the figures were computed", f'<dl class="method">{items}</dl>')]


def _entries(page: Page) -> Iterator[tuple[str, str]]:
    profile = page.profile
    yield "Exact or sampled", " ".join(_exactness(profile))
    yield from DEFINITIONS
    if any(column.strength for column in profile.columns):
        yield "Strength", STRENGTH
    if profile.associations.n_pairs:
        yield f"{page.sentence(profile.associations.measure).capitalize()}", TOGETHER
    if page.about.differences is not None:
        yield "Distance", DISTANCE
    if profile.target_view and (profile.target_view.shapes or profile.target_view.drifts):
        yield "Intervals along a column", SHAPES


def _exactness(profile) -> Iterator[str]:
    if profile.sample_rows:
        yield (
            f"This is a first look: rows, columns and blanks are exact, all other figures are of "
            f"{counted(profile.sample_rows, 'row')} drawn at random (seed 0)."
        )
        return
    yield (
        "Counts, blanks, different values, means, standard deviations, quantiles and most frequent values are exact: "
        f"taken of all {profile.n_rows:,} rows."
    )
    scored = [column.strength for column in profile.columns if column.strength]
    if scored:
        n_rows = max(each.n_rows for each in scored)
        drawn = n_rows >= SAMPLE_ROWS and profile.n_rows > n_rows
        yield (
            f"Strengths are of {counted(n_rows, 'row')} drawn at random (seed 0)."
            if drawn
            else f"Strengths are of all {counted(n_rows, 'row')} that have a target."
        )
    found = profile.associations
    if found.n_pairs:
        yield (
            f"Pairs of columns are of {counted(found.n_rows, 'row')} drawn at random (seed 0), with an error of at "
            f"most {percent(found.error)} in 19 of 20 pairs."
            if found.sampled
            else f"Pairs of columns are of all {counted(found.n_rows, 'row')}."
        )
