"""What ``benchmarks/every_bundle.py`` is made of: the data sets, the ways to ask a bundle, and their comparison."""
