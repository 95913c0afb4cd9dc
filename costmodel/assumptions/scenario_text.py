"""The text of a scenario's file: numbers as people write them, a new file, or an old one with its comments kept."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.representer import RoundTripRepresenter

from costmodel.assumptions.document import quoted
from costmodel.assumptions.kinds import is_years_mapping
from costmodel.language.units import Unit
from costmodel.numbers import read_number
from costmodel.years import Year, read_year

_BASIS = ("source", "where", "reason", "grade", "status", "range")
_PERCENT_DECIMALS = 6
"""A share with more decimals as a percentage is written as a plain number."""
_WIDTH = 110
_UNBROKEN = 100_000
_DASH = re.compile(r"^( *)[^\s#-][^\n]*:\n( *)- ", re.MULTILINE)
_INDENT = re.compile(r"^\w+:[^\n]*\n(?: *#[^\n]*\n)*( +)\w", re.MULTILINE)


class _Plain(str):
    """A text that YAML's own rules take for a number, and that needs no quotes since every scalar is read as text."""


class _Representer(RoundTripRepresenter):
    pass


def _plainly(representer: RoundTripRepresenter, text: _Plain) -> Any:
    return representer.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", str(text))


_Representer.add_representer(_Plain, _plainly)


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change as a scenario's file has it: the key, and one number or one for each year that is given.

    ``every`` holds the numbers of all years, for a file that has the value in another form.
    """

    key: str
    unit: Unit
    value: float | dict[Year, float]
    every: dict[Year, float]
    says: str = ""
    """What the key does not say of itself, such as a row's name: written beside it as a comment."""
    grade: str = ""
    """The grade that the new value needs, where that of changed values will not do."""
    spelled: dict[Year, str] = field(default_factory=dict)
    """How the proposal's files write years of this value, where not as they are written here."""


def number_text(value: float, unit: Unit) -> str:
    """The shortest natural text that reads back as exactly this number: 14%, £16,000, 56,550,000."""
    exact = Decimal(repr(value)) if value else Decimal(0)
    texts = []
    if unit.is_percent:
        percent = _plain(exact.scaleb(2))
        if len(percent.partition(".")[2]) <= _PERCENT_DECIMALS:
            texts.append(f"{percent}%")
    if unit.is_money:
        whole, _, pence = _commas(exact).lstrip("-").partition(".")
        pence = pence + "0" if len(pence) == 1 else pence
        texts.append(f"{'-' * (exact < 0)}£{whole}{'.' * bool(pence)}{pence}")
    if not unit.is_year and abs(value) >= 10_000:
        texts.append(_commas(exact))
    return next((text for text in texts if read_number(text).value == value), _plain(exact))


def _plain(exact: Decimal) -> str:
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _commas(exact: Decimal) -> str:
    whole, _, rest = _plain(exact).partition(".")
    return f"{int(whole):,}{'.' * bool(rest)}{rest}" if whole != "-0" else _plain(exact)


def new_text(title: str, reason: str, start: str, changes: Iterable[Change]) -> str:
    """The file of a new scenario; ``start`` is the scenario that it starts from, and base needs no saying."""
    heading = CommentedMap({"title": title, "reason": reason})
    if start != "base":
        heading["from"] = start
    of_changes = CommentedMap()
    for change in changes:
        of_changes[change.key] = _entry(change.value, change)
        _say(of_changes, change)
    return _dumped(CommentedMap({"scenario": heading, "changes": of_changes}))


def updated_text(
    text: str, changes: Iterable[Change], same: Callable[[str, str], bool], reason: str, title: str | None
) -> str:
    """A scenario's file with more changes, its comments kept.

    Args:
        text: the file as it is.
        changes: what to change; a key that the file has already is changed where it stands.
        same: whether two keys name the same value.
        reason: what a changed value rests on now, where the file says what the old one rested on.
        title: the scenario's new title, if it has one.
    """
    document = _yaml(text).load(quoted(text))
    if title:
        document["scenario"]["title"] = title
    entries = document.get("changes")
    if not isinstance(entries, CommentedMap):
        entries = document["changes"] = CommentedMap()
    for change in changes:
        key = next((key for key in entries if same(str(key), change.key)), None)
        if key is None:
            entries[change.key] = _entry(change.value, change)
            _say(entries, change)
        else:
            entries[key] = _changed(entries[key], change, reason)
    return _dumped(document, text)


def _changed(old: Any, change: Change, reason: str) -> Any:
    """An entry with new numbers, in the form that it has where that can hold them."""
    if not isinstance(old, CommentedMap):
        return _entry(change.value if not isinstance(change.value, dict) else change.every, change)
    if is_years_mapping({str(key): "" for key in old}):
        return _in_years(old, change)
    if isinstance(change.value, dict) and isinstance(old.get("by_year"), CommentedMap):
        old["by_year"] = _in_years(old["by_year"], change)
    else:
        for key in ("value", "by_year", "by_age", "name"):
            old.pop(key, None)
        by_year = isinstance(change.value, dict)
        new = change.every if isinstance(change.value, dict) else change.value
        old.insert(0, "by_year" if by_year else "value", _written(new, change))
    for key in _BASIS:
        old.pop(key, None)
    old.insert(1, "reason", reason)
    if change.grade:
        old.insert(2, "grade", change.grade)
    return old


def _in_years(old: CommentedMap, change: Change) -> Any:
    """Years with new numbers in place of the old; one number for all of them stands alone."""
    if not isinstance(change.value, dict):
        return _written(change.value, change)
    written = {_year(str(key)): key for key in old}
    for year, value in change.value.items():
        old[written.get(year, change.spelled.get(year, str(year)))] = _scalar(value, change.unit)
    return old


def _year(text: str) -> Year | None:
    try:
        return read_year(text)
    except ValueError:
        return None


def _written(value: float | Mapping[Year, float], change: Change) -> Any:
    if not isinstance(value, Mapping):
        return _scalar(value, change.unit)
    spelled = change.spelled
    years = CommentedMap({spelled.get(year, str(year)): _scalar(value[year], change.unit) for year in value})
    years.fa.set_flow_style()
    return years


def _entry(value: float | Mapping[Year, float], change: Change) -> Any:
    """A value alone, or with its grade where it needs one."""
    written = _written(value, change)
    if not change.grade:
        return written
    entry = CommentedMap({"by_year" if isinstance(value, Mapping) else "value": written, "grade": change.grade})
    entry.fa.set_flow_style()
    return entry


def _scalar(value: float, unit: Unit) -> str:
    text = number_text(value, unit)
    return text if set(text) & set("%£,") else _Plain(text)


def _say(entries: CommentedMap, change: Change) -> None:
    if change.says:
        entries.yaml_add_eol_comment(change.says, change.key, column=0)


def _yaml(text: str = "") -> YAML:
    """Reads and writes as the text is indented; lines of an old text are not broken anew."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = _WIDTH if not text else _UNBROKEN
    yaml.Representer = _Representer
    indent, dash = _INDENT.search(text), _DASH.search(text)
    offset = len(dash[2]) - len(dash[1]) if dash else 0
    yaml.indent(mapping=len(indent[1]) if indent else 2, sequence=offset + 2, offset=offset)
    return yaml


def _dumped(document: CommentedMap, before: str = "") -> str:
    out = io.StringIO()
    _yaml(before).dump(document, out)
    return out.getvalue()
