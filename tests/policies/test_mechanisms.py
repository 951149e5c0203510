"""The paper's three mechanisms: each pattern holds, and goes when its mechanism is cut."""

import numpy as np
import pytest

from experiments.mechanisms import DOCUMENT, MECHANISMS, measure
from experiments.variants import VARIANTS

GONE = 0.25
"""Of the pattern with its mechanism, what may be left without: other rules touch it too."""


SHORT = [
    pytest.param(item, id=item.id, marks=[pytest.mark.slow] if item.id != "home_consumption" else [])
    for item in MECHANISMS
]
"""The others take half a minute together; information between belts is cut in tests/unit/test_supply.py too."""


@pytest.mark.parametrize("mechanism", SHORT)
def test_the_pattern_goes_with_its_mechanism(mechanism) -> None:
    found = measure(mechanism, [1], 0.005)
    print(f"{mechanism.id}: {found}")
    assert found["with"][0] > 0.0
    assert abs(found["without"][0]) < GONE * found["with"][0]


def test_every_cut_is_a_variant_and_stands_on_the_page() -> None:
    page = DOCUMENT.read_text(encoding="utf-8")
    for item in MECHANISMS:
        assert item.cut in VARIANTS
        assert item.label.zh in page and f"`{item.cut}`" in page


@pytest.mark.slow
@pytest.mark.parametrize("mechanism", MECHANISMS, ids=lambda item: item.id)
def test_patterns_in_many_draws(mechanism) -> None:
    found = measure(mechanism, range(1, 9), 0.01)
    assert (found["with"] > 0.0).sum() >= 7
    assert abs(np.mean(found["without"])) < GONE * np.mean(found["with"])
