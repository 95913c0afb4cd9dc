"""A tree of texts held against its type: every mistake with its file, line and column."""

from __future__ import annotations

from types import UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from costmodel.assumptions.document import Tree, find, plain, position, spell
from costmodel.errors import (
    BadName,
    MissingKey,
    Mistake,
    Mistakes,
    UnknownKey,
    WrongKind,
    WrongValue,
    YearMistake,
    did_you_mean,
)

_Type = TypeVar("_Type", bound=BaseModel)
_KINDS: dict[str, type[Mistake]] = {
    "wrong_value": WrongValue,
    "wrong_kind": WrongKind,
    "one_value": MissingKey,
    "year": YearMistake,
    "bad_name": BadName,
    "date": WrongValue,
    "not_read": UnknownKey,
    "steps": WrongValue,
    "prices": WrongValue,
    "decimals": WrongValue,
    "shares": WrongKind,
}
_HINTS = {
    "wrong_value": "Numbers are written 14%, £16,000, £88m, £1.2 billion or 10_600.",
    "prices": "Write prices: cash, or prices: 2025/26 prices for real money at the prices of that year.",
    "shares": "Write each, with a source or a reason: shares: {scotland: 9.7%, wales: 5.6%, northern_ireland: 3.4%}.",
    "year": "Years are written 2022/23, and a run of them 2022/23 to 2025/26.",
}


def validate(tree: Tree, kind: type[_Type], mistakes: Mistakes) -> _Type | None:
    """The tree as its type, or None; with every mistake added.

    Keys that are unknown are left out once they are reported, so that they do not hide what is wrong elsewhere. At the
    top of a document they do: there a misspelt key is a topic that is missing.
    """
    value = plain(tree)
    while True:
        try:
            return kind.model_validate(value)
        except ValidationError as problems:
            found: list[dict[str, Any]] = [dict(problem) for problem in problems.errors(include_url=False)]
        for problem in found:
            mistakes.add(_mistake(tree, kind, problem))
        if not all(problem["type"] == "extra_forbidden" and _left_out(value, problem["loc"]) for problem in found):
            return None


def _left_out(value: Any, path: tuple[str | int, ...]) -> bool:
    """Whether the key at a path, not at the top, could be taken out of a value."""
    for step in path[:-1]:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return False
    return len(path) > 1 and isinstance(value, dict) and value.pop(path[-1], _NOTHING) is not _NOTHING


_NOTHING = object()


def _mistake(tree: Tree, kind: type[BaseModel], problem: dict[str, Any]) -> Mistake:
    path = tuple(step for step in problem["loc"] if not str(step).startswith("["))  # [key] and tags stand in no file
    of_key = "[key]" in problem["loc"]
    code, where, spelled = problem["type"], position(tree, path, of_key=of_key), spell(path)
    if code == "extra_forbidden":
        known = keys_at(kind, path[:-1])
        hint = did_you_mean(str(path[-1]), known) or f"Keys here are {', '.join(known)}."
        at_key = position(tree, path, of_key=True)
        return UnknownKey(where=at_key, path=spelled, says=f"there is no key {str(path[-1])!r} here", hint=hint)
    if code == "missing":
        there = position(tree, path[:-1], of_key=True)
        says = f"the key {str(path[-1])!r} is missing"
        return MissingKey(where=there, path=spelled, says=says, hint=_description(kind, path))
    if code in ("model_type", "dict_type"):
        return WrongKind(
            where=where,
            path=spelled,
            says=f"a mapping of keys to values is needed here, and {_found(tree, path)} was given",
        )
    if code == "list_type":
        return WrongKind(where=where, path=spelled, says=f"a list is needed here, and {_found(tree, path)} was given")
    if code == "literal_error":
        expected = str(problem["ctx"]["expected"]).replace("'", "")
        hint = did_you_mean(str(problem["input"]), [word.strip() for word in expected.replace(" or ", ",").split(",")])
        return WrongValue(where=where, path=spelled, says=f"{problem['input']!r} is not one of: {expected}", hint=hint)
    if code == "none_required" or code not in _KINDS:
        return WrongKind(where=where, path=spelled, says=f"{_found(tree, path)} was given: {problem['msg']}")
    return _KINDS[code](where=where, path=spelled, says=problem["msg"], hint=_HINTS.get(code, ""))


def _found(tree: Tree, path: tuple[str | int, ...]) -> str:
    found = find(tree, path)
    value = plain(found) if found is not None else None
    if value is None:
        return "nothing"
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else repr(value)


def type_at(kind: type[BaseModel], path: tuple[str | int, ...]) -> type[BaseModel] | None:
    """The type that stands at a path below another: through mappings, lists and optional values."""
    here: Any = kind
    for step in path:
        if isinstance(here, type) and issubclass(here, BaseModel):
            fields = here.model_fields
            field = next((f for name, f in fields.items() if step in (name, f.alias)), None)
            if field is None:
                return None
            here = field.annotation
        else:
            here = get_args(here)[-1] if get_args(here) else None
        while get_origin(here) in (Annotated, Union, UnionType):
            here = next(argument for argument in get_args(here) if argument is not type(None))
    return here if isinstance(here, type) and issubclass(here, BaseModel) else None


def keys_at(kind: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """The keys that may stand at a path below a type."""
    model = type_at(kind, path)
    return [field.alias or name for name, field in model.model_fields.items()] if model else []


def _description(kind: type[BaseModel], path: tuple[str | int, ...]) -> str:
    model = type_at(kind, path[:-1])
    fields = model.model_fields if model else {}
    found = next((field for name, field in fields.items() if path[-1] in (name, field.alias)), None)
    return (found.description or "") if found else ""
