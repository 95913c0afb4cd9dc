"""How the code is built: what is imported where, and what is never done."""

import ast
from collections import Counter
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
HEAVY = {
    "numpy", "pandas", "openpyxl", "xlsxwriter", "matplotlib", "pydantic", "jinja2", "scipy", "docx", "markdown_it",
}  # fmt: skip
GROUND = {"errors", "numbers", "years", ""}
"""Modules that everything may import; the package itself is one, for its version."""
READING = GROUND | {"language", "model", "assumptions", "sections"}
ROOMS = ("workbook", "audit", "differences", "reviews", "pages", "outputs")
"""What is made of a costing: each room may import those before it, and all that a costing is made of."""
ARROW: dict[str, set[str]] = {
    "language": GROUND,
    "spreadsheets": GROUND,
    "model": GROUND | {"language"},
    "assumptions": GROUND | {"language"},
    "sections": GROUND | {"language", "model", "assumptions"},
    "analysis": READING,
    **{room: READING | {"analysis", "spreadsheets", *ROOMS[:at]} for at, room in enumerate(ROOMS)},
}
LONGEST = 400
LARGEST_ROOM = 0.25


def imports(file: Path) -> set[str]:
    """Every module that a file imports, wherever in it, for types alone too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{file.name} has a relative import"
            inside = {f"{node.module}.{name.name}" for name in node.names}
            found.update({node.module} - {"costmodel"} | (inside & MODULES.keys()))
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


def test_workbooks_are_read_by_one_reader_whatever_else_is_installed() -> None:
    import subprocess
    import sys

    code = "import costmodel.spreadsheets.reading, openpyxl\nprint(openpyxl.LXML)"
    clean = {name: value for name, value in environment().items() if name != "OPENPYXL_LXML"}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=clean, capture_output=True, encoding="utf-8", check=True, timeout=60
    )
    assert ran.stdout == "False\n"


@pytest.mark.parametrize("room", ARROW)
def test_imports_follow_the_arrow(room: str) -> None:
    against = [
        f"{name} imports {found}"
        for name, file in MODULES.items()
        if f"{name}.".startswith(f"costmodel.{room}.")
        for found in imports(file)
        if found.startswith("costmodel.") and found.split(".")[1] not in {*ARROW[room], room}
    ]
    assert against == []


def test_every_module_is_in_a_room_or_on_the_ground() -> None:
    known = {*ARROW, *GROUND, "cli", "__main__"}
    assert [name for name in MODULES if "." in name and name.split(".")[1] not in known] == []


def test_no_modules_import_each_other_in_a_circle() -> None:
    below = {name: imports(file) & MODULES.keys() - {name} for name, file in MODULES.items()}
    while settled := [name for name, found in below.items() if not found & below.keys()]:
        for name in settled:
            del below[name]
    assert below == {}, "each of these imports another of them"


def test_no_two_modules_and_no_two_classes_have_one_name() -> None:
    modules = Counter(file.stem for file in MODULES.values() if file.stem != "__init__")
    classes = Counter(
        node.name
        for file in MODULES.values()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, count in (modules + classes).items() if count > 1] == []


def test_no_room_has_more_than_a_quarter_of_the_lines() -> None:
    lines: Counter[str] = Counter()
    for name, file in MODULES.items():
        lines[name.split(".")[1] if "." in name else ""] += len(file.read_text(encoding="utf-8").splitlines())
    assert {room: count for room, count in lines.items() if count > LARGEST_ROOM * lines.total()} == {}


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
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"eval", "exec", *rounds}
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
