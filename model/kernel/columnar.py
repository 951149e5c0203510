"""The Mesa face of the tables: rows appear as agents wherever Mesa expects agents.

``RowAgent`` is a view of one row, made on access; ``PlacedAgent`` an ordinary agent with values in a table.
``ColumnarModel`` shows both the registered agents and the rows in ``agents``, ``agents_by_type`` and
``agent_types``. The only private names of Mesa used are ``Model._all_agents`` and ``Model._agents_by_type``;
a canary test watches them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, Self

import mesa
from mesa.agentset import AbstractAgentSet, GroupBy
from numpy.typing import ArrayLike

from model.kernel.agentset import INFINITE, ColumnAgentSet, StrongAgentSet, call, limit_of
from model.kernel.columns import Column, Table


class RowAgent(mesa.Agent):  # type: ignore[misc]
    """View of one row of ``model.state.<table_name>``; changing values are ``Column`` attributes.

    Two views are equal when class, model and number agree (``is`` says nothing). A view keeps no values of
    its own, and follows its number if rows are moved. Subclasses do not override ``__init__``. A static
    method ``vector_step(model, rows)`` next to a method ``step`` stands in for it in ``ColumnAgentSet.do``.
    """

    table_name: ClassVar[str]
    alive = Column()

    def __init__(self, model: Any, row: int, number: int | None = None) -> None:
        # Not super().__init__: that would register the view. Straight into __dict__: see __setattr__.
        if number is None:
            number = int(getattr(model.state, self.table_name)["number"][row])
        own = self.__dict__
        own["model"], own["_row"], own["number"], own["unique_id"], own["pos"] = (
            model,
            row,
            number,
            number,
            None,
        )

    @property
    def table(self) -> Table:
        """Table the agent is a row of."""
        table: Table = getattr(self.model.state, self.table_name)
        return table

    @property
    def row(self) -> int:
        """Row at present. Raises LookupError once another agent has taken the row over."""
        table, row = self.table, self._row
        if not table.holds(row, self.number):
            row = int(table.row_of(self.number))
            if row < 0:
                raise LookupError(
                    f"{type(self).__name__} {self.number} has left; row {self._row} of {self.table_name!r} "
                    "is no longer its own"
                )
            self.__dict__["_row"] = row
        return int(row)

    @property
    def present(self) -> bool:
        """Whether the agent is still in the model."""
        return self.table.is_alive(self._row, self.number) or bool(self.table.row_of(self.number) >= 0)

    def remove(self) -> None:
        """Leave the model: the row is marked dead and may be used again."""
        self.table.remove(self.row)

    @classmethod
    def create_agents(cls, model: Any, n: int, **columns: ArrayLike) -> ColumnAgentSet:
        """Add ``n`` rows; each column is a scalar or a sequence of length ``n``."""
        rows = getattr(model.state, cls.table_name).add(columns, count=n)
        return ColumnAgentSet(model, cls, rows)

    @classmethod
    def from_dataframe(cls, model: Any, df: Any, **columns: ArrayLike) -> ColumnAgentSet:
        """Add a row for every row of a DataFrame; further columns are the same for all."""
        return cls.create_agents(model, len(df), **{str(k): df[k].to_numpy() for k in df.columns}, **columns)

    def __setattr__(self, name: str, value: Any) -> None:
        if not hasattr(type(self), name):
            raise AttributeError(f"{name!r} is no column of {type(self).__name__}: a view would lose it")
        super().__setattr__(name, value)

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other) or not isinstance(other, RowAgent):
            return False
        return self.model is other.model and bool(self.number == other.number)

    def __hash__(self) -> int:
        return hash((type(self), id(self.model), self.number))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.number}>"


class PlacedAgent(mesa.Agent):  # type: ignore[misc]
    """Ordinary registered agent whose changing values are row ``code`` of ``model.state.<table_name>``.

    For kinds with few members that never share a row: platforms, customs districts, markets, regions. The
    object itself holds nothing that changes, so that a snapshot of the state is a snapshot of the model.
    """

    table_name: ClassVar[str]

    def __init__(self, model: Any, code: int) -> None:
        super().__init__(model)
        self.code = int(code)

    @property
    def table(self) -> Table:
        """Table that holds the agent's values."""
        table: Table = getattr(self.model.state, self.table_name)
        return table

    @property
    def row(self) -> int:
        """The code, checked against the table."""
        if not 0 <= self.code < self.table.n:
            raise LookupError(f"{type(self).__name__} {self.code} has no row in {self.table_name!r}")
        return self.code


