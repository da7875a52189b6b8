"""Corrupted and hostile files, made from a seed, for ``benchmarks/hostile.py`` and ``tests/data/test_hostile_files.py``."""
