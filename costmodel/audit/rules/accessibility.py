"""Rules of accessible spreadsheets: tables, titles, empty cells, notes, properties, looks, and what to leave out."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from costmodel.audit.facts import CALCULATIONS, CHECKS, COVER, INPUTS, NOTES, OUTPUTS, Facts
from costmodel.audit.grids import SHORTHAND, Grid
from costmodel.audit.rule import Failure, Level, Seen, at, rule
from costmodel.spreadsheets.cells import Cell, Look, Sheet, TableRange, address, place_of

_DEFAULT_NAME = re.compile(r"^(table|tabelle|tableau)\s?\d*$", re.IGNORECASE)
_FEW = 4
"""Cells that a sheet may hold before they are expected to stand in a table."""


def _blank(sheet: Sheet) -> bool:
    return not sheet.cells and not sheet.drawings and not sheet.is_chart


@rule(
    "A01",
    Level.E,
    "Each table is marked up, with a name, one header row of unique text, and no gaps or merges.",
    "tables",
)
def tables(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Merged cells fail wherever they are. A sheet with four or more filled cells beyond column A needs a table."""
    boxes: dict[str, list[TableRange]] = {}
    for sheet in facts.book.sheets:
        for area in sheet.merged:
            seen.one()
            yield Failure(sheet=sheet.name, cell=area, says="cells are merged")
        boxes[sheet.name] = sheet.tables
        beyond = [cell for cell in sheet.cells.values() if cell.column > 1]
        if not sheet.tables and len(beyond) >= _FEW:
            seen.one()
            grids = [grid for grid in facts.grids if grid.sheet is sheet]
            cell = grids[0].first_cell if grids else sheet.rows[min(cell.row for cell in beyond)][0].address
            yield Failure(sheet=sheet.name, cell=cell, says="what stands here is not marked up as a table")
        for one in sheet.tables:
            seen.one()
            for other in sheet.tables:
                apart = one.box.bottom < other.box.top or other.box.bottom < one.box.top
                beside = one.box.right < other.box.left or other.box.right < one.box.left
                if one is not other and one.name < other.name and not (apart or beside):
                    yield Failure(sheet=sheet.name, cell=address(*other.box[:2]), says="one table lies in another")
            yield from _one_table(sheet, one)


def _one_table(sheet: Sheet, table: TableRange) -> Iterator[Failure]:
    where, box = address(table.box.top, table.box.left), table.box
    if not table.name or _DEFAULT_NAME.match(table.name):
        yield Failure(sheet=sheet.name, cell=where, says=f"the table's name, {table.name}, says nothing")
    if table.header_rows != 1:
        yield Failure(sheet=sheet.name, cell=where, says=f"the table has {table.header_rows} header rows")
        return
    taken: dict[str, str] = {}
    for column in range(box.left, box.right + 1):
        cell, place = sheet.at(box.top, column), address(box.top, column)
        text = cell.text.strip() if cell else ""
        if not text:
            yield Failure(
                sheet=sheet.name, cell=place, says="the header is no text" if cell else "the column has no header"
            )
        elif re.match(r"^column\s?\d+$", text, re.IGNORECASE):
            yield Failure(sheet=sheet.name, cell=place, says=f"the header {text} says nothing")
        elif text.lower() in taken:
            says = f"the header {text!r} stands in {taken[text.lower()]} too"
            yield Failure(sheet=sheet.name, cell=place, says=says)
        taken.setdefault(text.lower(), place)
    columns: set[int] = set()
    for row in range(box.top + 1, box.bottom + 1):
        filled = [cell.column for cell in sheet.rows.get(row, ()) if box.left <= cell.column <= box.right]
        columns.update(filled)
        if not filled:
            yield Failure(sheet=sheet.name, cell=address(row, box.left), says="a row of the table is blank")
    for column in range(box.left, box.right + 1):
        if column not in columns:
            yield Failure(sheet=sheet.name, cell=address(box.top + 1, column), says="a column of the table is blank")


_COUNT = re.compile(r"\b(\d+|no|one|two|three|four|five)\s+tables?\b", re.IGNORECASE)
_NUMBERS = {"no": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5}


