"""How the code is built: what is imported where, and what is never done."""

import ast
from pathlib import Path

import click
import pytest
from helpers import REPOSITORY, environment

import costmodel
from costmodel import errors
from costmodel.cli import main

PACKAGE = Path(costmodel.__file__).parent
MODULES = {
    ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): file
    for file in sorted(PACKAGE.rglob("*.py"))
}
HEAVY = {"numpy", "pandas", "openpyxl", "xlsxwriter", "matplotlib", "pydantic", "jinja2", "scipy"}
GROUND = {"errors", "numbers", "years", ""}
"""Modules that everything may import; the package itself is one, for its version."""
ARROW: dict[str, set[str]] = {
    "language": GROUND,
    "model": GROUND | {"language"},
    "assumptions": GROUND | {"language"},
    "sections": GROUND | {"language", "model", "assumptions"},
    "analysis": GROUND | {"language", "model", "assumptions", "sections"},
    "outputs": GROUND | {"language", "model", "assumptions", "sections", "analysis"},
}
LONGEST = 450


def imports(file: Path) -> set[str]:
    """Every module that a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{file.name} has a relative import"
            found.update({node.module} if node.module != "costmodel" else {f"costmodel.{n.name}" for n in node.names})
    return found


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(words: list[str], tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys\nfrom costmodel.cli import main\n"
        f"try:\n    main({words!r})\nexcept SystemExit:\n    pass\n"
        "print('imported', *sorted({name.split('.')[0] for name in sys.modules}))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path, env=environment(), capture_output=True, encoding="utf-8", check=True, timeout=60,
    )  # fmt: skip
    assert set(ran.stdout.splitlines()[-1].split()) & HEAVY == set()


@pytest.mark.parametrize("layer", ARROW)
def test_imports_follow_the_arrow(layer: str) -> None:
    against = [
        f"{name} imports {found}"
        for name, file in MODULES.items()
        if name.startswith(f"costmodel.{layer}")
        for found in imports(file)
        if found.startswith("costmodel.") and found.split(".")[1] not in {*ARROW[layer], layer, "__version__"}
    ]
    assert against == []


def test_the_ground_imports_nothing_above_it() -> None:
    for name in ("errors", "numbers", "years"):
        above = {found for found in imports(MODULES[f"costmodel.{name}"]) if found.startswith("costmodel.")}
        assert above <= {"costmodel.errors", "costmodel.numbers", "costmodel.years"}, name


def test_only_the_command_line_imports_click() -> None:
    assert [name for name, file in MODULES.items() if "click" in imports(file)] == ["costmodel.cli"]


def test_nothing_prints_or_exits_but_the_command_line() -> None:
    found = []
    for name, file in MODULES.items():
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "sys.exit", "exit", "input"):
                found.append(f"{name}:{node.lineno}")
    assert [place for place in found if not place.startswith("costmodel.cli:")] == []


def test_nothing_is_rounded_but_when_it_is_shown_and_nothing_is_evaluated() -> None:
    rounds = {"round", "np.round", "numpy.round", "np.around", "np.rint"}
    found = [
        f"{name}:{node.lineno}: {ast.unparse(node.func)}"
        for name, file in MODULES.items()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"eval", "exec", *(() if ".outputs." in name else rounds)}
    ]
    assert found == []


def test_no_clock_and_no_chance_below_the_command_line() -> None:
    never = ("datetime.now", "date.today", "time.time", "random.", "uuid.")
    found = [
        f"{name}:{node.lineno}: {ast.unparse(node.func)}"
        for name, file in MODULES.items()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(never) and name != "costmodel.cli"
    ]
    assert found == []


def test_no_module_is_long() -> None:
    lengths = {name: len(file.read_text(encoding="utf-8").splitlines()) for name, file in MODULES.items()}
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def test_every_module_mistake_and_command_says_what_it_is_for() -> None:
    for name, file in MODULES.items():
        text = file.read_text(encoding="utf-8")
        assert not text or ast.get_docstring(ast.parse(text)), f"{name} has no docstring"
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.Mistake):
            assert "__doc__" in vars(kind), kind.__name__
            assert str(kind.__doc__).endswith("."), kind.__name__
    for name, command in main.commands.items():
        assert command.help, name
        for option in command.params:
            if isinstance(option, click.Option) and option.name not in ("form",):
                assert option.help, f"{name} {option.name}"


def test_the_package_ships_what_a_run_needs() -> None:
    assert (REPOSITORY / "assumptions" / "evidence").is_dir()
    assert (REPOSITORY / "templates" / "brief.md").is_file()
