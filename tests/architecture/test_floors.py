"""The floors hold: on paper (import-linter) and in a fresh process, where every module stands alone."""

import importlib.util
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PACKAGES = ("model", "agents", "experiments", "viz")
# Installed libraries are loaded once and every module then gets a fork of that process, so that a fresh
# process costs milliseconds. None of ours is among them.
LIBRARIES = ("mesa", "networkx", "numba", "pandas", "pyarrow", "pydantic", "ruamel.yaml", "scipy", "typer")
LONE_IMPORTS = """
import importlib, json, os, sys, traceback
libraries, modules, ours = json.loads(sys.stdin.read())
for library in libraries:
    importlib.import_module(library)
assert not [name for name in sys.modules if name.partition(".")[0] in ours]

def look(module):
    try:
        importlib.import_module(module)
    except BaseException:
        return {"error": traceback.format_exc(limit=-3)}
    return {"loaded": sorted(name for name in sys.modules if name.partition(".")[0] in ours)}

for module in modules:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        sys.stdout = sys.stderr
        with os.fdopen(writer, "w") as pipe:
            json.dump(look(module), pipe)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        answer = pipe.read() or json.dumps({"error": "the process ended"})
    os.waitpid(child, 0)
    print(json.dumps([module, json.loads(answer)]), flush=True)
"""


def settings() -> dict:
    """The import-linter section of the project file."""
    with (PROJECT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["tool"]["importlinter"]


def floor_of() -> dict[str, int]:
    """Package or module → number of its floor, the ground being 0; read from the contract."""
    (layers,) = (contract["layers"] for contract in settings()["contracts"] if contract["id"] == "floors")
    return {
        name.strip(" ()"): number
        for number, layer in enumerate(reversed(layers))
        for name in layer.replace(":", "|").split("|")
    }


def floor(module: str) -> int | None:
    """Floor of a module: that of the longest name in the contract that holds it."""
    floors = floor_of()
    parts = module.split(".")
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((floors[name] for name in names if name in floors), None)


def modules_of(package: str) -> list[str]:
    """Dotted names of all modules of a package; lessons with numbered names cannot be imported."""
    names = []
    for path in sorted((PROJECT / package).rglob("*.py")):
        parts = list(path.relative_to(PROJECT).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        if parts[-1] != "__main__" and all(part.isidentifier() for part in parts):
            names.append(".".join(parts))
    return names


def test_contracts_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_module_has_a_floor() -> None:
    homeless = [name for package in PACKAGES for name in modules_of(package) if floor(name) is None]
    assert not set(homeless) - {"model"}, "name them in the `floors` contract of pyproject.toml"


LONG = ("experiments", "model")  # two minutes together; the floors on paper (import-linter) hold on every run
ALONE = [pytest.param(name, marks=[pytest.mark.slow] if name in LONG else []) for name in PACKAGES]


@pytest.mark.skipif(sys.platform != "linux", reason="forks a loaded process")
@pytest.mark.parametrize("package", ALONE)
def test_every_module_stands_alone(package: str) -> None:
    if package == "viz" and importlib.util.find_spec("solara") is None:
        pytest.skip("the viz extra is not installed")
    libraries = [*LIBRARIES, "solara"] if package == "viz" else LIBRARIES
    modules = modules_of(package)
    task = json.dumps([libraries, modules, PACKAGES])
    command = [sys.executable, "-W", "ignore", "-c", LONE_IMPORTS]
    done = subprocess.run(command, cwd=PROJECT, input=task, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [module for module, _ in answers] == modules
    found = [fault for module, answer in answers for fault in faults(module, answer)]
    assert not found, "\n".join(found)


def faults(module: str, answer: dict) -> list[str]:
    """What went wrong when the module was imported alone: it failed, or it drew in a higher floor."""
    if "error" in answer:
        return [f"{module}: {answer['error']}"]
    own = floor(module)
    if own is None:
        return []
    higher = [name for name in answer["loaded"] if (floor(name) or 0) > own]
    return [f"{module} draws in {', '.join(higher)}"] if higher else []
