"""What an answer to “Will you know this when you predict?” means for a column, and what is kept of it."""

import pytest

from workbench.profiling import Availability
from workbench.specs import ColumnChoice
from workbench.ui import columns_table
from workbench.ui.known_question import REASONS, Standing, unhelpful_of

DOUBT = "“duration” in its name tells of something after the outcome."
PLAIN = Availability("a")
DOUBTFUL = Availability("a", "yes", True, DOUBT, ("name",))
NOT_KNOWN = Availability("a", "no", True, DOUBT, ("name", "decides"))
LATER = Availability("a", "later", True, DOUBT, ("later_date",))
NO = ColumnChoice(name="a", use=False, known="no", reason="not known when predicting (you said so)")
SAID_NO = "Not known when predicting (you said so)"
YES = ColumnChoice(name="a", use=True, known="yes")
UNTICKED = ColumnChoice(name="a", use=False)
ID = "a is different in every row; it can only be memorised."


def standing(suggested=PLAIN, choice=None, unhelpful="", accepted=False):
    return Standing("a", choice, suggested, unhelpful, accepted)


@pytest.mark.parametrize(
    ("where", "use", "answer", "waiting", "why"),
    [
        (standing(), True, "yes", False, ""),
        (standing(DOUBTFUL), True, "", True, DOUBT),
        (standing(NOT_KNOWN), False, "no", False, DOUBT),
        (standing(LATER), False, "later", False, DOUBT),
        (standing(PLAIN, NO), False, "no", False, SAID_NO),
        (standing(DOUBTFUL, NO), False, "no", False, f"{SAID_NO}. {DOUBT}"),
        (standing(DOUBTFUL, YES), True, "yes", False, ""),
        (standing(NOT_KNOWN, YES), True, "yes", False, ""),
        (standing(DOUBTFUL, UNTICKED), False, "", False, "Left out by you"),
        (standing(DOUBTFUL, accepted=True), True, "yes", False, ""),
        (standing(NOT_KNOWN, accepted=True), False, "no", False, DOUBT),
        (standing(unhelpful=ID), False, "yes", False, ID),
        # Put back before the question was asked.
        (standing(NOT_KNOWN, ColumnChoice(name="a", use=True)), True, "yes", False, ""),
    ],
)
def test_where_a_column_stands(where, use, answer, waiting, why):
    assert (where.use, where.answer, where.waiting, where.why) == (use, answer, waiting, why)


@pytest.mark.parametrize("answer", ["no", "later"])
@pytest.mark.parametrize("where", [standing(), standing(DOUBTFUL), standing(NOT_KNOWN), standing(PLAIN, UNTICKED)])
def test_what_is_not_known_is_left_out_with_that_reason(where, answer):
    assert where.answered(answer) == ColumnChoice(name="a", use=False, known=answer, reason=REASONS[answer])


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        (standing(), None),
        (standing(PLAIN, NO), None),
        (standing(PLAIN, UNTICKED), UNTICKED),
        (standing(DOUBTFUL), YES),
        (standing(DOUBTFUL, NO), YES),
        (standing(NOT_KNOWN), YES),
        (standing(DOUBTFUL, UNTICKED), ColumnChoice(name="a", use=False, known="yes")),
        (standing(DOUBTFUL, unhelpful=ID), ColumnChoice(name="a", use=False, known="yes", reason=ID)),
        (standing(DOUBTFUL, ColumnChoice(name="a", use=True), ID), YES),
    ],
)
def test_yes_is_kept_only_where_something_spoke_against_it(where, kept):
    assert where.answered("yes") == kept


@pytest.mark.parametrize(
    ("where", "use", "kept"),
    [
        (standing(), False, UNTICKED),
        (standing(PLAIN, UNTICKED), True, None),
        (standing(PLAIN, NO), True, None),
        (standing(unhelpful=ID), True, ColumnChoice(name="a", use=True)),
        (standing(unhelpful=ID, choice=ColumnChoice(name="a", use=True)), False, None),
        (standing(DOUBTFUL), False, UNTICKED),
        (standing(DOUBTFUL, UNTICKED), True, None),
        (standing(DOUBTFUL, YES), False, ColumnChoice(name="a", use=False, known="yes")),
        (standing(NOT_KNOWN), True, YES),
        (standing(DOUBTFUL, NO), True, None),
        (standing(DOUBTFUL, NO), False, NO),  # nothing has changed
    ],
)
def test_a_tick_and_the_answer_never_contradict_each_other(where, use, kept):
    assert where.ticked(use) == kept
    after = Standing("a", where.ticked(use), where.suggested, where.unhelpful)
    assert after.use == use
    assert not (after.use and after.answer in REASONS)


def test_what_cannot_help_is_told_apart_from_what_is_not_known(monkeypatch):
    from workbench.specs import LeftOut
    from workbench.ui import state

    monkeypatch.setattr(state, "availability_of", lambda draft: (NOT_KNOWN, Availability("b", "no", True, DOUBT)))
    seems = f"not known when predicting, it seems: {DOUBT}"
    left_out = [LeftOut(column="a", reason=seems), LeftOut(column="b", reason=ID), LeftOut(column="c", reason=ID)]
    assert unhelpful_of(None, left_out) == {"b": ID, "c": ID}


def test_doubts_come_first_and_columns_of_one_doubt_stand_together():
    other = Availability("c", "yes", True, "Another doubt.", ("name",))
    found = {
        "id": Standing("id", None, Availability("id"), ID),
        "x": Standing("x", None, Availability("x")),
        "a": Standing("a", None, NOT_KNOWN),
        "b": Standing("b", None, LATER),
        "c": Standing("c", None, other),
        "d": Standing("d", None, DOUBTFUL),  # the doubt of a and b, and in use
        "e": Standing("e", NO.but(name="e"), PLAIN),
        "f": Standing("f", YES.but(name="f"), DOUBTFUL),
    }
    assert columns_table.ordered(found) == ["a", "b", "d", "c", "id", "e", "x", "f"]
    assert columns_table.summary(found) == (
        "**4 of 8 columns are used**; 2 are set aside because they may not be known yet; "
        "1 is set aside because it is not known yet; 1 cannot help; "
        ":orange[**2 are waiting for your answer**]."
    )


def test_the_summary_counts_in_the_singular():
    assert columns_table.summary({"a": standing(DOUBTFUL)}) == (
        "**1 of 1 column is used**; :orange[**1 is waiting for your answer**]."
    )
    assert columns_table.summary({"a": standing(PLAIN, UNTICKED)}).endswith("; 1 is left out by you.")
