"""Random costings as text: inputs of every shape, and formulas of the whole vocabulary over them.

A formula is kept only if its values do not turn on rounding (see :mod:`plain_reading`), in both scenarios: so whatever
two programs then disagree about is a mistake of one of them.
"""

from __future__ import annotations

import ast
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from helpers import write
from plain_reading import Plain, Reading, TooClose

OTHER = "other"
"""The scenario that every random costing has beside base: other values of the same inputs."""

ELSEWHERE = {"pay", "real", "present_value"}
"""Functions that need a section: they are tested with teams and appraisals."""
_EVERYWHERE = {"prior", "cumulative", "growth", "total", "at", "spread", "sum", "running", "median", "irr"}
"""Functions of other rows and years than the one in which they stand."""
_KINDS = ("Alpha", "Beta", "gamma")


@dataclass(frozen=True, kw_only=True)
class RandomModel:
    """A costing made up from a seed, as files and as a second reading of it for each scenario."""

    seed: int
    files: dict[str, str]
    readings: dict[str, Reading]
    cells: dict[str, list[tuple[int, int]]]
    """The lines, each with the rows and years in which it has a value."""

    def write(self, root: Path) -> Path:
        """Write it below a root of assumptions that has evidence of its own: an empty register."""
        for name, text in self.files.items():
            write(root / f"random-{self.seed}" / name, text)
        write(root / "evidence" / "sources.yaml", "sources: {}\n")
        return root / f"random-{self.seed}"


@dataclass(frozen=True)
class _Shape:
    rows: str = ""
    by_year: bool = False

    def joined(self, other: _Shape) -> _Shape:
        assert "" in (self.rows, other.rows) or self.rows == other.rows
        return _Shape(self.rows or other.rows, self.by_year or other.by_year)

    def fits(self, other: _Shape) -> bool:
        """Whether a value of this shape may stand where one of the other is worked out."""
        return self.rows in ("", other.rows) and (other.by_year or not self.by_year)


