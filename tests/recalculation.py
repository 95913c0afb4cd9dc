"""Recalculate a workbook in spreadsheet engines that share no code with this project.

A workbook written by the engine carries every number twice: as a formula and as the value cached beside
it. The cached value proves nothing about the formula, since both come from the same hand. This module has
other engines work the formulas out again (IronCalc and CellRune in process, LibreOffice where it is
installed), so that a test can assert, for every formula cell, that the engine's value, the cached value
and the recalculated value are one and the same.

An engine that only hands back what it finds in the file would pass such a test without computing anything.
LibreOffice does exactly that unless its settings forbid it. So `assert_recalculates` never lets an engine
see the right answer: it recalculates a copy whose every formula cell holds `PLANTED` instead.

Values are compared to one part in 10^9. Recalculating engines differ in the last digits (LibreOffice
writes 15 digits, and IronCalc's NORMSDIST is good to about 1e-10), never by as much as that.
"""

import os
import posixpath
import re
import shutil
import signal
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.etree import ElementTree

import cellrune
import ironcalc

Value = float | str | bool
Cells = dict[tuple[str, str], Value]
"""Values of formula cells, by sheet name and 'A1' address; errors are text, such as '#DIV/0!'."""

PLANTED = -987654.25
"""The wrong value planted in formula cells: exact in binary, and implausible as a result of any model."""

_SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def cached_values(path: str | Path) -> Cells:
    """Return the cached value of every formula cell.

    The XML of the sheets is read directly, as openpyxl would need two passes over the workbook, and seconds
    rather than milliseconds. A formula cell without a cached value counts as empty text.
    """
    found: Cells = {}
    with zipfile.ZipFile(path) as archive:
        strings = _shared_strings(archive)
        for sheet, part in _sheet_parts(archive):
            with archive.open(part) as stream:
                for _, element in ElementTree.iterparse(stream):
                    if element.tag == f"{_SPREADSHEET}c":
                        if element.find(f"{_SPREADSHEET}f") is not None:
                            found[sheet, element.attrib["r"]] = _cell_value(element, strings)
                    elif element.tag == f"{_SPREADSHEET}row":
                        element.clear()
    return found


def plant_wrong_values(path: str | Path, to: str | Path) -> int:
    """Write a copy of the workbook in which every formula cell has the cached value `PLANTED`.

    Cells that hold text, a truth value or an error become numbers too, so that no formula cell keeps
    anything worth echoing. Returns how many were planted, which is the number of formula cells.
    """
    planted = 0
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(to, "w") as copy:
        sheets = {part for _, part in _sheet_parts(source)}
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename in sheets:
                content, count = _spoilt(content)
                planted += count
            copy.writestr(entry, content, zipfile.ZIP_DEFLATED)
    formulas = len(cached_values(path))
    if planted != formulas:
        raise ValueError(f"{path}: planted {planted} wrong values for {formulas} formula cells")
    return planted


