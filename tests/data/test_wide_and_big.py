"""Tables of thousands of columns, and big text that no plain parser reads."""

import numpy as np
import pytest

from workbench.data import open_table
from workbench.errors import CannotRead


def test_a_table_of_thousands_of_columns_has_each_meaning_found(tmp_path):
    kinds = [
        ("1.5", "2.25", "3.75"),
        ("7", "7", "9"),
        ("red", "blue", "red"),
        ("2024-01-31", "2024-02-29", "2024-03-01"),
    ]
    n = 6_000
    lines = [",".join(f"c{i}" for i in range(n))]
    lines += [",".join(kinds[i % 4][row] for i in range(n)) for row in range(3)]
    (tmp_path / "wide.csv").write_text("\n".join(lines) + "\n")
    opened = open_table(tmp_path / "wide.csv")
    assert opened.table.shape == (3, n)
    assert [column.meaning for column in opened.schema.columns[:4]] == ["number", "integer", "category", "date"]
    assert [column.meaning for column in opened.schema.columns[-4:]] == ["number", "integer", "category", "date"]
    assert opened.table["c5999"].tolist()[1].isoformat() == "2024-02-29T00:00:00"
    assert opened.table["c5996"].tolist() == [1.5, 2.25, 3.75]


def test_more_columns_than_can_be_worked_with_are_refused_in_a_sentence(tmp_path):
    (tmp_path / "wide.csv").write_text(",".join(f"c{i}" for i in range(20_001)) + "\n" + "1," * 20_000 + "1\n")
    with pytest.raises(CannotRead, match="20,001 columns; at most 20,000"):
        open_table(tmp_path / "wide.csv")


def test_a_day_that_no_calendar_has_is_left_blank_among_plain_days(tmp_path):
    days = [f"2024-01-{day:02}" for day in range(1, 32)]
    (tmp_path / "t.csv").write_text("day,n\n" + "".join(f"{day},1\n" for day in [*days, "2023-02-29"]))
    opened = open_table(tmp_path / "t.csv")
    values = opened.table["day"].to_numpy()
    assert values[0] == np.datetime64("2024-01-01") and np.isnat(values[31])
    assert opened.misfits == {"day": 1}


@pytest.mark.parametrize("n_lines", [6_000, 2_500_000])
def test_a_cell_of_very_many_lines_is_kept_whole(tmp_path, n_lines):
    (tmp_path / "t.csv").write_text('a,b\n1,2\n3,"' + "xyz\n" * n_lines + '"\n' + "5,6\n" * 9)
    opened = open_table(tmp_path / "t.csv")
    assert opened.table.shape == (11, 2)
    assert len(opened.table["b"][1]) == 4 * n_lines - 1  # the line end at the edge is taken off


def test_a_stray_quote_takes_no_rows_with_it_however_far_the_next_one_is(tmp_path):
    rows = "5,6,7\n" * 8_000
    (tmp_path / "t.csv").write_text(f'a,b,c\n1,"2,3\n{rows}8,9",10\n{rows}')
    assert len(open_table(tmp_path / "t.csv").table) == 16_002
