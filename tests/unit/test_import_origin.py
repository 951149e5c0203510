"""The top-level names are common words: make sure that they are ours and not some other package's."""

import importlib
import importlib.util
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["model", "agents", "experiments", "viz"])
def test_package_is_the_project_s_own(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__file__ is not None
    assert Path(module.__file__).resolve() == PROJECT / name / "__init__.py"


def test_scenarios_is_the_project_s_own_data() -> None:
    spec = importlib.util.find_spec("scenarios")
    assert spec is not None and spec.origin is None, "scenarios holds data only, no Python"
    found = {Path(place).resolve() for place in spec.submodule_search_locations or ()}
    assert found == {PROJECT / "scenarios"}
