"""The ODD document speaks of files, parameters, phases and levers that exist; so do the other documents."""

import csv
import re
from pathlib import Path

import pytest

from model.economy import MONTH
from model.levers import LEVERS

PROJECT = Path(__file__).resolve().parents[2]
ODD = (PROJECT / "model" / "ODD.md").read_text(encoding="utf-8")
FILE = re.compile(r"`([\w./-]+\.(?:py|md|csv|yaml))`")


def parameters() -> set[str]:
    """Paths declared in the parameter table."""
    with (PROJECT / "scenarios" / "evidence" / "parameters.csv").open(encoding="utf-8", newline="") as file:
        return {row["path"] for row in csv.DictReader(file)}


def named_parameters() -> set[str]:
    """Paths that the document names; `imports.bonded_*` stands for all that begin so."""
    groups = "|".join(sorted({path.partition(".")[0] for path in parameters()}))
    return set(re.findall(rf"`((?:{groups})\.[a-z0-9_]+\*?)`", ODD))


def sections() -> dict[str, str]:
    """Sections and subsections by title, each with the text up to the next title."""
    parts = re.split(r"^##+ (.+)$", ODD, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_each_file_named_exists() -> None:
    named = set(FILE.findall(ODD))
    assert len(named) > 40
    assert not [name for name in named if not (PROJECT / name).exists()]


def test_each_parameter_named_is_declared() -> None:
    known, named = parameters(), named_parameters()
    assert len(named) > 150
    unknown = [path for path in named if path not in known and not path.endswith("*")]
    unknown += [path for path in named if path.endswith("*") and not any(p.startswith(path[:-1]) for p in known)]
    assert not unknown, "renamed or gone: change model/ODD.md with parameters.csv"


@pytest.mark.parametrize("title", list(sections()))
def test_each_section_names_its_files(title: str) -> None:
    text = sections()[title]
    assert not text.strip() or re.search(r"^Files?: `", text, flags=re.M), title


def test_phases_stand_in_their_order() -> None:
    told = re.findall(r"^\d+\. \*\*(\w+)\*\*", ODD, flags=re.M)
    assert [name.lower() for name in told] == [name for name, _ in MONTH]


def test_odd_plus_d_elements_are_there() -> None:
    elements = ("Purpose and patterns", "Entities, state variables, scales", "Process overview", "Design concepts",
                "Initialisation", "Input data", "Submodels")  # fmt: skip
    titles = " ".join(sections())
    assert not [element for element in elements if element not in titles]
    decisions = ("Individual decisions", "Learning", "Sensing", "Prediction", "Interaction", "Heterogeneity",
                 "Stochasticity", "Observation")  # fmt: skip
    assert not [item for item in decisions if f"**{item}.**" not in ODD]


@pytest.mark.parametrize("name", ["CHANGELOG.md", "scenarios/README.md"])
def test_files_named_in_other_documents_exist(name: str) -> None:
    place = PROJECT / name
    named = set(FILE.findall(place.read_text(encoding="utf-8")))
    assert not [file for file in named if not ((PROJECT / file).exists() or (place.parent / file).exists())]


def test_changelog_names_levers_and_indicators_that_exist() -> None:
    import model.indicators  # noqa: F401  (fills the registry)
    from model.kernel.declare import INDICATORS

    text = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    for heading, known in (("Levers", LEVERS.ids()), ("Indicators", INDICATORS.ids())):
        paragraph = text.split(f"**{heading}.**")[1].split("\n- **")[0]
        named = re.findall(r"`([a-z0-9_]+)`", paragraph)
        assert named and not [word for word in named if word not in {*known, "set"}], heading
