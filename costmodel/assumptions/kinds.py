"""The kinds of value that a file may hold: numbers as people write them, and values with what they rest on."""

# No "from __future__ import annotations" here: pydantic would read each annotation back from its text at every start.

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core.core_schema import no_info_plain_validator_function

from costmodel.numbers import Number, read_number
from costmodel.years import TO, Year, read_year, read_years

Grade = Literal["published", "derived", "calibrated", "judgement", "illustrative"]
GRADES: tuple[Grade, ...] = ("published", "derived", "calibrated", "judgement", "illustrative")
"""From the strongest to the weakest."""
Status = Literal["V", "D", "R"]
GRADE_OF_STATUS: dict[str, Grade] = {"V": "published", "D": "derived", "R": "judgement"}

_NAME = re.compile(r"^[a-z][a-z0-9_]*$")
_REFERENCE = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$")
_YEAR_KEY = re.compile(r"^\d{2,4}(\s*[/-]\s*\d{2,4})?$")


def _number(value: object) -> Number:
    if isinstance(value, Number):
        return value
    if not isinstance(value, str):
        what = "nothing" if value is None else "a list" if isinstance(value, list) else "a mapping"
        raise PydanticCustomError("wrong_kind", f"a number is needed here, and {what} was given")
    try:
        return read_number(value)
    except ValueError as problem:
        try:
            return Number(float(read_year(value).start), False, False, 0)
        except ValueError:
            raise PydanticCustomError("wrong_value", str(problem)) from None


def _year(value: object) -> Year:
    if isinstance(value, Year):
        return value
    try:
        return read_year(value if isinstance(value, str) else "")
    except ValueError as problem:
        raise PydanticCustomError("year", str(problem)) from None


def _years(value: object) -> tuple[Year, ...]:
    if isinstance(value, tuple):
        return value
    try:
        return read_years(value if isinstance(value, str) else "")
    except ValueError as problem:
        raise PydanticCustomError("year", str(problem)) from None


def _range(value: object) -> tuple[Number, Number]:
    if isinstance(value, tuple):
        return value
    parts = TO.split(value) if isinstance(value, str) else []
    if len(parts) != 2:
        raise PydanticCustomError("wrong_value", f"{value!r} is not a range: write 14% to 38%")
    low, high = _number(parts[0]), _number(parts[1])
    if low.value > high.value:
        raise PydanticCustomError("wrong_value", f"the range {value!r} runs from high to low")
    return low, high


def _decimals(value: object) -> int:
    if isinstance(value, int) or (isinstance(value, str) and re.fullmatch(r"[0-6]", value)):
        return int(value)
    raise PydanticCustomError("decimals", f"{value!r} is no number of decimals: write one from 0 to 6")


def _then(value: object) -> float:
    """What a value is times each year after the last that is given: 0, 1 for the same, or 1.02 for 2% a year."""
    text = value.strip() if isinstance(value, str) else value
    if text in ("0", "same"):
        return 0.0 if text == "0" else 1.0
    if isinstance(text, float):
        return text
    found = re.fullmatch(r"(.*%) a year", text) if isinstance(text, str) else None
    if found is None:
        raise PydanticCustomError("wrong_value", f"{value!r} is no rule for later years: write 0, same or 2% a year")
    return 1 + _number(found[1]).value


