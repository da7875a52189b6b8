"""Bytes to rules: which format, encoding, dialect and layout a file has, and which tables it offers."""
