"""Results of profiling as plain JSON values and back."""

import functools
import math
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter

Result = TypeVar("Result")


def to_plain(value: Any) -> Any:
    """Return a frozen dataclass as a JSON value; what is None is left out, what is not finite becomes None.

    >>> from workbench.profiling.columns.describe import Bin
    >>> to_plain(Bin(0.0, float("inf"), 3))
    {'low': 0.0, 'high': None, 'count': 3}
    """
    if is_dataclass(value):
        return {
            field.name: to_plain(entry) for field in fields(value) if (entry := getattr(value, field.name)) is not None
        }
    if isinstance(value, dict):
        return {str(name): to_plain(entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def from_plain(kind: type[Result], plain: Any) -> Result:
    """Return the ``kind`` that ``to_plain`` was given.

    Raises
    ------
    ValueError
        ``plain`` is not of that kind.
    """
    return _adapter(kind).validate_python(plain)


@functools.cache
def _adapter(kind: type) -> TypeAdapter:
    return TypeAdapter(kind)
