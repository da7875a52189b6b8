"""Corrupted and hostile files, made from a seed, for ``benchmarks/hostile.py`` and the tests."""
