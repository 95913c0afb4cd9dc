"""The brief of a scenario: what is asked for, its table, what it is built from and rests on, what differs."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from costmodel.analysis.explanation import live_formula
from costmodel.analysis.figures import how_to_show
from costmodel.analysis.results import Results
from costmodel.analysis.shown_tables import show_table, styled
from costmodel.language.units import read_unit
from costmodel.model.explain import label_of, words
from costmodel.model.line import Line
from costmodel.model.reads import names_read
from costmodel.numbers import in_prose
from costmodel.pages.tables import as_markdown
from costmodel.pages.worth import worth
from costmodel.sections.grounds import Grounds
from costmodel.years import Year

TEMPLATE = "brief.md"
_OF_PROPOSAL = ("title", "by", "asked_of", "prices", "status", "asks_for", "covers", "does_not_cover")


def templates_folders() -> list[Path]:
    """Where templates are looked for: the folder ``templates`` here, then those that ship with costmodel."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "templates_shipped"
    shipped = inside if inside.is_dir() else package.parent / "templates"
    here = Path("templates")
    return [here, shipped] if here.is_dir() else [shipped]


@dataclass(frozen=True, kw_only=True)
class ShownAssumption:
    """An assumption as the brief shows it."""

    label: str
    name: str
    value: str
    grade: str
    basis: str
    note: str


@dataclass(frozen=True, kw_only=True)
class ChangedAssumption:
    """An assumption that a scenario changes."""

    label: str
    before: str
    after: str
    why: str


@dataclass(frozen=True, kw_only=True)
class ScenarioEffect:
    """What a scenario does to a line of money or to the people reached."""

    label: str
    before: str
    after: str
    difference: str


@dataclass(frozen=True, kw_only=True)
class BuiltUp:
    """A line as a sentence: what it is, how it is worked out, and its first figure."""

    label: str
    how: str
    figures: str


class Briefs:
    """Renders briefs from templates: a template can read what it is given and nothing else."""

    def __init__(self, folders: list[Path] | None = None) -> None:
        from costmodel.pages.templates import Templates

        self.templates = Templates(folders or templates_folders())

    def render(self, results: Results) -> str:
        """The brief of a scenario in Markdown.

        Raises:
            BadInput: where the template has a mistake, with its line.
        """
        return self.templates.render(TEMPLATE, brief_facts(results))


def brief_facts(results: Results) -> dict[str, Any]:
    """Everything that a template of the brief may use, by name: texts, numbers, lists and mappings, and no models."""
    costing, proposal = results.costing, results.costing.proposal
    base = results.costed.run("base")
    heading = costing.case(results.scenario).heading
    tables = [show_table(results, name) for name in costing.tables]
    return {
        "proposal": {name: getattr(proposal, name) for name in _OF_PROPOSAL},
        "name": costing.name,
        "scenario": results.scenario,
        "heading": {"title": heading.title, "reason": heading.reason},
        "is_base": results.scenario == "base",
        "years": _prose_years(costing.model.ask_years),
        "ask": _ask(results),
        "base_ask": _ask(base),
        "ask_change": _ask_change(results, base),
        "tables": [
            {
                "title": table.title,
                "markdown": as_markdown(table, grades=True),
                "notes": table.notes,
                "cash": any(row.unit == read_unit(costing.proposal.money) for row in table.rows),
            }
            for table in tables
        ],
        "built_up": _built_up(results),
        "value_for_money": worth(results, _reached(results)),
        "assumptions": _assumptions(results),
        "changes": _changes(results),
        "effects": _effects(results, base),
        "checks": results.checks,
        "cautions": [{"says": caution.says, "hint": caution.hint} for caution in costing.cautions_of(results.scenario)],
        "sources": _sources(results),
    }


def _prose_years(years: tuple[Year, ...]) -> str:
    first, last = years[0], years[-1]
    return f"{first.start} to {last.start + 1 if last.financial else last.start}"


