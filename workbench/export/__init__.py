"""The hand-over: a bundle an engineer can start, and the proof that it works.

>>> from workbench.export import build_bundle, prove  # doctest: +SKIP
>>> prove(build_bundle(pipeline, spec, read, table, "bundle.zip").path).passed  # doctest: +SKIP
True
"""

from workbench.export.bundle import Bundle, build_bundle, manifest
from workbench.export.proof import Proof, prove, prove_clean, proven_bundle
from workbench.export.unpacking import open_bundle

__all__ = ["Bundle", "Proof", "build_bundle", "manifest", "open_bundle", "prove", "prove_clean", "proven_bundle"]