@dataclass
class _Maker:
    seed: int
    dice: random.Random = field(init=False)
    shapes: dict[str, _Shape] = field(default_factory=dict)
    """Every number that a formula may read, with its shape."""
    kinds: dict[str, str] = field(default_factory=dict)
    """Names by what their values are good for: a share lies between 0 and 1, a small one near 0."""
    inputs: dict[str, list[list[float | str]]] = field(default_factory=dict)
    changed: dict[str, list[list[float | str]]] = field(default_factory=dict)
    formulas: dict[str, str] = field(default_factory=dict)
    over: dict[str, str] = field(default_factory=dict)
    then: dict[str, str] = field(default_factory=dict)
    """How an input by year goes on after the years of the ask, where it says so: it stays as it is otherwise."""

    def __post_init__(self) -> None:
        dice = self.dice = random.Random(self.seed)
        first, count = dice.randint(1990, 2030), dice.randint(1, 7)
        self.financial = dice.random() < 0.7
        self.ask = count
        self.years = tuple(range(first, first + count + dice.choice([0, 0, 1, 2, 5])))
        late = dice.randrange(count)
        last = self.years[count - 1]
        self.periods = {"early": (self.years[0], self.years[count // 2]), "late": (self.years[late], last)}
        self.lists = {f"list_{name}": dice.randint(1, 4) for name in "ab"[: dice.randint(1, 2)]}
        self.profile = [self.number(0, 3) for _ in range(dice.randint(1, 4))]
        self.lasts = dice.random() < 0.3

    # Inputs

    def number(self, low: float, high: float) -> float:
        """A figure as a person writes one: a few digits, and now and then 0 or a whole number."""
        if self.dice.random() < 0.15:
            return float(self.dice.randint(round(low), max(round(low), math.floor(high))))
        return round(self.dice.uniform(low, high), self.dice.randint(2, 4))

    def add_inputs(self) -> None:
        spans = {"amount": (-40.0, 400.0), "share": (0.05, 0.95), "small": (-1.5, 1.5)}
        places = [
            _Shape(),
            _Shape("", True),
            *(_Shape(name, by_year) for name in self.lists for by_year in (False, True)),
        ]
        self.shapes["year"], self.kinds["year"] = _Shape("", True), "year"
        for kind, span in spans.items():
            for place in places:
                for copy in range(2 if kind == "amount" else 1):
                    stem = f"{kind}_{'by_year' if place.by_year else 'flat'}_{copy}"
                    name = f"{place.rows}.{stem}" if place.rows else stem
                    self._input(name, place, kind, lambda span=span: min(self.number(*span), span[1]))  # type: ignore[misc]
        for name in self.lists:
            self._input(f"{name}.starts", _Shape(name), "year", lambda: float(self.dice.choice(self.years)))
            rows = [[self.dice.choice(_KINDS)] for _ in range(self.lists[name])]
            self.inputs[f"{name}.kind"] = self.changed[f"{name}.kind"] = rows  # type: ignore[assignment]
            self.over[f"{name}.kind"] = name

    def _input(self, name: str, shape: _Shape, kind: str, figure: Callable[[], float]) -> None:
        rows = self.lists.get(shape.rows, 1)
        times = 1.0
        if shape.by_year and len(self.years) > self.ask and kind != "share" and self.dice.random() < 0.5:
            self.then[name] = self.dice.choice(["0", "same", "25% a year", "-50% a year"])
            times = {"0": 0.0, "same": 1.0, "25% a year": 1.25, "-50% a year": 0.5}[self.then[name]]

        def row() -> list[float | str]:
            values = [figure() for _ in range(self.ask if shape.by_year else 1)]
            for _ in self.years[self.ask :] if shape.by_year else ():
                values.append(values[-1] * times)
            return list(values)

        self.inputs[name] = [row() for _ in range(rows)]
        changes = not shape.rows and self.dice.random() < 0.5
        self.changed[name] = [row()] if changes else self.inputs[name]
        self.shapes[name], self.kinds[name], self.over[name] = shape, kind, shape.rows

    # Formulas

    def year_text(self, start: int) -> str:
        return f"{start}/{(start + 1) % 100:02d}" if self.financial else str(start)

    def a_year(self) -> str:
        return f"'{self.year_text(self.dice.choice(self.years))}'"

    def a_period(self) -> str:
        return f"'{self.dice.choice(list(self.periods))}'"

    def name(self, place: _Shape, kind: str = "") -> str:
        """A name that may stand at a place, preferring one that varies as much as it may."""
        fit = [name for name, shape in self.shapes.items() if shape.fits(place) and self.kinds.get(name) != "year"]
        if kind:
            fit = [name for name in fit if self.kinds.get(name) == kind]
        most = [name for name in fit if self.shapes[name] == place]
        return self.dice.choice(most if most and self.dice.random() < 0.6 else fit)

    def expression(self, place: _Shape, depth: int) -> str:
        """A formula that may stand at a place."""
        if depth <= 0 or self.dice.random() < 0.1:
            return self.dice.choice([self.name(place)] * 12 + ["0", "1"])

        def below(where: _Shape = place) -> str:
            return self.expression(where, depth - 1)

        some_list = place.rows or self.dice.choice(list(self.lists))
        everywhere = _Shape(some_list, place.by_year)
        forms: list[Callable[[], str]] = [
            lambda: f"({below()} {self.dice.choice('+-')} {below()})",
            lambda: f"{below()} {self.dice.choice('+-*')} {below()}",
            lambda: f"({below()}) * ({below()})",
            lambda: f"({below()}) / ({below()})",
            lambda: f"{below()} - ({below()} - {below()})",
            lambda: f"-{self.name(place)} ** {self.name(_Shape())}",
            lambda: f"(1 + {self.name(place, 'share')}) ** ({below()})",
            lambda: f"{self.dice.choice(['min', 'max'])}({below()}, {below()}, {self.name(place)})",
            lambda: f"abs({below()})",
            lambda: f"-({below()})",
            lambda: f"({below()} {self.sign()} {below()})",
            lambda: f"({below()} if {self.condition(place, depth - 1)} else {below()})",
            lambda: self.guarded(place),
            lambda: f"{self.dice.choice(['ceil', 'floor'])}({below()})",
            lambda: f"exp({self.name(place, 'small')} * {self.name(place, 'small')})",
            lambda: f"ln(1 + abs({below()}))",
            lambda: f"normal_cdf({self.name(place, 'small')} + {self.name(place, 'share')})",
            lambda: f"normal_quantile({self.name(place, 'share')})",
            lambda: f"total({self.by_year(below(_Shape(place.rows, True)))})",
            lambda: f"total({self.by_year(below(_Shape(place.rows, True)))}, {self.a_period()})",
            lambda: f"total({self.by_year(below(_Shape(place.rows, True)))}, 'horizon')",
            lambda: f"at({below(_Shape(place.rows, True))}, {self.a_year()})",
            lambda: f"irr(abs({below(_Shape(place.rows, True))}) * (1 - flag('early') - flag('early')))",
        ]
        if not place.rows:
            forms += [
                lambda: f"sum({below(everywhere)})",
                lambda: f"{self.dice.choice(['min', 'max'])}({below(everywhere)})",
                lambda: f"median({below(everywhere)})",
                lambda: (
                    f"sum({self.name(everywhere)} * {some_list}.{self.dice.choice(['amount_flat_0', 'share_flat_0'])})"
                ),
            ]
        else:
            forms += [
                lambda: f"({place.rows}.kind {self.dice.choice(['==', '!='])} '{self.dice.choice(_KINDS)}')",
                lambda: f"running({below()})",
            ]
        if place.by_year:
            flat = _Shape(place.rows)
            forms += [
                lambda: f"prior({below()})",
                lambda: f"prior({self.name(place)}, start={self.name(flat)})",
                lambda: f"prior({below()}, start={below(flat)})",
                lambda: f"prior({self.name(place)}, {self.dice.choice('123')})",
                lambda: f"prior({self.name(place)}, 2, start={self.name(flat)})",
                lambda: f"cumulative({below()})",
                lambda: f"growth({self.name(place, 'share')}, {self.a_year()})",
                lambda: f"flag({self.a_period()})",
                lambda: f"spread({below()}, profile)",
                *([lambda: f"spread({below()}, {self.by_year_input()})"] if not place.rows else []),
                lambda: (
                    f"(year {self.sign()} {place.rows or some_list}.starts)"
                    if place.rows
                    else f"(year {self.sign()} year)"
                ),
            ]
        return self.dice.choice(forms)()

    def by_year_input(self) -> str:
        """An input by year, to be read by years since a start."""
        return self.dice.choice(
            [name for name, shape in self.shapes.items() if name in self.inputs and shape == _Shape("", True)]
        )

    def by_year(self, text: str) -> str:
        """A formula of which there is a figure in each year: one figure for all of them has no total."""
        try:
            has_years = self.shape_of(ast.parse(text, mode="eval").body).by_year
        except TooClose:
            return text  # it is not kept
        return text if has_years else f"({text}) * flag('late')"

    def sign(self) -> str:
        return self.dice.choice(["==", "!=", "<", "<=", ">", ">="])

    def condition(self, place: _Shape, depth: int) -> str:
        def one() -> str:
            return f"{self.expression(place, depth)} {self.sign()} {self.expression(place, depth)}"

        ways: list[Callable[[], str]] = [
            one,
            lambda: f"not {one()}",
            lambda: f"({one()}) and ({one()})",
            lambda: f"({one()}) or not ({one()}) or {self.name(place)}",
            lambda: f"{self.name(place)} < {self.name(place)} <= {self.name(place)}",
            lambda: self.name(place),
        ]
        return self.dice.choice(ways)()

    def guarded(self, place: _Shape) -> str:
        """A division that stands only where it can be done; what it divides by is 0 in some years or rows."""
        below = self.name(place)
        ratio = f"{self.name(place)} / {below}"
        if self.dice.random() < 0.4:
            ratio = f"{self.dice.choice(['ceil', 'floor'])}({ratio})"
        return self.dice.choice(
            [
                f"({ratio} if {below} != 0 else {self.name(place)})",
                f"({below} != 0 and {ratio} > {self.name(place)})",
                f"({below} == 0 or {ratio} > {self.name(place)})",
            ]
        )

    # Lines

    def add_lines(self, count: int) -> None:
        while len(self.formulas) < count:
            number = len(self.formulas)
            by_year = self.dice.random() < 0.75
            rows = self.dice.choice(["", *self.lists])
            place = _Shape(rows, by_year)
            if by_year and number + 3 <= count and self.dice.random() < 0.25:
                self.try_to_add(self.loop(place, number), place)
                continue
            self.try_to_add({self.line_name(place, number): self.expression(place, self.dice.randint(1, 3))}, place)

    def line_name(self, place: _Shape, number: int) -> str:
        return f"{place.rows}.column_{number}" if place.rows and self.dice.random() < 0.5 else f"line_{number}"

    def loop(self, place: _Shape, number: int) -> dict[str, str]:
        """Two or three lines that read each other's past, and each other's present one way round."""
        names = [self.line_name(place, number + at) for at in range(self.dice.randint(2, 3))]
        found = {}
        for at, name in enumerate(names):
            start = self.dice.choice(["", f", start={self.name(_Shape(place.rows))}"])
            back = self.dice.choice(["", ", 2"])
            past = f"prior({self.dice.choice(names)}{back}{start})"
            text = f"{past} * {self.name(place, 'share')} + {self.expression(place, 1)}"
            if at:
                text += f" - {self.dice.choice(names[:at])} * {self.name(place, 'share')}"
            found[name] = (
                f"{self.dice.choice(['max', 'min'])}({text}, {self.name(place)})" if self.dice.random() < 0.3 else text
            )
        order = list(found.items())
        self.dice.shuffle(order)
        return dict(order)

    def try_to_add(self, formulas: dict[str, str], place: _Shape) -> None:
        """Keep lines whose values do not turn on rounding."""
        before = dict(self.formulas), dict(self.shapes), dict(self.over)
        self.formulas.update(formulas)
        self.shapes.update({name: _Shape(_list_of(name), len(formulas) > 1) for name in formulas})
        try:
            for _ in formulas:  # lines that read each other come to run over the same rows
                for name, text in formulas.items():
                    self.shapes[name] = self.shapes[name].joined(self.shape_of(ast.parse(text, mode="eval").body))
            self.over.update({name: self.shapes[name].rows for name in formulas})
            for reading in self.readings().values():
                for name, text in formulas.items():
                    for row, year in self.cells(self.shapes[name]):
                        reading.cell(name, row, year)
                    self.read_in_every_year(reading, ast.parse(text, mode="eval").body)
        except TooClose:
            self.formulas, self.shapes, self.over = before

    def read_in_every_year(self, reading: Reading, tree: ast.expr) -> None:
        """What is read of one year, or of some, has a row of its own in a workbook, with a value in every year."""
        for node in ast.walk(tree):
            match node:
                case ast.Call(func=ast.Name(id=function), args=[of, *more]):
                    if function in _EVERYWHERE or (function in ("min", "max") and not more):
                        for row, year in self.cells(self.shape_of(of)):
                            reading.number(of, row, year)

    def cells(self, shape: _Shape) -> list[tuple[int, int]]:
        """The rows and years in which a line of this shape has a value."""
        years = range(len(self.years) if shape.by_year else 1)
        return [(row, year) for row in range(self.lists.get(shape.rows, 1)) for year in years]

    def shape_of(self, tree: ast.expr) -> _Shape:
        """What a formula's value runs over, by the rules of the language."""
        if isinstance(tree, ast.Name | ast.Attribute):
            name = ast.unparse(tree)
            return _Shape(_list_of(name)) if name.endswith(".kind") else self.shapes.get(name, _Shape())
        parts = [part for part in ast.iter_child_nodes(tree) if isinstance(part, ast.expr)]
        parts += [keyword.value for keyword in tree.keywords] if isinstance(tree, ast.Call) else []
        shape = _Shape()
        for part in parts:
            shape = shape.joined(self.shape_of(part))
        match tree:
            case ast.Call(func=ast.Name(id="sum" | "running" | "min" | "max" | "median" as function), args=[_]):
                if not shape.rows:
                    raise TooClose("there are no rows")
                return shape if function == "running" else _Shape("", shape.by_year)
            case ast.Call(func=ast.Name(id="total" | "at" | "irr")):
                return _Shape(shape.rows)
            case ast.Call(func=ast.Name(id="prior" | "cumulative" | "growth" | "flag" | "spread")):
                return _Shape(shape.rows, True)
        return shape

    def plain(self, inputs: dict[str, list[list[float | str]]]) -> Plain:
        return Plain(
            years=self.years,
            ask=self.ask,
            periods=self.periods,
            rows=self.lists,
            profiles={"profile": self.profile + [self.profile[-1]] * (len(self.years) if self.lasts else 0)},
            inputs=inputs,
            formulas=self.formulas,
            over=self.over,
        )

    def readings(self) -> dict[str, Reading]:
        return {"base": Reading(self.plain(self.inputs)), OTHER: Reading(self.plain(self.changed))}

    # Files

    def files(self) -> dict[str, str]:
        made_up = {"reason": "Made up.", "grade": "illustrative"}
        flat = [name for name in self.inputs if "." not in name]
        assumptions: dict[str, object] = {
            name: {"label": name, "unit": "number", **made_up, **self.value(name, self.inputs[name][0])}
            for name in flat
        }
        assumptions["profile"] = {
            "label": "profile",
            "unit": "number",
            "by_age": [self.text(v) for v in self.profile],
            **({"then": "same"} if self.lasts else {}),
            **made_up,
        }
        lists = {}
        for name in self.lists:
            columns: dict[str, object] = {}
            for column in [key for key in self.inputs if key.startswith(f"{name}.") and not key.endswith(".kind")]:
                then = {"then": self.then[column]} if column in self.then else {}
                unit = "year" if column.endswith("starts") else "number"
                columns[column.split(".")[1]] = {"unit": unit, **then, **made_up}
            for column in [key for key in self.formulas if key.startswith(f"{name}.")]:
                columns[column.split(".")[1]] = {"unit": "number", "formula": self.formulas[column]}
            lists[name] = {
                "label": name,
                "columns": columns,
                "rows": [self.row(name, at) for at in range(self.lists[name])],
            }
        lines = {
            name: {"label": name, "unit": "number", "formula": text}
            for name, text in self.formulas.items()
            if "." not in name
        }
        first, last = self.year_text(self.years[0]), self.year_text(self.years[self.ask - 1])
        periods = {
            name: " to ".join(dict.fromkeys((self.year_text(start), self.year_text(end))))
            for name, (start, end) in self.periods.items()
        }
        proposal = {"title": f"Random {self.seed}", "years": f"{first} to {last}", "periods": periods}
        changes = {
            name: self.value(name, self.changed[name][0]) for name in flat if self.changed[name] != self.inputs[name]
        }
        scenario = {"title": "Other values", "reason": "Other values of the same inputs."}
        return {
            "proposal.yaml": _yaml({"proposal": proposal, "assumptions": assumptions, **self.appraisal(assumptions)}),
            "model.yaml": _yaml({"lists": lists, "lines": lines}),
            f"scenarios/{OTHER}.yaml": _yaml({"scenario": scenario, "changes": changes}),
        }

    def appraisal(self, assumptions: dict[str, object]) -> dict[str, object]:
        """An appraisal whose horizon is the axis, where it goes on after the ask; with a cost to appraise."""
        if len(self.years) == self.ask:
            return {}
        made_up = {"reason": "Made up.", "grade": "illustrative"}
        spent = dict.fromkeys(map(self.year_text, self.years[: self.ask]), "1")
        assumptions["spending"] = {"label": "spending", "unit": "£ (2024 prices)", "by_year": spent, **made_up}
        first = self.year_text(self.years[0])
        return {
            "appraisal": {
                "edition": "green-book-2026",
                "horizon": f"{first} to {self.year_text(self.years[-1])}",
                "price_base": "2024",
                "present_value_base": first,
                "schedule_starts": first,
                "deflator": "gdp-deflator-2025-12",
                "costs": ["spending"],
                "counts": self.dice.choice(["ask", "horizon"]),
                "counterfactual": "Nothing is done.",
            }
        }

    def value(self, name: str, values: Sequence[float | str]) -> dict[str, object]:
        if not self.shapes[name].by_year:
            return {"value": self.text(values[0])}
        given = zip(self.years[: self.ask], values, strict=False)
        then = {"then": self.then[name]} if name in self.then else {}
        return {"by_year": {self.year_text(year): self.text(v) for year, v in given}, **then}

    def text(self, value: float | str) -> str:
        """A figure in one of the ways in which people write them."""
        if isinstance(value, str):
            return value
        ways = [f"{value:.15g}", f"{value:,.15g}", f"{value * 100:.12g}%"]
        return self.dice.choice(ways)

    def row(self, name: str, at: int) -> dict[str, object]:
        cells: dict[str, object] = {"name": f"{name} row {at}"}
        for key in [key for key in self.inputs if key.startswith(f"{name}.")]:
            values = self.inputs[key][at]
            column = key.split(".")[1]
            if column == "starts":
                cells[column] = self.year_text(int(values[0]))
            elif len(values) > 1 or (key in self.shapes and self.shapes[key].by_year):
                given = zip(self.years[: self.ask], values, strict=False)
                cells[column] = {self.year_text(y): self.text(v) for y, v in given}
            else:
                cells[column] = self.text(values[0])
        return cells


def _list_of(name: str) -> str:
    return name.partition(".")[0] if "." in name else ""


def _yaml(document: dict[str, object]) -> str:
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=200)


def random_model(seed: int, lines: int = 12) -> RandomModel:
    """Make a costing up from a seed; the same seed makes the same costing."""
    maker = _Maker(seed)
    maker.add_inputs()
    maker.add_lines(lines)
    order = list(maker.formulas.items())
    maker.dice.shuffle(order)  # a line may stand before those that it reads
    maker.formulas = dict(order)
    return RandomModel(
        seed=seed,
        files=maker.files(),
        readings=maker.readings(),
        cells={name: maker.cells(maker.shapes[name]) for name in maker.formulas},
    )
