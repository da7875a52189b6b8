"""A workbook that is sent to the service: its whole numbers come back as whole, since they may be somebody's number."""

import openpyxl

from workbench.export.serving.prediction_service.uploaded_file import PLAIN, read_rows


def test_whole_numbers_of_a_workbook_are_whole(tmp_path):
    book = openpyxl.Workbook()
    for cells in (["customer", "size", "note"], [100234, 2.5, "7.0"], [100235, 3, None]):
        book.active.append(cells)
    book.save(tmp_path / "rows.xlsx")
    manifest = {"fields": [{"name": "size"}], "read": {**PLAIN, "format": "delimited", "delimiter": ","}}
    rows = read_rows(tmp_path / "rows.xlsx", manifest, 10)
    assert [str(cell) for cell in rows["customer"]] == ["100234", "100235"]
    assert [str(cell) for cell in rows["size"]] == ["2.5", "3"]
    assert rows["note"].iloc[0] == "7.0"
