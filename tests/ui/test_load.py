"""Many visitors at once, without browsers: each sees its own values, and none is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ui.load import Model, Session, crowd
from tests.ui.processes import command, page_command, serving


def move(one: Session, visitor: int, change: int) -> None:
    """Move the lever to a value that no other visitor uses, and find it on the page."""
    value = 100 * visitor + change
    one.set(one.find(_model_name="SliderModel"), v_model=value)
    one.wait(lambda: f"value is {value}" in one.texts().splitlines(), f"no {value}")
    assert one.find(_model_name="SliderModel", v_model=value)
    others = {f"value is {number}" for number in range(1000)} - {f"value is {value}"}
    assert not others & set(one.texts().splitlines())


@pytest.mark.parametrize(
    ("sessions", "changes", "every"),
    [(4, 5, 0.2), pytest.param(10, 24, 5.0, marks=pytest.mark.slow)],
)
def test_crowd_on_a_small_page(tmp_path: Path, sessions: int, changes: int, every: float) -> None:
    with serving(page_command("tests.ui.standins:Plain"), tmp_path) as one:
        result = crowd(one.url, sessions, changes, every, move)
        assert result.faults == []
        assert len(result.waits) == sessions * changes
        print(f"95 % of changes within {result.slowest(0.95):.3f} s")
        assert one.end() == (4, [])
        assert one.outgoing() == []


def test_crowd_reports_what_goes_wrong(tmp_path: Path) -> None:
    with serving(page_command("tests.ui.standins:Plain", "--sessions", "2"), tmp_path) as one:
        result = crowd(one.url, 3, 2, 1.0, move)
        assert len(result.faults) == 1 and "503" in result.faults[0]


FUND = "overseas_warehouse_fund"
SMALL = "/?lang=en&s=%7B%22months%22%3A30%2C%22scale%22%3A0.004%7D"


def card_of(model: Model) -> dict[str, Any]:
    content = model.get("content")
    found: dict[str, Any] = json.loads(content).get("card", {}) if isinstance(content, str) and "{" in content else {}
    return found


def is_fund(model: Model) -> bool:
    return card_of(model).get("id") == FUND


def shown_rate(one: Session) -> object:
    """The rate on the fund's card, and that in the address: both are this visitor's own."""
    card = card_of(one.models[one.find(is_fund)])
    rate = next(control["value"] for control in card["parameters"] if control["name"] == "rate")
    query = next(model["query"] for model in one.models.values() if "query" in model and "lang" in model)
    return rate if not card["on"] or rate == 0.3 or f":{rate}" in query else query


def change_rate(one: Session, visitor: int, change: int) -> None:
    """Set the rate of the fund to a value that no other visitor uses; the page must come to show it, and no fault."""
    rate = round(0.05 + 0.08 * visitor + 0.003 * change, 4)
    one.fire(one.find(is_fund), "change", {"key": "rate", "value": rate})
    one.wait(lambda: shown_rate(one) == rate, f"no {rate}, but {shown_rate(one)}")
    assert "The run failed" not in one.texts()


@pytest.mark.slow
@pytest.mark.parametrize("path", [SMALL, "/?lang=en"], ids=["small", "usual size"])
def test_ten_visitors_for_two_minutes_on_the_real_page(tmp_path: Path, path: str) -> None:
    with serving(command("--port", "0"), tmp_path) as one:
        result = crowd(one.url, 10, 24, 5.0, change_rate, path)
        assert result.faults == []
        assert len(result.waits) == 240
        print(f"{path}: 95 % of changes acknowledged within {result.slowest(0.95):.3f} s")
        assert one.end() == (4, [])
        assert one.outgoing() == []


def test_three_visitors_on_the_real_page(tmp_path: Path) -> None:
    with serving(command("--port", "0", "--no-warm"), tmp_path) as one:
        result = crowd(one.url, 3, 4, 0.5, change_rate, SMALL)
        assert result.faults == []
        assert one.end() == (4, [])
