"""Big files: read in pieces, typed a column at a time, written to Parquet with bounded memory."""
