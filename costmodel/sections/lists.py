"""Lists: rows with named columns, written in the proposal or in a CSV file beside it."""

from __future__ import annotations

import csv
import functools
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from costmodel.assumptions.document import Mapping, Sequence, find, plain, read_text
from costmodel.assumptions.kinds import is_years_mapping
from costmodel.assumptions.proposal import Case
from costmodel.assumptions.schema import Column, RowsOf
from costmodel.assumptions.texts import check_text
from costmodel.errors import (
    BadName,
    BadTable,
    MissingKey,
    Position,
    UnknownKey,
    WrongValue,
    did_you_mean,
    shown_path,
)
from costmodel.language.shape import Shape
from costmodel.language.units import read_unit
from costmodel.model.line import Line, RowList
from costmodel.numbers import Number, read_number
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import with_note, wrong_for
from costmodel.sections.later_years import later_times, said_of_later
from costmodel.years import Year, read_year, run_of_years


@dataclass(frozen=True, kw_only=True)
class ListCell:
    """A cell as written, and where."""

    text: Any
    where: Position


Rows = list[dict[str, ListCell]]


def add_lists(draft: Draft) -> None:
    """Every list of the proposal, as lines named ``list.column``."""
    for name in draft.files.base.document.lists:
        _add(draft, name)


def _add(draft: Draft, name: str) -> None:
    cases = draft.cases
    read = [_rows(draft, case, name) for case in cases]
    if any(rows is None for rows in read):
        return
    tables = [rows for rows in read if rows is not None]
    spec = draft.files.base.document.lists[name]
    text_columns = [c for c in _headers(tables[0]) if _is_text(spec, c)]
    number_columns = [c for c in spec.columns if not _is_text(spec, c) and spec.columns[c].formula is None]
    if not tables[0]:
        where = draft.files.base.at("lists", name)
        draft.mistakes.add(BadTable(where=where, path=f"lists.{name}", says="the list has no rows"))
        return
    if not text_columns:
        where = draft.files.base.at("lists", name)
        hint = "Add a column of text that names each row, such as name or code."
        draft.mistakes.add(
            BadTable(where=where, path=f"lists.{name}", says="the list has no column that names its rows", hint=hint)
        )
        return
    keys = [_keys(draft, name, rows, text_columns) for rows in tables]
    every = list(dict.fromkeys(key for rows in keys for key in rows))
    place_of = {key: place for place, key in enumerate(every)}
    rows_of = tuple(tuple(place_of[key] for key in rows) for rows in keys)
    draft.rows_of[name] = rows_of
    draft.lists.append(
        RowList(
            name=name, label=spec.label, rows=tuple(key[0] for key in every), columns=(*text_columns, *number_columns)
        )
    )
    for place, column in enumerate(text_columns):
        add_texts(draft, name, column, [key[place] for key in every], section=name)
    for column in number_columns:
        _add_numbers(draft, name, column, spec.columns[column], tables, rows_of)
    for column, given in spec.columns.items():
        if given.formula is not None:
            where = draft.files.base.at("lists", name, "columns", column, "formula")
            label = given.label or column.replace("_", " ").capitalize()
            draft.formula(
                f"{name}.{column}",
                label,
                given.unit,
                given.formula,
                section=name,
                note=given.note or "",
                where=where,
                shape=Shape(name),
            )


def add_texts(draft: Draft, name: str, column: str, texts: Iterable[str], *, section: str) -> None:
    """A column of text: the same in every scenario, since rows are told apart by it."""
    draft.lines.append(
        Line(
            name=f"{name}.{column}",
            label=column.replace("_", " ").capitalize(),
            unit=read_unit("text"),
            texts=tuple(texts),
            values=np.zeros((1, 1, 1)),
            shape=Shape(name, False),
            section=section,
        )
    )


def _is_text(spec: RowsOf, column: str) -> bool:
    return column not in spec.columns or read_unit(spec.columns[column].unit).is_text


def _headers(rows: Rows) -> list[str]:
    """Column names without a year, in order."""
    return list(dict.fromkeys(_split(key)[0] for row in rows for key in row))


