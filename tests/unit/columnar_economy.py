"""A small model with firms as rows and ports as placed agents, and the same firms as agents of Mesa."""

from types import SimpleNamespace

import mesa
import numpy as np

from model.kernel.columnar import ColumnarModel, PlacedAgent, RowAgent
from model.kernel.columns import Column, Table

SPEC = {"cash": np.float64, "belt": np.int16, "young": np.bool_, "score": np.float32}


class Firm(RowAgent):
    table_name = "firms"
    firm = Column("number")
    cash, belt, young, score = Column(), Column(), Column(), Column()

    @property
    def rich(self):
        return self.cash > 5

    def grow(self, by=1.0):
        self.cash += by

    def earn(self, by=1.0):
        raise AssertionError("the vector twin should have run")

    @staticmethod
    def vector_earn(model, rows, by=1.0):
        model.state.firms["cash"][rows] += by


class Port(PlacedAgent):
    table_name = "ports"
    queue, open = Column(), Column()

    def grow(self, by=1):
        self.queue += by


class Plain(mesa.Agent):
    """A real agent with the values of a row."""

    def __init__(self, model, number, cash, belt, young, score):
        super().__init__(model)
        self.number, self.cash, self.belt, self.young, self.score = number, cash, belt, young, score

    @property
    def rich(self):
        return self.cash > 5

    def grow(self, by=1.0):
        self.cash += by


def values(n):
    rng = np.random.default_rng(3)
    return {
        "cash": np.round(rng.uniform(0, 10, n), 1),
        "belt": rng.integers(0, 4, n),
        "young": rng.random(n) < 0.5,
        "score": rng.integers(0, 5, n) / 4,
    }


class Economy(ColumnarModel):
    def __init__(self, n=40, ports=3):
        super().__init__(rng=7)
        self.state = SimpleNamespace(firms=Table(SPEC), ports=Table({"queue": np.int64, "open": np.bool_}))
        self.state.firms.add(values(n), count=n)
        self.state.ports.add({"queue": np.arange(ports)}, count=ports)
        for code in range(ports):
            Port(self, code)
        self.add_columnar(Firm)

    def step(self):
        self.agents.do("grow")


def plain_agents():
    """The firms of an economy as real agents in Mesa's own set."""
    model = mesa.Model(rng=7)
    given = {name: column.tolist() for name, column in values(40).items()}
    Plain.create_agents(model, 40, number=list(range(40)), **given)
    return model.agents


def numbers(agents):
    return [agent.number for agent in agents]
