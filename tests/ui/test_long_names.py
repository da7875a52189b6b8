"""Long names are cut on the screen, and stand in full in the help."""

from workbench.ui import prediction_view


def test_a_name_that_was_cut_stands_in_full_in_the_help():
    long = "the customer has cancelled the contract within twelve months"
    assert prediction_view._cut(long) == "the customer has cancelled …"
    assert prediction_view._whole(f"Probability of {long} = yes", long, "yes") == f"Probability of {long} = yes"
    assert prediction_view._whole("Probability of left = yes", "left", "yes") is None
