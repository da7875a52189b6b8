"""Reports of business programs: lines drawn between the rows are no rows."""

from workbench.data import open_table


def test_lines_drawn_between_the_rows_of_a_report_are_left_out(tmp_path):
    rule = "-" * 40
    rows = [f"{4711000 + n:<10}{'Spindle' if n % 2 else 'Ring':<12}{n * 1.5 - 4:>10.2f}  ok" for n in range(40)]
    lines = ["Number    Name             Value  Sign", rule, *rows[:20], rule, *rows[20:], rule]
    path = tmp_path / "report.txt"
    path.write_text("\r\n".join(lines))
    opened = open_table(path)
    assert opened.read.format == "fixed_width"
    assert opened.read.comment == "-----"
    assert list(opened.table.columns) == ["Number", "Name", "Value", "Sign"]
    assert len(opened.table) == 40
    assert opened.table["Value"].iloc[0] == -4
    barred = [line if line == rule else f"|{'|'.join(line.split())}|" for line in lines]
    path.write_text("\n".join([rule, *barred]))
    opened = open_table(path)
    assert opened.read.delimiter == "|"
    assert len(opened.table) == 40
    assert opened.table["Value"].iloc[0] == -4