def _sheet_parts(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """The name of each sheet in tab order, with the file in the archive that holds it."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.attrib["Id"]: relation.attrib["Target"] for relation in relations}
    workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    return [
        (sheet.attrib["name"], posixpath.join("/xl", targets[sheet.attrib[_RELATION_ID]]).lstrip("/"))
        for sheet in workbook.iter(f"{_SPREADSHEET}sheet")
    ]


def _shared_strings(archive: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.namelist():
        return []
    table = ElementTree.fromstring(archive.read("xl/sharedStrings.xml"))
    return [_text(item) for item in table.iter(f"{_SPREADSHEET}si")]


def _text(item: ElementTree.Element) -> str:
    return "".join(part.text or "" for part in item.iter(f"{_SPREADSHEET}t"))


def _cell_value(cell: ElementTree.Element, strings: Sequence[str]) -> Value:
    kind, text = cell.get("t", "n"), cell.findtext(f"{_SPREADSHEET}v", "")
    if kind == "inlineStr":
        return _text(cell)
    if text == "" or kind not in ("n", "b", "s"):
        return text
    return float(text) if kind == "n" else text in ("1", "true") if kind == "b" else strings[int(text)]


_CELL = re.compile(rb"<c( [^>]*)(?<!/)>(.*?)</c>", re.DOTALL)
_FORMULA = re.compile(rb"<f(?: [^>]*)?/>|<f(?: [^>]*)?>.*?</f>", re.DOTALL)
_TYPE = re.compile(rb" t=(?:\"[^\"]*\"|'[^']*')")


def _spoilt(sheet: bytes) -> tuple[bytes, int]:
    """A sheet's XML with `PLANTED` in every formula cell, and how many there are.

    The text is edited, as a tree written back would rename namespaces that the sheet refers to by prefix.
    """
    count = 0

    def spoil(cell: re.Match[bytes]) -> bytes:
        nonlocal count
        formula = _FORMULA.search(cell[2])
        if formula is None:
            return cell[0]
        count += 1
        return b"<c%b>%b<v>%b</v></c>" % (_TYPE.sub(b"", cell[1]), formula[0], str(PLANTED).encode())

    return _CELL.sub(spoil, sheet), count


def by_ironcalc(path: str | Path) -> Cells:
    """Recalculate with IronCalc, which computes every formula afresh; what it cannot parse is '#ERROR!'."""
    model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
    model.evaluate()
    sheets = {properties["name"]: at for at, properties in enumerate(model.get_worksheets_properties())}
    found: Cells = {}
    for sheet, address in cached_values(path):
        value = model.get_cell_value(sheets[sheet], *_position(address))
        found[sheet, address] = "" if value is None else value
    return found


def by_cellrune(path: str | Path) -> Cells:
    """Recalculate with CellRune; a formula it will not compute is '#UNAVAILABLE: ' with the reason."""
    with cellrune.Workbook.open_path(path) as book:
        book.recalculate(mode="full")
        areas = {sheet["name"]: sheet["used_range"] or "A1" for sheet in book.summary()["sheets"]}
        results = {name: book.read_values(name, "A1", area.split(":")[-1]) for name, area in areas.items()}
    found: Cells = {}
    for sheet, address in cached_values(path):
        row, column = _position(address)
        found[sheet, address] = _from_cellrune(results[sheet][row - 1][column - 1])
    return found


def _position(address: str) -> tuple[int, int]:
    """The row and column of an 'A1' address, counted from one."""
    column = address.rstrip("0123456789")
    return int(address.removeprefix(column)), ironcalc.column_number_from_name(column)


def _from_cellrune(result: cellrune.RangeValue) -> Value:
    if result["kind"] == "unavailable":
        return f"#UNAVAILABLE: {result['code']}: {result['detail'] or result['message']}"
    if result["kind"] == "unsupported":
        return "#UNAVAILABLE: unsupported value"
    return "" if result["kind"] == "blank" else result["value"]


def libreoffice_available(*parts: str) -> bool:
    """Whether LibreOffice is installed, so that tests which need it can be skipped where it is not.

    A part is a program of its own, which some systems install apart: ``sw`` is Writer.
    """
    program = _libreoffice()
    return program is not None and all((Path(program).resolve().parent / f"lib{part}lo.so").exists() for part in parts)


def by_libreoffice(path: str | Path, *, timeout: float = 180) -> Cells:
    """Recalculate with LibreOffice; see `by_libreoffice_many`."""
    return by_libreoffice_many([path], timeout=timeout)[0]


def by_libreoffice_many(paths: Sequence[str | Path], *, timeout: float = 180) -> list[Cells]:
    """Recalculate several workbooks with LibreOffice in one start of the program.

    It runs under a profile of its own, for two reasons: by default LibreOffice keeps the cached values of a
    workbook it loads, and only a profile can tell it otherwise; and a LibreOffice already open under the
    user's profile would take the conversion over. Beware that LibreOffice has error codes of its own, which
    it writes to the workbook as '#VALUE!' where other engines say '#NUM!' or '#REF!' (LN(0) for one).
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        return [cached_values(result) for result in saved_by_libreoffice(paths, Path(name), timeout=timeout)]


def saved_by_libreoffice(paths: Sequence[str | Path], folder: Path, *, timeout: float = 180) -> list[Path]:
    """Open workbooks in LibreOffice, recalculate them, and save them as workbooks again in a folder."""
    if not paths:
        return []
    settings = folder / "profile" / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True)
    settings.write_text(_ALWAYS_RECALCULATE, encoding="utf-8")
    copies = [folder / f"{number}.xlsx" for number in range(len(paths))]
    for path, copy in zip(paths, copies, strict=True):
        shutil.copyfile(path, copy)
    return converted_by_libreoffice(copies, folder, "xlsx", timeout=timeout)


def converted_by_libreoffice(files: Sequence[Path], folder: Path, kind: str, *, timeout: float = 180) -> list[Path]:
    """Open files in LibreOffice, under a profile in a folder, and save them as another kind in its folder ``out``."""
    program = _libreoffice()
    if program is None:
        raise FileNotFoundError("LibreOffice is not installed: no soffice or libreoffice on the path")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = ["--headless", "--norestore", "--convert-to", kind, "--outdir", str(folder / "out")]
    messages = _run([program, profile, *convert, *map(str, files)], folder / "messages", timeout)
    converted = [folder / "out" / file.with_suffix(f".{kind}").name for file in files]
    for file, result in zip(files, converted, strict=True):
        if not result.exists():  # LibreOffice reports success whether or not it could load the file.
            raise RuntimeError(f"LibreOffice did not convert {file}: {messages}")
    return converted