@rule(
    "A02",
    Level.E,
    "Above each table, in column A: title, number of tables, notes and source; nothing below it.",
    "sheets",
)
def words_above(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """The words are those of column A above the first table, or of all of column A where there is none."""
    for sheet in facts.book.sheets:
        if _blank(sheet) or sheet.is_chart:
            continue
        seen.one()
        grids = [grid for grid in facts.grids if grid.sheet is sheet]
        top = min((grid.header for grid in grids), default=max((row for row, _ in sheet.cells), default=0) + 1)
        above = [sheet.text(row, 1) for row in range(1, top)]
        said = " ".join(above)
        if top == 1 or not sheet.text(1, 1).strip():
            yield Failure(sheet=sheet.name, cell="A1", says="there is no title")
        count = _COUNT.search(said)
        stated = _NUMBERS.get(count[1].lower(), int(count[1]) if count[1].isdigit() else 0) if count else None
        if stated is None:
            yield Failure(sheet=sheet.name, cell="A2", says="the number of tables is not stated above the table")
        elif stated != len(sheet.tables):
            says = f"{count[0] if count else ''} are stated, and {len(sheet.tables)} are marked up"
            yield Failure(sheet=sheet.name, cell="A2", says=says)
        for what, pattern in (("notes", r"\bnotes?\b"), ("the source", r"\bsources?\b")):
            if not re.search(pattern, said + sheet.name, re.IGNORECASE):
                yield Failure(sheet=sheet.name, cell="A2", says=f"where to find {what} is not said above the table")
        yield from _place_of_table(sheet, grids)


def _place_of_table(sheet: Sheet, grids: list[Grid]) -> Iterator[Failure]:
    if not grids:
        return
    first = grids[0]
    if first.box.left != 1:
        yield Failure(sheet=sheet.name, cell=first.first_cell, says="the table does not start in column A")
    last = max(grid.box.bottom for grid in grids)
    below = [cell for cell in sheet.cells.values() if cell.row > last]
    if below:
        yield at(min(below, key=lambda cell: (cell.row, cell.column)), "something stands below the table")
    right = max(grid.box.right for grid in grids)
    beside = [cell for cell in sheet.cells.values() if first.header <= cell.row <= last and cell.column > right]
    if beside:
        yield at(beside[0], "something stands beside the table")


_EXPLAINED = re.compile(r"\b(blank|empty) cells?\b|\bcells? (is|are|left) (blank|empty)\b", re.IGNORECASE)


@rule("A03", Level.E, "No empty cells in tables unless explained; shorthand such as [z] has a legend.", "tables")
def empty_cells(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """The explanation and the legend stand above the table, or on a sheet of notes."""
    notes = " ".join(cell.text for sheet in facts.of_role(NOTES) for cell in sheet.cells.values() if cell.column > 1)
    for grid in facts.grids:
        seen.one()
        sheet = grid.sheet
        above = grid.words_above
        known: set[str] = set()
        is_explained = bool(_EXPLAINED.search(above))
        for row in grid.rows:
            cells = {cell.column: cell for cell in grid.cells(row)}
            for column in range(grid.box.left, grid.box.right + 1):
                cell = cells.get(column)
                if cell is None or cell.shown == "":
                    if not is_explained:
                        yield Failure(sheet=sheet.name, cell=address(row, column), says="the cell is empty")
                elif cell.text.startswith("[") and (mark := SHORTHAND.match(cell.text)) and mark[0] not in known:
                    known.add(mark[0])
                    legend = re.compile(re.escape(mark[0]) + r"[\s:=]*(means|is|for)?\s*[a-z]", re.IGNORECASE)
                    if not legend.search(above) and not legend.search(notes):
                        yield at(cell, f"no legend says what {mark[0]} means")


_MARK = re.compile(r"\[note (\d+)\]", re.IGNORECASE)
_RAISED = re.compile(r"(\w{4}|[)\]])[¹²³⁰⁴⁵⁶⁷⁸⁹]")


@rule("A04", Level.E, "Notes are marked [note 1], with a sheet of notes; nothing is raised.", "notes")
def notes(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Units such as m² are no notes: a raised digit fails after a word of four letters or more, or after a bracket."""
    listed: dict[str, Cell] = {}
    for sheet in facts.of_role(NOTES):
        for row, cells in sheet.rows.items():
            first = cells[0]
            if (found := _MARK.fullmatch(first.text.strip())) and len(cells) > 1:
                listed.setdefault(found[1], sheet.cells[row, first.column])
    seen.one(len(listed))
    for sheet in facts.book.sheets:
        for address_ in sheet.superscripts:
            seen.one()
            yield Failure(sheet=sheet.name, cell=address_, says="a part of the text is raised")
        for cell in sheet.cells.values():
            if not (cell.text or cell.look.raised):
                continue
            is_raised, marks = _marks(cell.text)
            if cell.look.raised or is_raised:
                seen.one()
                yield at(cell, "the text, or a part of it, is raised")
            for number in marks:
                seen.one()
                if number not in listed:
                    yield at(cell, f"no sheet of notes has [note {number}]")


@functools.lru_cache(maxsize=20_000)
def _marks(text: str) -> tuple[bool, tuple[str, ...]]:
    """Whether a text has a raised digit after a word, and the numbers of the notes that it marks."""
    return bool(_RAISED.search(text)), tuple(found[1] for found in _MARK.finditer(text))


_NO_AUTHOR = ("", "openpyxl", "python", "xlsxwriter", "user", "admin")
_SAYS_NOTHING = re.compile(r"^(https?://\S*|click here|here|link|more|this|sheet ?\d*)$", re.IGNORECASE)


@rule(
    "A05",
    Level.E,
    "Title, author, language, cursor at A1, named sheets, no blank sheets, contents with links.",
    "sheets",
)
def document(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Contents are links from the cover, or another sheet of words, to every other sheet."""
    book, said = facts.book, facts.book.properties
    seen.one(len(book.sheets))
    if not said["title"].strip():
        yield Failure(says="the document's properties have no title")
    if said["creator"].strip().lower() in _NO_AUTHOR:
        yield Failure(says="the document's properties have no author")
    if said["language"] != "en-GB":
        yield Failure(says=f"the document's language is {said['language'] or 'not stated'}, and not en-GB")
    first = book.sheets[0]
    if not first.is_chart and (first.active != "A1" or not first.selected):
        yield Failure(sheet=first.name, cell=first.active, says="the workbook does not open at A1 of its first sheet")
    taken: set[str] = set()
    for sheet in book.sheets:
        if _blank(sheet):
            yield Failure(sheet=sheet.name, cell="A1", says="the sheet is blank")
        if re.fullmatch(r"sheet ?\d+", sheet.name, re.IGNORECASE):
            yield Failure(sheet=sheet.name, cell="A1", says="the sheet's name says nothing")
        if len(sheet.name) > 31 or sheet.name.lower() in taken:
            yield Failure(sheet=sheet.name, cell="A1", says="the sheet's name is too long, or not its own")
        taken.add(sheet.name.lower())
    if len(book.sheets) > 1:
        yield from _contents(facts)


def _contents(facts: Facts) -> Iterator[Failure]:
    linked: set[str] = set()
    for sheet in facts.of_role(COVER, NOTES):
        for place, location in sheet.links.items():
            target = facts.book.sheet(location.rpartition("!")[0].strip("'").replace("''", "'"))
            if target is None:
                continue
            linked.add(target.name)
            linking = sheet.at(*place_of(place))
            text = linking.text if linking else ""
            if _SAYS_NOTHING.match(text.strip()):
                yield Failure(
                    sheet=sheet.name, cell=place, says=f"the link's text, {text!r}, does not say where it leads"
                )
    home = next(iter(facts.of_role(COVER)), None)
    for sheet in facts.book.sheets:
        if sheet.name not in linked and sheet is not home and not _blank(sheet):
            yield Failure(sheet=sheet.name, cell="A1", says="no contents lead to this sheet by a link")


_SANS = re.compile(
    r"arial|calibri|aptos|helvetica|verdana|tahoma|segoe|liberation sans|open sans|noto sans|dejavu sans|gill sans|"
    r"trebuchet|roboto|inter|lato|gds transport|franklin|source sans|carlito|frutiger|univers",
    re.IGNORECASE,
)


@rule(
    "A06",
    Level.E,
    "Sans serif of 12 points or more, wrapped, wide enough, in contrast; charts have alternative text.",
    "sheets",
)
def legible(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """A style that fails is named once a sheet, at the first cell that has it."""
    for sheet in facts.book.sheets:
        seen.one(0 if _blank(sheet) else 1)
        said: set[str] = set()
        first: dict[Look, Cell] = {}
        for cells in sheet.rows.values():
            for cell in cells:
                first.setdefault(cell.look, cell)
        for look, cell in first.items():
            for says in _look(look):
                if says not in said:
                    said.add(says)
                    yield at(cell, says)
        for drawing in sheet.drawings:
            if not drawing.alternative.strip():
                yield Failure(sheet=sheet.name, cell=drawing.cell, says=f"the {drawing.kind} has no alternative text")
    for grid in facts.grids:
        yield from _widths(grid)


@functools.lru_cache(maxsize=2_000)
def _look(look: Look) -> tuple[str, ...]:
    """What is wrong with a look."""
    return tuple(_illegible(look))


def _illegible(look: Look) -> Iterator[str]:
    if not _SANS.search(look.font):
        yield f"the font {look.font} has serifs, or is not known to have none"
    if look.size < 12:
        yield f"the text is of {look.size:g} points, under 12"
    ratio = contrast(look.colour or "000000", look.fill or "FFFFFF")
    if ratio < 4.5:
        yield f"the contrast is {ratio:.1f} to 1, under 4.5 (#{look.colour or '000000'} on #{look.fill or 'FFFFFF'})"


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21, as the Web Content Accessibility Guidelines define it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _widths(grid: Grid) -> Iterator[Failure]:
    """A long text wraps, and a whole number has room for its digits: else it shows as ####."""
    sheet = grid.sheet
    for column in range(grid.box.left, grid.box.right + 1):
        width = sheet.widths.get(column, sheet.default_width)
        header = sheet.at(grid.header, column)
        for cell in (*([header] if header else ()), *grid.columns[column]):
            shown = cell.shown
            size = len(cell.text) * cell.look.size / 11
            if cell.text and not cell.look.wrapped and size > width * 1.3 + 2 and not _free(sheet, cell):
                yield at(cell, "the text is cut off: it is longer than its column, and not wrapped")
                break
            if isinstance(shown, int | float) and not isinstance(shown, bool) and ",," not in cell.look.number:
                digits = f"{shown:,.0f}" if "," in cell.look.number else f"{shown:.0f}"
                if len(digits) > width + 2 and "%" not in cell.look.number and "E" not in cell.look.number:
                    yield at(cell, f"the column is too narrow for {digits}")
                    break


def _free(sheet: Sheet, cell: Cell) -> bool:
    """Whether a text may run on into the next cell."""
    return sheet.at(cell.row, cell.column + 1) is None


@rule(
    "A07",
    Level.D,
    "No freeze panes but on calculations; no filters, headers, footers, floating boxes; no meaning in fills.",
    "sheets",
)
def nothing_extra(facts: Facts, seen: Seen) -> Iterator[Failure]:
    """Fills carry meaning where rows of a table differ by fill and no Type column says why. Comments float too."""
    for sheet in facts.book.sheets:
        seen.one(0 if _blank(sheet) else 1)
        if sheet.frozen and facts.roles[sheet.name] != CALCULATIONS:
            says = f"panes are frozen, on a sheet of {facts.roles[sheet.name]}"
            yield Failure(sheet=sheet.name, cell=sheet.frozen, says=says)
        if sheet.filtered:
            yield Failure(sheet=sheet.name, cell=sheet.filtered.split(":")[0], says="the sheet has a filter")
        for table in sheet.tables:
            if table.filtered:
                where = address(table.box.top, table.box.left)
                yield Failure(sheet=sheet.name, cell=where, says=f"the table {table.name} has a filter")
        if sheet.header_footer:
            yield Failure(sheet=sheet.name, cell="A1", says="the printed sheet has a header or footer")
        for drawing in sheet.drawings:
            if drawing.kind == "shape":
                yield Failure(sheet=sheet.name, cell=drawing.cell, says="a box floats over the sheet")
        for cell in sheet.notes:
            yield Failure(sheet=sheet.name, cell=cell, says="a comment floats over the sheet")
    for grid in facts.grids_of_role(INPUTS, CALCULATIONS, OUTPUTS, CHECKS):
        if grid.column("type") is None:
            yield from _fills(grid)


def _fills(grid: Grid) -> Iterator[Failure]:
    for column in range(grid.box.left, grid.box.right + 1):
        cells = [cell for row in grid.rows if (cell := grid.sheet.at(row, column))]
        odd = [cell for cell in cells if cell.look.fill not in ("", "FFFFFF")]
        if odd and len(odd) < len(cells):
            yield at(odd[0], "a fill sets this cell apart, and no words say why")
            return
