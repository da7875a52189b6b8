"""Cells to meanings: what each column of a table is, by which rule its text is read, and what is asked about it."""
