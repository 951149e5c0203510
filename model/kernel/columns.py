"""Struct-of-arrays tables: one NumPy array per column, one row per agent.

A row is only storage. An agent is known by its ``number``, which is never given to another agent, while the
row of an agent that left is used again by a later one. Everything that changes in a run lives in such tables,
so that a snapshot of the model is a copy of a few arrays. No Mesa here: its face is in ``agentset``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

type Array = NDArray[Any]
type Rows = NDArray[np.int64]


class Table:
    """Columns of fixed dtype over the used rows ``[0, n)``; ``number`` and ``alive`` are always there.

    ``table["cash"]`` or ``table.cash`` is a writable view of the column, shape ``[n]`` (``[n, k]`` for a
    subarray dtype such as ``np.dtype((np.float64, (12,)))``). A view is good until rows are added, replaced
    or compressed: take it afresh after that. ``number`` is read-only.
    """

    __slots__ = ("_data", "_index", "_spec", "n", "next_number")
    _data: dict[str, Array]  # arrays of the full capacity
    _index: tuple[Rows, Rows] | None  # numbers in ascending order and their rows; None when out of date
    _spec: dict[str, np.dtype[Any]]
    n: int  # used rows, dead ones included
    next_number: int  # the number the next agent gets

    def __init__(self, spec: Mapping[str, DTypeLike], capacity: int = 0, first_number: int = 0) -> None:
        """Make an empty table with room for ``capacity`` rows; numbers count from ``first_number``."""
        given = {name: np.dtype(dtype) for name, dtype in spec.items()}
        for name in given:
            if not name.isidentifier() or name.startswith("_") or hasattr(Table, name):
                raise ValueError(f"{name!r} cannot be the name of a column")
        own = {"number": np.dtype(np.int64), "alive": np.dtype(np.bool_)}
        for name in own.keys() & given.keys():
            if given[name] != own[name]:
                raise ValueError(f"column {name!r} must have dtype {own[name]}, not {given[name]}")
        self._spec = own | given
        self._data = {name: np.zeros(capacity, dtype) for name, dtype in self._spec.items()}
        self._index, self.n, self.next_number = None, 0, first_number

    # ------------------------------------------------------------------ columns

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns: number, alive, then those of the spec in its order."""
        return tuple(self._spec)

    @property
    def spec(self) -> dict[str, np.dtype[Any]]:
        """Dtype of every column (a copy)."""
        return dict(self._spec)

    def __contains__(self, name: object) -> bool:
        return name in self._spec

    def __getitem__(self, name: str) -> Array:
        self._dtype(name)
        view = self._data[name][: self.n]
        if name == "number":
            view.flags.writeable = False
        return view

    def __setitem__(self, name: str, values: ArrayLike) -> None:
        """Overwrite a whole column in place with a scalar or with an array of length ``n``."""
        fitted = self._fit(name, values, self.n)
        if name == "number":
            raise TypeError("a number is the identity of an agent and cannot be overwritten")
        self._data[name][: self.n] = fitted

    def __getattr__(self, name: str) -> Array:
        if name.startswith("_") or name not in self._spec:
            raise AttributeError(f"the table has no column or attribute {name!r}")
        return self[name]

    def __setattr__(self, name: str, value: Any) -> None:
        if name in Table.__slots__:
            object.__setattr__(self, name, value)
        elif name in self._spec:
            self[name] = value
        else:
            raise AttributeError(f"the table has no column {name!r}")

    def value_at(self, name: str, row: int) -> Any:
        """Return one value as a Python scalar (a list for a subarray column)."""
        return self._data[name][row].tolist()

    def put_at(self, name: str, row: int, value: ArrayLike) -> None:
        """Write one value, with the same checks as a whole column."""
        if name == "number":
            raise TypeError("a number is the identity of an agent and cannot be overwritten")
        self._data[name][row] = self._fit(name, np.asarray(value)[None], 1)[0]

    def put_rows(self, name: str, rows: Rows, values: ArrayLike) -> None:
        """Write a scalar, or one value per row, into the given rows of a column."""
        if name == "number":
            raise TypeError("a number is the identity of an agent and cannot be overwritten")
        self._data[name][rows] = self._fit(name, values, len(rows))

    def take(self, rows: ArrayLike) -> dict[str, Array]:
        """Return copies of every column at the given rows."""
        wanted = self._rows(rows)
        return {name: column[wanted] for name, column in self._data.items()}

    # ------------------------------------------------------------------ rows

    def add(self, columns: Mapping[str, ArrayLike] | None = None, *, count: int | None = None) -> Rows:
        """Add agents and return their rows; dead rows are filled first, in ascending order.

        ``columns`` holds arrays of one length, or scalars for all new rows; unset columns are zero. ``count``
        is needed only when no array says how many. ``number`` may be given (new, not negative); otherwise
        numbers are counted on. Nothing changes when a value is refused.
        """
        given = dict(columns or {})
        length = _length(given, count)
        fresh = {name: self._fit(name, values, length) for name, values in given.items()}
        counted = self._complete(fresh, length)
        known = "number" in given and length > 0 and fresh["number"].min() < self.next_number  # else none is taken
        if known and np.isin(fresh["number"], self["number"]).any():
            raise ValueError("a number given to a new agent is already taken")
        rows = self._claim(length)
        for name, column in self._data.items():
            column[rows] = fresh.get(name, 0)
        self.next_number = counted
        return rows

    def remove(self, rows: ArrayLike) -> None:
        """Mark rows (codes, or a mask of length ``n``) dead; their values stay until the row is reused."""
        self._data["alive"][self._rows(rows)] = False

    def replace(self, columns: Mapping[str, ArrayLike], *, count: int | None = None, checked: bool = False) -> None:
        """Swap in new whole columns of one length; the table then has just these rows, all alive.

        Unset columns are zero; without ``number`` the rows get fresh numbers. An array that owns its data
        becomes the column without a copy, so the caller gives it away; views, scalars and read-only arrays
        are copied. ``checked`` says that the caller knows the given numbers to be unique.
        """
        length = _length(columns, count)
        fresh = {name: self._fit(name, values, length) for name, values in columns.items()}
        counted = self._complete(fresh, length, checked)
        taken: set[int] = set()
        data = {}
        for name, dtype in self._spec.items():
            data[name] = _own(fresh[name], taken) if name in fresh else np.zeros(length, dtype)
        self._data, self._index = data, None
        self.n, self.next_number = length, counted

    def compress(self) -> Rows:
        """Drop dead rows, keeping the order; return the new row of every old row, -1 where dropped."""
        kept = self.alive_rows()
        moved = np.full(self.n, -1, np.int64)
        moved[kept] = np.arange(len(kept))
        self._data = {name: column.take(kept, axis=0) for name, column in self._data.items()}
        self.n, self._index = len(kept), None
        return moved

    def alive_rows(self) -> Rows:
        """Rows of the agents that are there, ascending."""
        return np.flatnonzero(self._data["alive"][: self.n])

    def row_of(self, numbers: ArrayLike) -> Rows:
        """Row of every number (same shape), -1 for agents that left or never were; O(log n) each."""
        wanted = np.asarray(numbers, np.int64)
        if self._index is None:
            order = np.argsort(self._data["number"][: self.n], kind="stable")
            self._index = self._data["number"][order], order
        keys, order = self._index
        if not keys.size:
            return np.full(wanted.shape, -1, np.int64)
        at = np.minimum(np.searchsorted(keys, wanted), keys.size - 1)
        found = (keys[at] == wanted) & self._data["alive"][order[at]]
        return np.where(found, order[at], -1)

    def locate(self, numbers: Rows, hint: Rows) -> Rows:
        """Like ``row_of``, but quick when the numbers are still at the rows of ``hint``."""
        if not hint.size or hint.max() < self.n:
            still = (self._data["number"][hint] == numbers) & self._data["alive"][hint]
            if still.all():
                return hint
        return self.row_of(numbers)

    def holds(self, row: int, number: int) -> bool:
        """Whether the row is (still) that of this number, alive or not."""
        return 0 <= row < self.n and bool(self._data["number"].item(row) == number)

    def is_alive(self, row: int, number: int) -> bool:
        """Whether the agent of this number is there, in this row."""
        return self.holds(row, number) and bool(self._data["alive"].item(row))

    # ------------------------------------------------------------------ whole tables

    def copy(self) -> Self:
        """Return an independent copy."""
        other = object.__new__(type(self))
        state = self.__getstate__()
        state["data"] = {name: column.copy() for name, column in state["data"].items()}
        other.__setstate__(state)
        return other

    def __copy__(self) -> Self:
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        memo[id(self)] = other = self.copy()
        return other

    def differing(self, other: Table) -> list[str]:
        """Names of the columns whose used rows differ in any bit (NaN equals NaN, 0.0 is not -0.0)."""
        if self._spec != other._spec or self.n != other.n:
            return sorted(self._spec.keys() | other._spec.keys())
        return [name for name in self._spec if self[name].tobytes() != other[name].tobytes()]

    def equal(self, other: Table) -> bool:
        """Whether both tables are bit-equal: columns, dead rows and the number counter."""
        return self.next_number == other.next_number and not self.differing(other)

    def __getstate__(self) -> dict[str, Any]:
        data = {name: column[: self.n] for name, column in self._data.items()}
        return {"spec": dict(self._spec), "data": data, "n": self.n, "next_number": self.next_number}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._spec, self._data, self._index = state["spec"], state["data"], None
        self.n, self.next_number = state["n"], state["next_number"]

    def __repr__(self) -> str:
        return f"<Table of {len(self.alive_rows())} agents in {self.n} rows: {', '.join(self._spec)}>"

    # ------------------------------------------------------------------ inside

    def _dtype(self, name: str) -> np.dtype[Any]:
        try:
            return self._spec[name]
        except KeyError:
            raise KeyError(f"no column {name!r}; there are {', '.join(self._spec)}") from None

    def _fit(self, name: str, values: ArrayLike, length: int) -> Array:
        """Return values as an array of the column's dtype and of ``length`` rows, or raise."""
        dtype, given = self._dtype(name), np.asarray(values)
        integers = given.dtype.kind in "iu" and dtype.base.kind in "iu"
        if given.size and not integers and not np.can_cast(given.dtype, dtype.base, "same_kind"):
            raise TypeError(f"column {name!r} holds {dtype.base}, not {given.dtype}")
        cast = given.astype(dtype.base, copy=False)
        if integers and cast is not given and not np.array_equal(cast, given):
            raise ValueError(f"column {name!r}: a value does not fit into {dtype.base}")
        shape = (length, *dtype.shape)
        if given.ndim == 0:
            return np.broadcast_to(cast, shape)
        if cast.shape != shape:
            raise ValueError(f"column {name!r} needs shape {shape}, got {cast.shape}")
        return cast

    def _complete(self, fresh: dict[str, Array], length: int, checked: bool = False) -> int:
        """Set numbers and alive where not given, check the numbers, return the counter moved past them."""
        if "number" not in fresh:
            fresh["number"] = np.arange(self.next_number, self.next_number + length)
        fresh.setdefault("alive", np.ones(length, np.bool_))
        if not length:
            return self.next_number
        numbers = fresh["number"]
        if numbers.min() < 0 or (not checked and np.unique(numbers).size < length):
            raise ValueError("numbers must be unique and not negative")
        return max(self.next_number, int(numbers.max()) + 1)

    def _claim(self, length: int) -> Rows:
        """Return ``length`` rows to write on: dead ones first, then new ones at the end."""
        free = np.flatnonzero(~self._data["alive"][: self.n])[:length]
        end = self.n + length - free.size
        room = len(self._data["alive"])
        if end > room:
            room = max(end, room + room // 2 + 16)  # amortised: each row is moved a constant number of times
            for name, column in self._data.items():
                self._data[name] = np.zeros(room, self._spec[name])
                self._data[name][: self.n] = column[: self.n]
        rows = np.concatenate([free, np.arange(self.n, end)])
        self.n, self._index = end, None
        return rows

    def _rows(self, rows: ArrayLike) -> Rows:
        """Rows as checked int64 codes; a boolean mask over the used rows is taken as well."""
        given = np.atleast_1d(np.asarray(rows))
        if given.dtype == np.bool_:
            if given.shape != (self.n,):
                raise ValueError(f"a mask needs shape {(self.n,)}, got {given.shape}")
            return np.flatnonzero(given)
        if given.size and given.dtype.kind not in "iu":
            raise TypeError(f"rows are integers, not {given.dtype}")
        if given.size and (given.min() < 0 or given.max() >= self.n):
            raise IndexError(f"rows are 0 to {self.n - 1}, got {given.min()} to {given.max()}")
        return given.astype(np.int64, copy=False)


class RowView(Protocol):
    """What a ``Column`` needs of the object it sits on."""

    @property
    def table(self) -> Table:
        """Table the object is a row of."""

    @property
    def row(self) -> int:
        """The object's row at present."""


class Column:
    """Descriptor: reads and writes the table's column at the view's row, in Python scalars.

    Named after the attribute, unless another column is given: ``firm = Column("number")``.
    """

    __slots__ = ("name",)

    def __init__(self, name: str = "") -> None:
        self.name = name

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = self.name or name

    def __get__(self, view: RowView | None, owner: type | None = None) -> Any:
        return self if view is None else view.table.value_at(self.name, view.row)

    def __set__(self, view: RowView, value: Any) -> None:
        view.table.put_at(self.name, view.row, value)


def _length(columns: Mapping[str, ArrayLike], count: int | None) -> int:
    """Return how many rows the columns stand for: ``count``, or the length of the first array."""
    if count is not None:
        return count
    for values in columns.values():
        shape = np.shape(values)
        if shape:
            return int(shape[0])
    raise ValueError("no column says how many rows there are: give an array, or count")


def _own(values: Array, taken: set[int]) -> Array:
    """Return the array itself when nothing else can write to it through a base, else a copy."""
    flags = values.flags
    if flags.owndata and flags.writeable and flags.c_contiguous and id(values) not in taken:
        taken.add(id(values))
        return values
    return values.copy()
