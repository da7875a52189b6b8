"""What a model is learnt from and judged by: rows, folds, weights and metrics. For training and for retraining alike.

Functions take an ``ExperimentSpec``, or a :class:`workbench.runtime.learning.question.Question`, which is what of its
JSON matters here and needs nothing beyond the standard library.
"""
