"""A model to the bytes of ``model.joblib``: the same for the same model, with nothing in them but the model."""

import io
import pickle
from typing import Any

import joblib
import numpy as np

COMPRESSION = ("zlib", 3)


def saved(model: Any) -> bytes:
    """Return what ``model.joblib`` holds."""
    clear_gaps(model)
    stream = io.BytesIO()
    joblib.dump(model, stream, compress=COMPRESSION)
    return stream.getvalue()


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