def _date(value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise PydanticCustomError("date", f"{value!r} is not a date: write 2026-04-01") from None


def _prices(value: object) -> str:
    """``cash``, or ``2025/26 prices``."""
    text = value if isinstance(value, str) else ""
    words = set(re.findall(r"[a-z]+", text.lower()))
    years = re.findall(r"\d[\d/-]*", text)
    try:
        if not years and words & {"cash", "nominal"} and words <= {"cash", "nominal", "prices", "terms", "in"}:
            return "cash"
        if len(years) == 1 and words <= {"real", "terms", "prices", "price", "in", "at", "constant", "base"}:
            return f"{read_year(years[0])} prices"
    except ValueError as problem:
        raise PydanticCustomError("year", str(problem)) from None
    raise PydanticCustomError("prices", f"{value!r} are no prices: they are cash, or those of a year")


def _text(value: object) -> str:
    if isinstance(value, str):
        return " ".join(value.split())
    what = "nothing" if value is None else "a list" if isinstance(value, list) else "a mapping"
    raise PydanticCustomError("wrong_kind", f"a text is needed here, and {what} was given")


def _name(value: object) -> str:
    if isinstance(value, str) and _NAME.match(value):
        return value
    raise PydanticCustomError(
        "bad_name",
        f"{value!r} is not a name: names have small letters, digits and underscores, and begin with a letter",
    )


def _reference(value: object) -> str:
    return value if isinstance(value, str) and _REFERENCE.match(value) else _name(value)


class _ReadBy:
    """A type whose values one function reads, and nothing checks again: hundreds of keys are built at each start."""

    def __init__(self, function: Callable[[object], object], kind: str | list[str], **schema: object) -> None:
        self.function, self.schema = function, {"type": kind, **schema}

    def __get_pydantic_core_schema__(self, source: object, handler: object) -> CoreSchema:
        return no_info_plain_validator_function(self.function)

    def __get_pydantic_json_schema__(self, core: object, handler: object) -> dict[str, Any]:
        return dict(self.schema)


_AMOUNTS = ["14%", "£16,000", "£1.2 billion", "10_600"]
Amount = Annotated[Number, _ReadBy(_number, ["string", "number"], examples=_AMOUNTS)]
AYear = Annotated[Year, _ReadBy(_year, ["string", "integer"], examples=["2022/23"])]
Years = Annotated[tuple[Year, ...], _ReadBy(_years, "string", examples=["2022/23 to 2025/26"])]
Range = Annotated[tuple[Number, Number], _ReadBy(_range, "string", examples=["14% to 38%"])]
Decimals = Annotated[int, _ReadBy(_decimals, "integer", minimum=0, maximum=6)]
Then = Annotated[float, _ReadBy(_then, "string", examples=["0", "same", "2% a year"])]
ADate = Annotated[date, _ReadBy(_date, "string", format="date")]
Words = Annotated[str, _ReadBy(_text, "string")]
PricesText = Annotated[str, _ReadBy(_prices, "string", examples=["cash", "2025/26 prices"])]
NameText = Annotated[str, _ReadBy(_name, "string")]
Reference = Annotated[str, _ReadBy(_reference, "string")]
"""The name of an assumption or line, or a column of a list as ``list.column``."""


def empty() -> list[Any]:
    """No items. The signature of ``list``, which pydantic reads for each key with this default, takes far longer."""
    return []


class Record(BaseModel):
    """A mapping whose keys are all known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Basis(Record):
    """What a value rests on."""

    source: Words | None = Field(None, description="The id of a source in the register.")
    where: Words | None = Field(None, description="Where in the source: a page, table or footnote.")
    reason: Words | None = Field(None, description="Why this value, where no source gives it.")
    grade: Grade | None = Field(None, description="How far the value can be relied on.")
    status: Status | None = Field(None, description="V read, D derived, R recalled.")
    note: Words | None = None

    @property
    def graded(self) -> Grade:
        """The grade as given; else that of the status; else published with a source and judgement without."""
        if self.own_grade:
            return self.own_grade
        return "published" if self.source else "judgement" if self.reason else "illustrative"

    @property
    def own_grade(self) -> Grade | None:
        """The grade as given, or as its status says; None where it gives neither."""
        return self.grade or (GRADE_OF_STATUS[self.status] if self.status else None)

    @property
    def has_basis(self) -> bool:
        return bool(self.source or self.reason)


def is_years_mapping(value: object) -> bool:
    return isinstance(value, dict) and bool(value) and all(_YEAR_KEY.match(str(key)) for key in value)


class Given(Basis):
    """A value, by year, by age or the same throughout, with what it rests on.

    The short form is the value alone: ``14%``; ``{2022/23: 40, 2023/24: 55}``; or, by age, ``[£11,077.50, £4,987.50]``.
    """

    label: Words | None = None
    unit: Words | None = None
    value: Amount | None = None
    by_year: dict[str, Amount] | None = None
    by_age: list[Amount] | None = Field(None, description="Values by years since the start, the first year first.")
    then: Then | None = Field(None, description="After the last year that is given: 0, same, or 2% a year.")
    name: Reference | None = Field(None, description="The name of an assumption or list.column whose value this is.")
    range: Range | None = Field(None, description="From low to high: 14% to 38%.")
    history: dict[str, Amount] | None = Field(None, description="Values that it had before, by date or year.")
    review_by: ADate | None = Field(None, description="The date by which it is to be looked at again.")
    owner: Words | None = Field(None, description="Who answers for it.")
    depends_on: list[Words] = Field(
        default_factory=empty, description="Names of assumptions and lines that it rests on."
    )
    likely_impact: Words | None = Field(None, description="What happens to the results if it is wrong.")
    quality: Literal["red", "amber", "green"] | None = Field(None, description="AQuA quality rating.")
    impact: Literal["low", "medium", "high", "not tested"] | None = Field(None, description="AQuA impact rating.")
    links: list[Words] = Field(default_factory=empty)
    last_review: ADate | None = None
    reviewed_by: Words | None = None
    external_review: Words | None = Field(None, description="Who outside the team reviewed it.")
    external_review_date: ADate | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_short_form(cls, value: Any) -> Any:
        if isinstance(value, str) and _REFERENCE.match(value):
            return {"name": value}
        if is_years_mapping(value):
            return {"by_year": value}
        if isinstance(value, list):
            return {"by_age": value}
        return value if isinstance(value, dict | cls) else {"value": value}

    @model_validator(mode="after")
    def _one_value(self) -> Self:
        for when in self.history or ():
            if not is_years_mapping({when: ""}):
                _date(when)
        self.check_one_value()
        return self

    def check_one_value(self) -> None:
        """Hold the value to being given in one way."""
        given = [key for key in ("value", "by_year", "by_age", "name") if getattr(self, key) is not None]
        if len(given) != 1:
            found = "none of them" if not given else " and ".join(given)
            raise PydanticCustomError("one_value", f"one of value, by_year or by_age is needed, and {found} was given")
        if self.then is not None and self.by_year is None and self.by_age is None:
            raise PydanticCustomError("not_read", "then says what follows the last of by_year or by_age: take it out")
        if self.by_age is not None and self.then not in (None, 0.0, 1.0):
            raise PydanticCustomError("wrong_value", "after the last age a value is 0 or the same")

    @property
    def numbers(self) -> list[Number]:
        """Every number in it."""
        if self.value is not None:
            return [self.value]
        return list((self.by_year or {}).values()) + list(self.by_age or [])