def _ask(results: Results) -> dict[str, str] | None:
    """What is asked for, in words and to the pound; with its grade and the assumption that sets it."""
    name = results.costing.proposal.ask
    if name is None or results.line(name).shape != ("", False):
        return None
    value, line = results.value(name), results.line(name)
    grading = results.grading[name]
    lines = results.costing.model.lines
    money = line.unit.is_money
    exact = how_to_show(line.unit, [value]).text(value)
    return {
        "label": line.label,
        "prose": in_prose(value, money=money),
        "exact": f"£{exact}" if money else exact,
        "grade": grading.grade or "",
        "set_by": label_of(grading.set_by, lines),
    }


def _ask_change(results: Results, base: Results) -> str:
    """How what is asked for differs from base, as the end of a sentence."""
    name = results.costing.proposal.ask
    if name is None or results.line(name).shape != ("", False):
        return ""
    now, before = results.value(name), base.value(name)
    if now == before:
        return "the same as in the base scenario"
    money = results.line(name).unit.is_money
    share = f" ({abs(now / before - 1) * 100:.1f}%)" if before else ""
    gap, side = in_prose(abs(now - before), money=money), "more" if now > before else "less"
    return f"{gap}{share} {side} than in the base scenario"


def _built_up(results: Results) -> list[BuiltUp]:
    """How what is asked for and the tables' lines are worked out, from the top down, without steps."""
    lines = results.costing.model.lines
    order = {name: place for place, name in enumerate(lines)}
    wanted = deque([results.costing.proposal.ask] if results.costing.proposal.ask else [])
    for table in results.costing.tables.values():
        wanted.extend(reversed(table.rows))
    found: dict[str, BuiltUp] = {}
    seen: set[str] = set()
    while wanted:
        name = wanted.popleft()
        line = lines[name]
        if name in seen or line.formula is None or line.section == "timeline":
            continue
        seen.add(name)
        now, past = names_read(line, lines)
        if not line.step_of:
            found[name] = BuiltUp(label=line.label, how=_how(line, results), figures=_figures(results, line))
        below = sorted(now | past, key=order.__getitem__)
        if line.step_of:
            wanted.extendleft(below)  # one by one, so that the last of them comes first
        else:
            wanted.extend(reversed(below))
    return list(found.values())


def _how(line: Line, results: Results) -> str:
    """A line's formula in words, as a person wrote it where they did."""
    node = line.as_written or line.formula
    assert node is not None
    return words(live_formula(results, node), results.costing.model.lines)


def _figures(results: Results, line: Line) -> str:
    if line.shape.rows:
        return ""
    years = results.costing.model.ask_years
    values = results.by_year(line.name) if line.shape.by_year else [results.value(line.name)]
    shown = how_to_show(line.unit, values)
    pound = "£" if line.unit.is_money else ""
    if not line.shape.by_year:
        return f"{pound}{shown.text(values[0])}"
    ends = [(years[0], values[0])] if len(years) == 1 else [(years[0], values[0]), (years[-1], values[-1])]
    return ", ".join(f"{pound}{shown.text(value)} in {year.prose}" for year, value in ends)


def _value_text(results: Results, name: str) -> str:
    """An assumption's value as a person would write it."""
    line = results.line(name)
    cells = results.cells(name)
    cells = cells[:, results.costing.model.ask] if line.shape.by_year else cells
    values = [float(value) for value in cells.flat]
    shown = how_to_show(line.unit, values)
    pound = "£" if line.unit.is_money else ""

    def text(value: float) -> str:
        return f"{value:.0f}" if line.unit.is_year else f"{pound}{shown.text(value)}"

    if line.switch:
        return "yes" if values[0] else "no"
    if line.shape.rows:
        rows = results.costing.model.row_names(line)
        return (
            f"{len(rows)} rows, adding to {text(float(cells[:, 0].sum()))}"
            if not line.shape.by_year
            else f"{len(rows)} rows by year"
        )
    if line.shape.by_year and len(set(values)) > 1:
        style = results.costing.proposal.year_style
        pairs = zip(results.costing.model.ask_years, values, strict=True)
        return ", ".join(f"{text(value)} in {styled(year, style)}" for year, value in pairs)
    return text(values[0])