@functools.lru_cache(maxsize=1_000)
def _split(header: str) -> tuple[str, str]:
    """``pupils 2024/25`` is the column pupils in the year 2024/25."""
    name, _, last = header.rpartition(" ")
    return (name, last) if name and is_years_mapping({last: ""}) else (header, "")


def _keys(draft: Draft, name: str, rows: Rows, columns: list[str]) -> list[tuple[str, ...]]:
    keys = [tuple(str(row[c].text if c in row else "") for c in columns) for row in rows]
    seen: set[tuple[str, ...]] = set()
    for place, key in enumerate(keys):
        if key in seen:
            where = rows[place][columns[0]].where if columns[0] in rows[place] else None
            draft.mistakes.add(
                BadTable(where=where, path=f"lists.{name}[{place + 1}]", says=f"the row {key[0]!r} stands twice")
            )
        seen.add(key)
    return keys


def _rows(draft: Draft, case: Case, name: str) -> Rows | None:
    spec = case.document.lists[name]
    path = ("lists", name)
    if spec.file is not None:
        rows = _csv_rows(draft, case, name, spec.file)
    else:
        tree = find(case.tree, (*path, "rows"))
        rows = [_row(item) for item in tree.items if isinstance(item, Mapping)] if isinstance(tree, Sequence) else []
    if rows is None:
        return None
    headers = _headers(rows)
    for column in spec.columns:
        if spec.columns[column].formula is None and column not in headers:
            where = case.at(*path, "columns", column)
            hint = did_you_mean(column, headers) or f"Its columns are {', '.join(headers)}."
            draft.mistakes.add(
                UnknownKey(
                    where=where,
                    path=f"lists.{name}.columns.{column}",
                    says=f"the rows have no column {column!r}",
                    hint=hint,
                )
            )
    for header in headers:
        if not header.isidentifier() or header != header.lower():
            where = rows[0][header].where if header in rows[0] else case.at(*path)
            hint = "Column names have small letters, digits and underscores; a year may follow: pupils 2024/25."
            draft.mistakes.add(
                BadName(where=where, path=f"lists.{name}", says=f"{header!r} is not a column name", hint=hint)
            )
    return rows


def _row(tree: Mapping) -> dict[str, ListCell]:
    cells: dict[str, ListCell] = {}
    for key, value in tree.entries.items():
        if isinstance(value, Mapping) and is_years_mapping(dict(value.entries)):
            for year, number in value.entries.items():
                cells[f"{key} {year}"] = ListCell(text=plain(number), where=number.where)
        else:
            cells[key] = ListCell(text=plain(value), where=value.where)
    return cells


def _csv_rows(draft: Draft, case: Case, name: str, file: str) -> Rows | None:
    path = draft.files.folder / file
    where = case.at("lists", name, "file")
    if not path.resolve().is_relative_to(draft.files.folder.resolve()):
        draft.mistakes.add(
            BadTable(where=where, path=f"lists.{name}.file", says=f"{file!r} lies outside the proposal's folder")
        )
        return None
    text = read_text(path, draft.mistakes)
    if text is None:
        return None
    shown = shown_path(path)
    reader = csv.reader(io.StringIO(text, newline=None))
    header: list[str] = []
    rows: Rows = []
    try:
        for cells in reader:
            at = Position(shown, reader.line_num, 1)
            for column, cell in enumerate(cells, start=1):
                check_text(cell, at._replace(column=column), draft.mistakes)
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = [cell.strip() for cell in cells]
                if len(set(header)) != len(header) or "" in header:
                    says = "the column names are not all there, or not all different"
                    draft.mistakes.add(BadTable(where=at, path=f"lists.{name}", says=says))
                    return None
                continue
            if len(cells) != len(header):
                says = f"this row has {len(cells)} cells, and the header has {len(header)}"
                draft.mistakes.add(
                    BadTable(
                        where=at, path=f"lists.{name}", says=says, hint="A cell with a comma in it stands in quotes."
                    )
                )
                continue
            columns = enumerate(zip(header, cells, strict=True), start=1)
            rows.append(
                {h: ListCell(text=cell.strip(), where=at._replace(column=place)) for place, (h, cell) in columns}
            )
    except csv.Error as problem:
        draft.mistakes.add(
            BadTable(
                where=Position(shown, reader.line_num, 1), path=f"lists.{name}", says=f"the file is not CSV: {problem}"
            )
        )
        return None
    return rows


