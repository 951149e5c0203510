"""Many visitors at once, without browsers: each sees its own values, and none is refused."""

from pathlib import Path

import pytest

from tests.ui.load import Session, crowd
from tests.ui.processes import page_command, serving


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