def _basis(ground: Grounds) -> str:
    if ground.source:
        return f"{ground.source}{f', {ground.place}' if ground.place else ''}"
    return ground.reason or ""


def _assumptions(results: Results) -> list[ShownAssumption]:
    """The assumptions that the tables and what is asked for rest on in this scenario, in the model's order."""
    at = results.costing.scenarios.index(results.scenario)
    used = _reached(results)
    held = []
    for name, assumption in results.costing.assumptions.items():
        line, ground = results.line(name), assumption.grounds[at]
        if name in used and not line.switch:
            value, note = _value_text(results, name), ground.note or ""
            held.append(
                ShownAssumption(
                    label=line.label, name=name, value=value, grade=ground.grade or "", basis=_basis(ground), note=note
                )
            )
    return held


def _reached(results: Results) -> set[str]:
    """What the tables, the checks and the ask rest on in this scenario."""
    proposal = results.costing.proposal
    rows = [row for table in results.costing.tables.values() for row in table.rows]
    checks = [check.line for check in results.costing.checks]
    return results.rests_on(*rows, *checks, *([proposal.ask] if proposal.ask else []))


def _changes(results: Results) -> list[ChangedAssumption]:
    """The assumptions whose values differ from base, row by row for a list."""
    base = results.costed.run("base")
    at = results.costing.scenarios.index(results.scenario)
    changes = []
    for name, assumption in results.costing.assumptions.items():
        line = results.line(name)
        shown_years = results.costing.model.ask if line.shape.by_year else slice(None)
        before, after = base.cells(name)[:, shown_years], results.cells(name)[:, shown_years]
        if (before == after).all():
            continue
        why = _basis(assumption.grounds[at])
        if not line.shape.rows:
            changes.append(
                ChangedAssumption(
                    label=line.label, before=_value_text(base, name), after=_value_text(results, name), why=why
                )
            )
            continue
        shown = how_to_show(line.unit, [float(value) for value in (*before.flat, *after.flat)])
        for row, label in enumerate(results.costing.model.row_names(line)):
            if (before[row] != after[row]).any():
                texts = [", ".join(shown.text(float(value)) for value in side[row]) for side in (before, after)]
                changes.append(
                    ChangedAssumption(label=f"{line.label}: {label}", before=texts[0], after=texts[1], why=why)
                )
    return changes


def _effects(results: Results, base: Results) -> list[ScenarioEffect]:
    """Every total and every row of the tables in its last year, against base."""
    effects = []
    for table in results.costing.tables.values():
        for totals in table.totals.values():
            effects += [_effect(results, base, total, results.line(total).label) for total in totals.values()]
        year = results.costing.model.ask_years[-1]
        effects += [_effect(results, base, row, f"{results.line(row).label}, {year}") for row in table.rows]
    return list(dict.fromkeys(effects))


def _effect(results: Results, base: Results, name: str, label: str) -> ScenarioEffect:
    unit = results.line(name).unit
    before, after = base.by_year(name)[-1], results.by_year(name)[-1]
    shown = how_to_show(unit, [before, after])
    pound = "£" if unit.is_money else ""
    sign = "+" if after > before else "-" if after < before else ""
    texts = [f"{pound}{shown.text(value)}" for value in (before, after)]
    return ScenarioEffect(
        label=label, before=texts[0], after=texts[1], difference=f"{sign}{pound}{shown.text(abs(after - before))}"
    )


def _sources(results: Results) -> list[dict[str, str]]:
    at, reached = results.costing.scenarios.index(results.scenario), _reached(results)
    used = {a.grounds[at].source for name, a in results.costing.assumptions.items() if name in reached}
    register = results.costing.files.evidence.sources
    return [
        {
            "id": source,
            "title": register[source].title,
            "by": register[source].publisher or register[source].authors or "",
            "date": register[source].date or "",
            "read": register[source].read,
        }
        for source in sorted(used - {None}, key=str)
        if source
    ]