class Chain(AbstractAgentSet):  # type: ignore[misc]
    """All agents of a model, live: the registered ones first, then every columnar set. Read-only."""

    def __init__(self, model: Any) -> None:
        self.model = model

    @property
    def random(self) -> Any:
        """The model's random generator."""
        return self.model.random

    def _parts(self) -> list[Any]:
        return [self.model._all_agents, *self.model.columnar.values()]

    def __len__(self) -> int:
        return sum(len(part) for part in self._parts())

    def __iter__(self) -> Iterator[Any]:
        return (agent for part in self._parts() for agent in part)

    def __contains__(self, agent: object) -> bool:
        return any(agent in part for part in self._parts())

    def __copy__(self) -> StrongAgentSet:
        return StrongAgentSet(self, self.random)

    def copy(self) -> StrongAgentSet:
        """The agents there are now, as a set of its own."""
        return StrongAgentSet(self, self.random)

    def to_list(self) -> list[Any]:
        """All agents."""
        return list(self)

    def get(self, attr_names: Any, handle_missing: str = "error", default_value: Any = None) -> list[Any]:
        """Values of one attribute, or a list of values per agent, as from Mesa."""
        names = attr_names if isinstance(attr_names, str) else list(attr_names)
        values: list[Any] = []
        for part in self._parts():
            if isinstance(names, str):
                got = part.get(names, handle_missing, default_value)
                values += got if isinstance(got, list) else got.tolist()
            else:  # column by column, so that integers stay integers
                columns = [part.get(name, handle_missing, default_value) for name in names]
                lists = [got if isinstance(got, list) else got.tolist() for got in columns]
                values += [list(row) for row in zip(*lists, strict=True)]
        return values

    def set(self, attr_name: str, value: Any) -> Self:
        """Set an attribute of all agents."""
        for part in self._parts():
            part.set(attr_name, value)
        return self

    def select(
        self,
        filter_func: Callable[[Any], bool] | None = None,
        at_most: float = INFINITE,
        inplace: bool = False,
        agent_type: type | None = None,
    ) -> AbstractAgentSet:
        """Select agents; for a columnar type the result is a ColumnAgentSet."""
        self._refuse(inplace)
        if agent_type is not None and agent_type in self.model.columnar:
            rest = [kind for kind in self.model.agent_types if kind is not agent_type]
            if not any(issubclass(kind, agent_type) for kind in rest):
                return self.model.columnar[agent_type].select(filter_func, limit_of(len(self), at_most))
        return self.copy().select(filter_func, at_most, False, agent_type)

    def groupby(self, by: Any, result_type: str = "agentset") -> GroupBy:
        """Group by an attribute or a function of an agent."""
        return self.copy().groupby(by, result_type)

    def shuffle(self, inplace: bool = False) -> StrongAgentSet:
        """All agents in shuffled order."""
        self._refuse(inplace)
        return self.copy().shuffle(inplace=True)

    def sort(self, key: Any, ascending: bool = False, inplace: bool = False) -> StrongAgentSet:
        """All agents in sorted order."""
        self._refuse(inplace)
        return self.copy().sort(key, ascending, inplace=True)

    def do(self, method: Any, *args: Any, **kwargs: Any) -> Self:
        """Call a method of every agent, part by part, by ``vector_`` twins where there are any."""
        for part in self._parts():
            part.do(method, *args, **kwargs)
        return self

    def map(self, method: Any, *args: Any, **kwargs: Any) -> list[Any]:
        """Call a method or function for every agent and return the results."""
        return [result for part in self._parts() for result in part.map(method, *args, **kwargs)]

    def shuffle_do(self, method: Any, *args: Any, **kwargs: Any) -> Self:
        """Do one by one, in an order shuffled over all kinds of agents."""
        for agent in self.shuffle():
            if agent in self:  # an earlier call may have removed it
                call(agent, method, args, kwargs)
        return self

    def add(self, agent: Any) -> None:
        """Refused: agents register themselves, rows are added to tables."""
        raise TypeError("model.agents is read-only")

    def discard(self, agent: Any) -> None:
        """Refused: use ``agent.remove()``."""
        raise TypeError("model.agents is read-only: use agent.remove()")

    remove = discard

    def _from_iterable(self, agents: Iterable[Any]) -> StrongAgentSet:
        return StrongAgentSet(agents, self.random)

    @property
    def _agents(self) -> dict[Any, None]:
        return dict.fromkeys(self)  # what code inherited from Mesa reads

    def _update(self, agents: Iterable[Any]) -> AbstractAgentSet:
        raise TypeError("model.agents is read-only: take a copy() first")

    def _refuse(self, inplace: bool) -> None:
        if inplace:
            self._update(())


class ColumnarModel(mesa.Model):  # type: ignore[misc]
    """Mesa model whose agents are registered one by one, or rows of a table, or both.

    ``state`` holds the tables as attributes; ``columnar`` the set of every row type. Sets and views look up
    ``state`` each time, so a snapshot is put back by assigning it.
    """

    state: Any
    columnar: dict[type, ColumnAgentSet]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.columnar = {}
        super().__init__(*args, **kwargs)

    def add_columnar(self, view: type[RowAgent]) -> ColumnAgentSet:
        """Show the rows of ``state.<view.table_name>`` as agents of this type."""
        self.columnar[view] = found = ColumnAgentSet(self, view)
        return found

    @property
    def agents(self) -> Any:
        """All agents: a Chain (Mesa's own set when there are no columnar types)."""
        return Chain(self) if self.columnar else self._all_agents

    @property
    def agents_by_type(self) -> dict[type, Any]:
        """Agent set of every type (a new dict; the sets are live)."""
        return {**self._agents_by_type, **self.columnar}

    @property
    def agent_types(self) -> list[type]:
        """All types, the registered ones first."""
        return list(self.agents_by_type)

    def remove_all_agents(self) -> None:
        """Remove registered agents and mark all rows dead."""
        for members in self.columnar.values():
            members.table.remove(members.rows)
        super().remove_all_agents()
