"""No policy and no shock can reach an outcome: it is given values and a restriction, and answers with declarations.

What an effect may name is a lever; what a lever is read for is decided by agents. The tables of the state, where
outcomes live, are out of reach by import, by argument and by name.
"""

from __future__ import annotations

import ast
import inspect
from dataclasses import fields
from pathlib import Path

import pytest

from model.levers import LEVERS, Effect
from model.policies import Policy, policies
from model.shocks import SHOCKS
from model.state import TABLES

PROJECT = Path(__file__).resolve().parents[2]
FILES = sorted([*(PROJECT / "model" / "policies").glob("*.py"), PROJECT / "model" / "shocks.py"])
OURS = ("model.kernel", "model.levers", "model.policies", "model.programmes")
PLAIN = {"__future__", "collections.abc", "dataclasses", "functools", "importlib", "math", "pkgutil", "types", "typing"}
REACHING = {"eval", "exec", "open", "getattr", "setattr", "globals", "vars", "__import__"}
"""Built-in ways to reach what was not given."""


def imports(tree: ast.AST) -> set[str]:
    """Modules that a file draws from."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found.add(node.module or "")
    return found


def allowed(module: str) -> bool:
    return module in PLAIN or any(module == one or module.startswith(f"{one}.") for one in OURS)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_imports_declarations_only(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert not [module for module in imports(tree) if not allowed(module)]


@pytest.mark.parametrize("path", [path for path in FILES if path.stem != "__init__"], ids=lambda path: path.stem)
def test_it_changes_nothing_that_it_is_given(path: Path) -> None:
    """No attribute or item is assigned, nothing is deleted, and no built-in reaches beyond."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    targets = [
        target
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    assert all(isinstance(target, ast.Name | ast.Tuple) for target in targets)
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Delete | ast.Global | ast.Nonlocal)]
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not called & REACHING


@pytest.mark.parametrize("id", list(policies()))
def test_its_functions_are_given_values_and_a_restriction(id: str) -> None:
    for item in fields(Policy):
        if callable(item.default):
            assert list(inspect.signature(getattr(policies()[id], item.name)).parameters) == ["values", "where"]


@pytest.mark.parametrize("kind", list(SHOCKS))
def test_a_shock_is_given_values_and_a_restriction(kind: str) -> None:
    assert list(inspect.signature(SHOCKS[kind].effects).parameters) == ["values", "where"]


def test_no_lever_is_a_column_of_the_state() -> None:
    columns = {column for table in TABLES.values() for column in table}
    assert len(columns) > 50
    assert not columns & set(LEVERS.ids())


def test_an_effect_names_a_lever_and_nothing_else() -> None:
    assert {item.name for item in fields(Effect)} == {"lever", "op", "value", "where", "window", "origin"}


def test_the_rule_recognises_what_it_forbids() -> None:
    tree = ast.parse("from model.state import State\nimport agents.firm\nfrom model.levers import Effect\n")
    assert sorted(module for module in imports(tree) if not allowed(module)) == ["agents.firm", "model.state"]
