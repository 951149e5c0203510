"""Lesson 1: one firm, one parcel, one month 第一课：一家企业、一个包裹、一个月.

    .venv/bin/python experiments/demos/01_one_month.py

The toy world has two belts, two markets and a dozen firms. The lesson runs the ten phases of its first month one by
one, follows the firm with the most parcels abroad, and sees on the way that every part adds up. Last it shows that a
plain `step()` gives the same month bit by bit. The web page plays the same lesson.
"""

from __future__ import annotations

from experiments.facts import Fact
from experiments.lesson import Lesson, Told, same_by_step
from model.kernel.calendar import format_month


def say(fact: Fact) -> None:
    """One short line: both languages, the number, its unit."""
    label = f"{'= ' if fact.total else ''}{fact.label.en} {fact.label.zh}"
    text = fact.exact("en") if isinstance(fact.value, float) else f"{fact.value.en} {fact.value.zh}"
    wide = sum(2 if ord(letter) > 0x2E7F else 1 for letter in label)  # Chinese letters take two places
    print(f"   {label}{' ' * max(1, 54 - wide)}{text}".rstrip())


def show(told: Told) -> None:
    """A phase with its facts, then its sums."""
    print(f"\n{told.number} {told.title.en} {told.title.zh}")
    for fact in told.facts:
        say(fact)
    for one in told.sums:
        print(f"   {one.name.en} {one.name.zh}:")
        for fact in (*one.parts, one.whole):
            say(fact)


def main() -> None:
    """Run the lesson."""
    lesson = Lesson()
    month = format_month(lesson.month)
    print(f"One month of the toy world 玩具世界的一个月: {month}, seed 随机种子 {lesson.seed}")
    for told in lesson.play_month():
        show(told)
    assert same_by_step(lesson)
    print("\nA plain step() gives the same month, bit by bit. 直接运行一步，结果逐位相同。")
    print("A scenario, not a forecast; the toy says nothing about China. 这是情景而非预测，玩具世界不代表现实。")


if __name__ == "__main__":
    main()
