"""Agent sets of Mesa over rows of a table.

``ColumnAgentSet`` has every method of Mesa's agent sets, vectorised where the argument is a column, a mask or
a method with a ``vector_`` twin. ``StrongAgentSet`` is the plain fallback for mixed agents: Mesa's own
``AgentSet`` holds its members weakly and would lose views of rows, which nobody else keeps.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Iterable, Iterator
from inspect import getattr_static
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from mesa.agentset import AbstractAgentSet, GroupBy
from numpy.typing import ArrayLike

from model.kernel.columns import Array, Column, Rows, Table

if TYPE_CHECKING:
    from model.kernel.columnar import RowAgent

INFINITE = float("inf")
_VECTORISED: tuple[tuple[Any, Callable[[Array], Any]], ...] = ((sum, np.sum), (min, np.min), (max, np.max))


class StrongAgentSet(AbstractAgentSet):  # type: ignore[misc]
    """Ordered agents of any kind, held strongly, else as Mesa's AgentSet. A snapshot: who leaves stays in."""

    def __init__(self, agents: Iterable[Any], random: Any) -> None:
        self._agents: dict[Any, None] = dict.fromkeys(agents)
        self.random = random

    def __len__(self) -> int:
        return len(self._agents)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._agents)

    def __contains__(self, agent: object) -> bool:
        return agent in self._agents

    def __copy__(self) -> StrongAgentSet:
        return StrongAgentSet(self._agents, self.random)

    def shuffle(self, inplace: bool = False) -> StrongAgentSet:
        """Shuffle with the model's random."""
        agents = list(self)
        self.random.shuffle(agents)
        return self._update(agents) if inplace else StrongAgentSet(agents, self.random)

    def sort(self, key: Any, ascending: bool = False, inplace: bool = False) -> StrongAgentSet:
        """Sort by an attribute or a function of an agent."""
        by = operator.attrgetter(key) if isinstance(key, str) else key
        agents = sorted(self, key=by, reverse=not ascending)
        return self._update(agents) if inplace else StrongAgentSet(agents, self.random)

    def do(self, method: Any, *args: Any, **kwargs: Any) -> Self:
        """Call a method or function for every agent."""
        self.map(method, *args, **kwargs)
        return self

    def map(self, method: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """Call a method or function for every agent and return the results."""
        return [call(agent, method, args, kwargs) for agent in list(self)]

    def shuffle_do(self, method: Any, *args: Any, **kwargs: Any) -> Self:
        """Do in shuffled order; the order of this set stays."""
        self.shuffle().do(method, *args, **kwargs)
        return self

    def add(self, agent: Any) -> None:
        """Add to the set (not to the model)."""
        self._agents[agent] = None

    def discard(self, agent: Any) -> None:
        """Leave the agent out of the set (not of the model)."""
        self._agents.pop(agent, None)

    def remove(self, agent: Any) -> None:
        """Like discard, with a KeyError if the agent is not a member."""
        del self._agents[agent]

    def _from_iterable(self, agents: Iterable[Any]) -> StrongAgentSet:
        return StrongAgentSet(agents, self.random)

    def _update(self, agents: Iterable[Any]) -> StrongAgentSet:
        self._agents = dict.fromkeys(agents)
        return self


class ColumnGroupBy(GroupBy):  # type: ignore[misc]
    """Mesa's GroupBy over ColumnAgentSets, with a vectorised ``agg``."""

    def agg(self, attr_name: str, func: Callable[..., Any]) -> dict[Any, Any]:
        """Aggregate a column over every group."""
        return {key: group.agg(attr_name, func) for key, group in self.groups.items()}


class ColumnAgentSet(AbstractAgentSet):  # type: ignore[misc]
    """Agent set over rows of a table: all that are alive (a live set), or a chosen, ordered part of them.

    The chosen part is known by numbers: agents that leave drop out of it, and it never changes the model.
    """

    def __init__(self, model: Any, view: type[RowAgent], rows: ArrayLike | None = None) -> None:
        """Take all alive rows (``rows=None``), or the given ones in their order."""
        self.model, self.view = model, view
        self._rows: Rows | None = None
        self._numbers: Rows | None = None
        if rows is not None:
            self._choose(np.array(rows, np.int64))

    @property
    def table(self) -> Table:
        """Table behind the set."""
        table: Table = getattr(self.model.state, self.view.table_name)
        return table

    @property
    def random(self) -> Any:
        """The model's random generator, as for every agent set of Mesa."""
        return self.model.random

    @property
    def rows(self) -> Rows:
        """Rows of the members that are still there, in the order of the set."""
        if self._numbers is None or self._rows is None:
            return self.table.alive_rows()
        rows = self.table.locate(self._numbers, self._rows)
        return rows if rows is self._rows else rows[rows >= 0]

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[RowAgent]:
        """Views of the members; those that leave while the loop runs are passed over."""
        table, rows, model, view = self.table, self.rows, self.model, self.view
        for row, number in zip(rows.tolist(), table["number"][rows].tolist(), strict=True):
            if table.is_alive(row, number):
                yield view(model, row, number)

    def __contains__(self, agent: object) -> bool:
        if type(agent) is not self.view or agent.model is not self.model:
            return False
        chosen = self._numbers is None or bool((self._numbers == agent.number).any())
        return chosen and agent.present

    def __getitem__(self, item: int | slice) -> RowAgent | list[RowAgent]:
        rows = self.rows[item]
        if isinstance(item, slice):
            return list(self._part(rows))
        return self.view(self.model, int(rows))

    def __copy__(self) -> ColumnAgentSet:
        return self._part(self.rows)

    def copy(self) -> ColumnAgentSet:
        """Return the present members as a set of its own."""
        return self._part(self.rows)

    def to_list(self) -> list[RowAgent]:
        """Views of all members."""
        return list(self)

    def get(self, attr_names: Any, handle_missing: str = "error", default_value: Any = None) -> Any:
        """Values of one column ``[members]`` or several ``[members, columns]``; per agent for anything else.

        When a name is not a column the result is a list (of lists), as from Mesa.
        """
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing is 'error' or 'default', not {handle_missing!r}")
        single = isinstance(attr_names, str)
        names = [attr_names] if single else list(attr_names)
        columns = [self._column(name) for name in names]
        if names and None not in columns:
            rows = self.rows
            values = [self.table[str(name)][rows] for name in columns]
            return values[0] if single else np.column_stack(values)
        rest = () if handle_missing == "error" else (default_value,)
        if single:
            return [getattr(agent, attr_names, *rest) for agent in self]
        return [[getattr(agent, name, *rest) for name in names] for agent in self]

    def set(self, attr_name: str, value: Any) -> Self:
        """Set a column to one value, or to an array with one value per member."""
        column = self._column(attr_name)
        if column is not None:
            self.table.put_rows(column, self.rows, value)
            return self
        if not hasattr(self.view, attr_name):
            raise AttributeError(f"{self.view.__name__} has no column {attr_name!r}")
        for agent in self:
            setattr(agent, attr_name, value)
        return self

    def agg(self, attribute: str, func: Any) -> Any:
        """Aggregate an attribute; sum, min, max and len of a column are vectorised. Gives Python scalars."""
        values = self.get(attribute)
        if callable(func):
            return _aggregate(values, func)
        return [_aggregate(values, one) for one in func]

    def select(
        self,
        filter_func: Callable[[Any], bool] | Array | None = None,
        at_most: float = INFINITE,
        inplace: bool = False,
        agent_type: type | None = None,
    ) -> ColumnAgentSet:
        """Select members by a boolean mask over them (fast) or by a function of an agent."""
        limit, rows = limit_of(len(self), at_most), self.rows
        if agent_type is not None and not issubclass(self.view, agent_type):
            rows = rows[:0]
        elif isinstance(filter_func, np.ndarray):
            if filter_func.dtype != np.bool_ or filter_func.shape != rows.shape:
                raise ValueError(f"a mask needs dtype bool and shape {rows.shape}")
            rows = rows[filter_func]
        elif filter_func is not None:
            kept = itertools.islice(filter(filter_func, self), limit)
            rows = np.fromiter((agent.row for agent in kept), np.int64)
        return self._result(rows[:limit], inplace)

    def groupby(self, by: Any, result_type: str = "agentset") -> GroupBy:
        """Group by a column (fast; groups in order of first appearance, as in Mesa) or by a function."""
        column = self._column(by) if isinstance(by, str) else None
        if column is None or self.table.spec[column].shape:
            key = operator.attrgetter(by) if isinstance(by, str) else by
            groups: dict[Any, list[int]] = {}
            for agent in self:
                groups.setdefault(key(agent), []).append(agent.row)
            found = {value: self._part(np.array(rows)) for value, rows in groups.items()}
        else:
            rows = self.rows
            values, first, size = np.unique(
                self.table[column][rows], return_index=True, return_counts=True, equal_nan=False
            )
            order = np.argsort(self.table[column][rows], kind="stable")
            parts = np.split(rows[order], np.cumsum(size)[:-1])
            found = {values[i].item(): self._part(parts[i]) for i in np.argsort(first)}
        if result_type == "list":
            return GroupBy({value: list(group) for value, group in found.items()})
        return ColumnGroupBy(found)

    def shuffle(self, inplace: bool = False) -> ColumnAgentSet:
        """Shuffle by a key drawn from the model's random: one draw, whatever the number of members."""
        key = self.random.getrandbits(64)
        return self._result(np.random.default_rng(key).permutation(self.rows), inplace)

    def sort(self, key: Any, ascending: bool = False, inplace: bool = False) -> ColumnAgentSet:
        """Sort by a column or a function of an agent; equal members keep their order either way."""
        rows = self.rows
        column = self._column(key) if isinstance(key, str) else None
        if column is None:
            by = operator.attrgetter(key) if isinstance(key, str) else key
            keys = [by(agent) for agent in self]
            order = np.array(sorted(range(len(keys)), key=keys.__getitem__, reverse=not ascending), np.int64)
        elif ascending:
            order = np.argsort(self.table[column][rows], kind="stable")
        else:
            order = len(rows) - 1 - np.argsort(self.table[column][rows][::-1], kind="stable")[::-1]
        return self._result(rows[order], inplace)

    def do(self, method: Any, *args: Any, **kwargs: Any) -> Self:
        """Call a method of every member, or its ``vector_`` twin once with (model, rows)."""
        twin = _twin(self.view, method) if isinstance(method, str) else None
        if twin is not None:
            twin(self.model, self.rows, *args, **kwargs)
        else:
            self.map(method, *args, **kwargs)
        return self

    def map(self, method: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """Call a method or function for every member and return the results."""
        return [call(agent, method, args, kwargs) for agent in self]

    def shuffle_do(self, method: Any, *args: Any, **kwargs: Any) -> Self:
        """Do in shuffled order; the order of this set stays."""
        self.shuffle().do(method, *args, **kwargs)
        return self

    def add(self, agent: Any) -> None:
        """Refused: rows are added to the table, not to a set of views."""
        raise TypeError(f"add rows to the table, or use {self.view.__name__}.create_agents")

    def discard(self, agent: Any) -> None:
        """Mark the agent dead (live set), or leave it out of this part; nothing if it is not a member."""
        if agent not in self:
            return
        if self._numbers is None:
            agent.remove()
        else:
            rows = self.rows
            self._choose(rows[rows != agent.row])

    def remove(self, agent: Any) -> None:
        """Like discard, with a KeyError if the agent is not a member."""
        if agent not in self:
            raise KeyError(agent)
        self.discard(agent)

    def _from_iterable(self, agents: Iterable[Any]) -> AbstractAgentSet:
        """Result of set algebra (``a & b``, ``a | b``, ``a - b``)."""
        members = list(dict.fromkeys(agents))
        if all(type(agent) is self.view for agent in members):
            return self._part(np.array([agent.row for agent in members], np.int64))
        return StrongAgentSet(members, self.random)

    @property
    def _agents(self) -> dict[RowAgent, None]:
        return dict.fromkeys(self)  # what code inherited from Mesa reads

    def _column(self, name: str) -> str | None:
        """Column an attribute name stands for, if any; what the view class defines goes first."""
        if name == "unique_id":
            return "number"
        found = getattr_static(self.view, name, None)
        if isinstance(found, Column):
            return found.name
        return name if found is None and name in self.table else None

    def _part(self, rows: Rows) -> ColumnAgentSet:
        return ColumnAgentSet(self.model, self.view, rows)

    def _choose(self, rows: Rows) -> None:
        self._rows, self._numbers = rows, self.table["number"][rows]

    def _result(self, rows: Rows, inplace: bool) -> ColumnAgentSet:
        if not inplace:
            return self._part(rows)
        if self._numbers is None:
            raise TypeError("the live set is not changed in place: take a copy() first")
        self._choose(rows)
        return self

    def _update(self, agents: Iterable[Any]) -> ColumnAgentSet:
        return self._result(np.array([agent.row for agent in agents], np.int64), True)


def call(agent: Any, method: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Call a method by name, or a function, on one agent."""
    return getattr(agent, method)(*args, **kwargs) if isinstance(method, str) else method(agent, *args, **kwargs)


def limit_of(size: int, at_most: float) -> int:
    """Number of agents Mesa's ``at_most`` stands for: a count, or as a float up to 1.0 a fraction of all."""
    if isinstance(at_most, float) and at_most <= 1.0:
        at_most = int(size * at_most)
    return size if at_most >= size else max(0, math.ceil(at_most))


def _aggregate(values: Any, func: Callable[[Any], Any]) -> Any:
    """Apply func, by NumPy where it knows it; NumPy scalars become Python's, which collectors copy fast."""
    if isinstance(values, np.ndarray):
        func = next((fast for slow, fast in _VECTORISED if slow is func), func)
    result = func(values)
    return result.item() if isinstance(result, np.generic) else result


def _twin(view: type[RowAgent], method: str) -> Callable[..., Any] | None:
    """Return the vector twin of a method, unless a subclass overrides the method alone."""
    for cls in view.__mro__:
        if f"vector_{method}" in vars(cls):
            twin: Callable[..., Any] = getattr(view, f"vector_{method}")
            return twin
        if method in vars(cls):
            return None
    return None
