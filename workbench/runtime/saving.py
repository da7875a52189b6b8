"""A model to the bytes of ``model.joblib``: the same for the same model, with nothing in them but the model."""

import io
import pickle
import zlib
from typing import Any

import numpy as np
from joblib.numpy_pickle import NumpyPickler

COMPRESSION_LEVEL = 3


def saved(model: Any) -> bytes:
    """Return what ``model.joblib`` holds, for ``joblib.load``."""
    clear_gaps(model)
    stream = io.BytesIO()
    _OneOfEachText(stream).dump(model)
    return zlib.compress(stream.getvalue(), COMPRESSION_LEVEL)


class _OneOfEachText(NumpyPickler):
    """Writes equal texts as one, since whether they are one object depends on what else the process has loaded.

    Pickle writes an object once and refers to it wherever it stands again. Names of attributes become one object with
    all equal names in memory as a model is loaded, other texts do not: a model of a process that has just trained
    would have other bytes than the same model in a fresh one.
    """

    def __init__(self, stream: io.BytesIO) -> None:
        super().__init__(stream)
        self._texts: dict[str, str] = {}

    def save(self, obj: Any) -> None:
        super().save(self._texts.setdefault(obj, obj) if type(obj) is str else obj)


def clear_gaps(model: Any) -> None:
    """Set to zero what is between the fields of the records inside a model: it means nothing, and no answer changes.

    The nodes of scikit-learn's trees have seven bytes each that belong to no field. Loaded from a compressed file they
    hold whatever was in memory there before: other bytes each time, and perhaps a piece of somebody's data.

    Parameters
    ----------
    model : object
        Anything that can be pickled.
    """
    _ClearGaps(_Nowhere(), protocol=pickle.HIGHEST_PROTOCOL, buffer_callback=lambda buffer: None).dump(model)


class _ClearGaps(pickle.Pickler):
    """Goes through all arrays of what it is given; trees hand out theirs as views of their own memory."""

    def reducer_override(self, obj):
        if isinstance(obj, np.ndarray) and obj.dtype.names and obj.ndim:
            gaps = gaps_of(obj.dtype)
            if gaps.any() and obj.flags.c_contiguous and obj.flags.writeable:
                obj.view(np.uint8).reshape(obj.size, obj.dtype.itemsize)[:, gaps] = 0
        return NotImplemented


class _Nowhere:
    def write(self, data) -> int:
        return len(data)


def gaps_of(dtype: np.dtype) -> np.ndarray:
    """Return which bytes of a record belong to none of its fields.

    >>> gaps_of(np.dtype([("one", "i1"), ("other", "<i4")], align=True)).tolist()
    [False, True, True, True, False, False, False, False]
    """
    gaps = np.ones(dtype.itemsize, dtype=bool)
    for kind, start, *_ in dtype.fields.values():
        gaps[start : start + kind.itemsize] = False
    return gaps
