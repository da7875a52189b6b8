"""The direct way from checked values to a model's numbers, without frames and without a library's checks.

``pipelines.compiled_pipeline`` compiles a fitted pipeline once; the pipeline stays the reference, and
``runtime.scorer`` uses what was compiled only where it answered as the pipeline does.
"""
