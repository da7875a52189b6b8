"""What the answers for a file come to equals counting them, and its rows are in the order that is asked for."""

import numpy as np
import pandas as pd

from workbench.export.file_answers import FileAnswers

ANSWERS = FileAnswers(
    pd.Series(["yes", "no", None, "no", "yes"], dtype=object),
    pd.DataFrame({"no": [0.4, 0.9, np.nan, 0.6, 0.1], "yes": [0.6, 0.1, np.nan, 0.4, 0.9], "maybe": 0.0}),
)


def test_classes_are_counted_with_those_that_no_row_is():
    assert ANSWERS.counts() == {"yes": 2, "no": 2, "maybe": 0}


def test_the_most_probable_rows_come_first_and_rows_without_an_answer_last():
    assert ANSWERS.chosen().tolist() == [0, 1, 2, 3, 4]
    assert ANSWERS.chosen(by="yes").tolist() == [4, 0, 3, 1, 2]
    assert ANSWERS.chosen(only="no", by="yes").tolist() == [3, 1]
    assert ANSWERS.chosen(only="maybe").tolist() == []


def test_whole_numbers_as_classes_are_found_by_their_text():
    found = FileAnswers(pd.Series([1, 0, 1]), pd.DataFrame({"0": [0.2, 0.7, 0.4], "1": [0.8, 0.3, 0.6]}))
    assert found.counts() == {"1": 2, "0": 1}
    assert found.chosen(only="1", by="0").tolist() == [2, 0]


def test_amounts_have_mean_and_quartiles_of_those_that_are_there():
    found = FileAnswers(pd.Series([5.0, np.nan, 1.0, 3.0, 11.0]), None)
    mean, ends = found.spread()
    assert mean == 5.0
    np.testing.assert_allclose(ends, np.percentile([5, 1, 3, 11], [0, 25, 50, 75, 100]), rtol=1e-12)
    assert found.chosen(by="").tolist() == [4, 0, 3, 2, 1]
    assert found.chosen(by="", largest=False).tolist() == [2, 3, 0, 4, 1]
