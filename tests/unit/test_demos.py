"""The lessons run as a reader runs them: in a process of their own, from the checkout."""

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
LESSONS = sorted((PROJECT / "experiments" / "demos").glob("[0-9]*.py"))


def told(lesson: Path) -> str:
    """What a lesson prints; its own assertions must hold."""
    done = subprocess.run([sys.executable, str(lesson)], cwd=PROJECT, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_lesson_runs_and_is_honest(lesson: Path) -> None:
    assert told(lesson).splitlines()[-1].startswith("A scenario, not a forecast")


def test_one_month_tells_every_part() -> None:
    text = told(PROJECT / "experiments" / "demos" / "01_one_month.py")
    lines = text.splitlines()
    phases = [line.split()[1] for line in lines if line[:1].isdigit()]
    assert phases == ["Institutions", "Plan", "Trade", "Ship", "Clear", "Home", "Settle", "Learn", "Renew", "Record"]
    for key in (
        "price of the firm 离岸价",
        "duty 关税",
        "commission 平台佣金",
        "= landed price 到岸总成本",
        "orders 订单",
        "route 路线",
        "days on the way 运输天数",
        "chance of a look 查验率",
        "looks 查验",
        "= clearance 通关时间",
        "= cash after 期末现金",
        "= buyers paid 买方支出",
        "new product 新品",
        "books off by 账目误差",
    ):
        assert any(line.strip().startswith(key) for line in lines), key
    assert "bit by bit" in text