_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def _libreoffice() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


def _run(command: list[str], log: Path, timeout: float) -> str:
    """Run a command, returning what it printed; if time runs out, end the processes it started as well."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
        try:
            process.wait(timeout)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
    return log.read_text(encoding="utf-8", errors="replace").strip()


ENGINES: dict[str, Callable[[str | Path], Cells]] = {
    "ironcalc": by_ironcalc,
    "cellrune": by_cellrune,
    "libreoffice": by_libreoffice,
}
"""The recalculating engines by name."""


def differences(expected: Cells, found: Cells, relative: float = 1e-9, *, label: str = "found") -> list[str]:
    """Return a line for each cell whose value differs, or which only one side has.

    Numbers agree within `relative` of the larger of the two, or of 1 where both are smaller. Text and truth
    values must be the same, but a truth value equals its number: engines differ in which of them they store.
    """
    lines = []
    for sheet, address in {**expected, **found}:
        one, other = expected.get((sheet, address)), found.get((sheet, address))
        if not _agree(one, other, relative):
            lines.append(f"{sheet}!{address}: expected {_shown(one)}, {label} has {_shown(other)}")
    return lines


def _agree(one: Value | None, other: Value | None, relative: float) -> bool:
    if one is None or other is None or isinstance(one, str | bool) or isinstance(other, str | bool):
        return one == other
    return abs(one - other) <= relative * max(1.0, abs(one), abs(other))


def _shown(value: Value | None) -> str:
    return "nothing" if value is None else repr(value)


def assert_recalculates(
    path: str | Path,
    expected: Cells | None = None,
    engines: Sequence[str] = ("ironcalc", "cellrune"),
    *,
    relative: float = 1e-9,
) -> None:
    """Assert that each engine, seeing only wrong cached values, computes the expected value of every formula.

    `expected` must name every formula cell; it defaults to the values cached in the workbook.
    """
    if expected is None:
        expected = cached_values(path)
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        planted = Path(folder) / "planted.xlsx"
        assert plant_wrong_values(path, planted) > 0, f"{path} has no formula cells"
        for engine in engines:
            found = ENGINES[engine](planted)
            echoed = sum(value == PLANTED for value in found.values())
            assert echoed == 0, f"{path}: {engine} echoed {echoed} planted values"
            lines += differences(expected, found, relative, label=engine)
    shown = "\n".join(lines[:20]) + ("\n..." if len(lines) > 20 else "")
    assert not lines, f"{path}: {len(lines)} recalculated values differ\n{shown}"


def select_scenario(path: str | Path, to: str | Path, scenario: str) -> None:
    """Write a copy of a workbook in which another scenario is selected on the cover, and nothing else is changed.

    The cached values are those of the scenario that was selected before.
    """
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(to, "w") as copy:
        strings = _shared_strings(source)
        cover = next(part for name, part in _sheet_parts(source) if name == "Cover")
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == cover:
                text = f"<v>{strings.index(scenario)}</v>".encode()
                content, count = re.subn(rb'(<c r="B6"[^>]* t="s"[^>]*>)<v>\d+</v>', rb"\1" + text, content)
                if count != 1:
                    raise ValueError(f"{path}: the cover has no selector in B6")
            copy.writestr(entry, content, zipfile.ZIP_DEFLATED)


_LAID_OUT = re.compile(
    rb"<(?:cols|dataValidations|tableParts|ignoredErrors)\b.*?</(?:cols|dataValidations|tableParts|ignoredErrors)>"
    rb"|<(?:row|pageMargins|pageSetup|sheetProtection|brk|hyperlink) [^>]*>",
    re.DOTALL,
)


def layouts(path: str | Path) -> dict[str, list[bytes]]:
    """By sheet, its widths, heights, page set-up, validations, links and protection."""
    with zipfile.ZipFile(path) as archive:
        return {sheet: _LAID_OUT.findall(archive.read(part)) for sheet, part in _sheet_parts(archive)}


def contents(path: str | Path) -> dict[tuple[str, str], tuple[str, str]]:
    """What a person has put into every cell: its formula, and its value where it has no formula."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    with zipfile.ZipFile(path) as archive:
        strings = _shared_strings(archive)
        for sheet, part in _sheet_parts(archive):
            with archive.open(part) as stream:
                for _, element in ElementTree.iterparse(stream):
                    if element.tag == f"{_SPREADSHEET}c":
                        formula = element.findtext(f"{_SPREADSHEET}f", "")
                        value = "" if formula else str(_cell_value(element, strings))
                        found[sheet, element.attrib["r"]] = (formula, value)
    return found