def _add_numbers(
    draft: Draft,
    name: str,
    column: str,
    spec: Column,
    tables: list[Rows],
    rows_of: tuple[tuple[int, ...], ...],
) -> None:
    """A column of numbers; ``rows_of`` is where each scenario's rows stand among those of all."""
    path = ("lists", name, "columns", column)
    headers = {_split(header) for rows in tables for row in rows for header in row}
    by_year = any(name_ == column and year for name_, year in headers)
    width = len(draft.axis) if by_year else 1
    values = np.zeros((len(tables), 1 + max(place for places in rows_of for place in places), width))
    for at, (rows, places) in enumerate(zip(tables, rows_of, strict=True)):
        for row, place in zip(rows, places, strict=True):
            values[at, place, :] = _numbers(draft, f"lists.{name}.{column}", column, spec, row, by_year)
    grounds = [
        draft.bases.grounds(case, path, case.document.lists[name].columns.get(column, spec), spec.unit)
        for case in draft.cases
    ]
    if by_year and draft.beyond and not any((column, str(draft.axis[-1])) == header for header in headers):
        given = [year for year in draft.axis if any((column, str(year)) == header for header in headers)]
        later = said_of_later(later_times(spec.then, spec.unit), given[-1] if given else draft.years[-1])
        grounds = [with_note(ground, later) for ground in grounds]
    label = spec.label or column.replace("_", " ").capitalize()
    draft.input(
        f"{name}.{column}",
        label,
        spec.unit,
        values,
        section=name,
        grounds=grounds,
        path=f"lists.{name}.{column}",
        shape=Shape(name, by_year),
    )


def _numbers(
    draft: Draft, path: str, column: str, spec: Column, row: dict[str, ListCell], by_year: bool
) -> list[float]:
    if by_year:
        found = _cells_by_year(draft, path, column, row)
        cells = [found.get(year, row.get(column)) for year in draft.years]
    else:
        found, cells = {}, [row.get(column)]
    numbers: list[float] = []
    for cell in cells:
        number = _number(draft, path, spec, cell) if cell else None
        if cell is None:
            first = next(iter(row.values()))
            years = f" in every year of {run_of_years(draft.years)}" if by_year else ""
            says = f"the row {first.text!r} has no {column}{years}"
            draft.mistakes.add(MissingKey(where=first.where, path=path, says=says, hint="Write 0 where there is none."))
        numbers.append(number.value if number else 0.0)
    for year in draft.axis[len(draft.years) :] if by_year else ():
        number = _number(draft, path, spec, cell) if (cell := found.get(year)) else None
        later = numbers[-1] * (1.0 if column in row else later_times(spec.then, spec.unit))
        numbers.append(number.value if number else later)
    return numbers


def _cells_by_year(draft: Draft, path: str, column: str, row: dict[str, ListCell]) -> dict[Year, ListCell]:
    found: dict[Year, ListCell] = {}
    for header, cell in row.items():
        name, text = _split(header)
        if name != column or not text:
            continue
        try:
            year = read_year(text)
        except ValueError as problem:
            draft.mistakes.add(WrongValue(where=cell.where, path=path, says=str(problem)))
            continue
        if year in draft.axis:
            found[year] = cell
    return found


def _number(draft: Draft, path: str, spec: Column, cell: ListCell) -> Number | None:
    try:
        number = (
            Number(float(read_year(str(cell.text)).start), False, False, 0)
            if read_unit(spec.unit).is_year
            else read_number(str(cell.text))
        )
    except ValueError as problem:
        draft.mistakes.add(WrongValue(where=cell.where, path=path, says=str(problem)))
        return None
    if problem_ := wrong_for(number, read_unit(spec.unit), None):
        draft.mistakes.add(problem_[0](where=cell.where, path=path, says=problem_[1], hint=problem_[2]))
    return number
