"""What the people of a group of posts cost: pay with allowances and on-costs, and what is paid once or each year."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from costmodel.assumptions.kinds import GRADE_OF_STATUS
from costmodel.assumptions.posts_schema import PostGroup, Posts
from costmodel.assumptions.proposal import Case
from costmodel.assumptions.workforce_schema import PayChoice, Uplift
from costmodel.errors import MissingKey
from costmodel.language.shape import Shape
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Grounds, Path, weakest_grade
from costmodel.sections.on_costs import OnCostInputs
from costmodel.sections.pay_scales import PaidBy, Scale, find_scale, key_of_grade, paid_by, say_no_grade, step_at
from costmodel.sections.pay_years import years_of_pay
from costmodel.sections.people import typed_salary
from costmodel.sections.uplift import PayOf, PayUplift
from costmodel.years import Year

SECTION = "posts"
_EACH = "£ per WTE"
_ONCE = {"per_recruit": "recruits", "per_new_post": "new_posts", "per_post": "over_the_year"}
"""What each cost is paid for one of, as the end of a line's name."""
_PAID_FOR = {"per_recruit": "for each recruit", "per_new_post": "for each new post", "per_post": "a year for each post"}


class PostCosts:
    """Pay, on-costs and uplift of the groups of posts; those of the section are drawn up once for all groups."""

    def __init__(self, draft: Draft, specs: list[Posts]) -> None:
        self.draft, self.specs = draft, specs
        self._growth: dict[tuple[Path, tuple[Year, ...]], str] = {}
        self._on_costs: dict[Path, tuple[OnCostInputs, str, tuple[str, ...]]] = {}

    def add(self, name: str, spec: PostGroup, counted: dict[str, str]) -> None:
        """Add what a full-time post costs, what all cost, and the difference from what happens otherwise.

        ``counted`` are the names of lines by what they count: recruits, new_posts and over_the_year, and these with
        ``_otherwise``.
        """
        group = _GroupCost(self, name, spec, counted)
        terms = group.pay() if spec.band is not None or spec.salary is not None else []
        terms += group.paid_for()
        if terms:
            group.total(terms)

    def growth(self, group: str, path: Path, held: list[PayOf]) -> str:
        """What pay is multiplied by, as the end of a formula: of the section, or of a group of its own.

        Groups of the section whose last awards are of different years grow each from its own.
        """
        key = path, tuple(of.start for of in held)
        if key not in self._growth:
            shared = path == (SECTION,) and not any(other == path for other, _ in self._growth)
            name = "posts_pay" if shared else f"{group}_pay"
            self._growth[key] = PayUplift(self.draft, held, path=path, name=name, section=SECTION).growth()
        return self._growth[key]

    def on_costs(self, path: Path, choices: list[Posts] | list[PostGroup]) -> tuple[OnCostInputs, str, tuple[str, ...]]:
        """The inputs of on-costs: of the section, or of a group of its own."""
        if path not in self._on_costs:
            begins = "posts_" if path == (SECTION,) else f"{path[-1]}_"
            given = [choice.on_costs for choice in choices if choice.on_costs is not None]
            inputs = OnCostInputs(self.draft, given, path=(*path, "on_costs"), section=SECTION, begins=begins)
            self._on_costs[path] = inputs, *inputs.add()
        return self._on_costs[path]


class _GroupCost:
    """One group's costs."""

    def __init__(self, costs: PostCosts, name: str, spec: PostGroup, counted: dict[str, str]) -> None:
        self.costs, self.draft, self.name, self.spec = costs, costs.draft, name, spec
        self.path: Path = (SECTION, "groups", name)
        self.where = self.draft.files.base.at(*self.path)
        self.label = spec.label or name.replace("_", " ").capitalize()
        self.counted = counted
        self.groups = [posts.groups.get(name, spec) for posts in costs.specs]

    def pay(self) -> list[str]:
        """Add the pay and on-costs of a full-time post; the line of what all are paid, or nothing with a mistake."""
        growth = self._salary()
        on_costs = self._on_cost_terms() if growth is not None else None
        if growth is None or on_costs is None:
            return []
        parts = [f"{self.name}_salary", *(self._allowance(key) for key in self.spec.allowances)]
        text = f"({' + '.join(parts)}){growth}" if len(parts) > 1 else f"{parts[0]}{growth}"
        pay = self._line("pay_each", "pay of a full-time post", _EACH, text)
        each = self._line("on_costs_each", "on-costs of a full-time post", _EACH, on_costs)
        cost = self._line("pay_and_on_costs_each", "pay and on-costs of a full-time post", _EACH, f"{pay} + {each}")
        return self._both(
            "pay", "pay and on-costs", lambda suffix: f"{self.counted['over_the_year' + suffix]} * {cost}"
        )

    def paid_for(self) -> list[str]:
        """Add what is paid for each recruit, new post or filled post."""
        found = []
        for key, counted in _ONCE.items():
            for item in getattr(self.spec, key):
                words = item.replace("_", " ")
                label = f"{self.label}: {words} {_PAID_FOR[key]}"
                path = (*self.path, key, item)
                each = self.draft.given(f"{self.name}_{item}_{key}", path, label, _EACH, section=SECTION, at_least=0)

                def text(suffix: str, counted: str = counted, each: str = each) -> str:
                    return f"{self.counted[counted + suffix]} * {each}"

                found += self._both(item, words, text)
        return found

    def total(self, terms: list[str]) -> None:
        """Add the cost of the group, and how much more it is than otherwise."""
        self._both("cost", "cost", lambda suffix: " + ".join(f"{term}{suffix}" for term in terms))

    def _both(self, part: str, what: str, text: Callable[[str], str]) -> list[str]:
        """A cost with the proposal, without it, and the difference; returns the first."""
        self._line(part, what, "£", text(""))
        if self.spec.otherwise is not None:
            self._line(f"{part}_otherwise", f"{what}, otherwise", "£", text("_otherwise"))
            more = f"{self.name}_{part} - {self.name}_{part}_otherwise"
            self._line(f"{part}_more", f"{what}, more than otherwise", "£", more)
        return [f"{self.name}_{part}"]

    def _line(self, part: str, what: str, unit: str, text: str) -> str:
        name = f"{self.name}_{part}"
        self.draft.formula(name, f"{self.label}: {what}", unit, text, section=SECTION, where=self.where)
        return name

    def _allowance(self, key: str) -> str:
        """What a full-time post is paid beside its salary, on average over the posts."""
        label = f"{self.label}: {self.spec.allowances[key].label or key.replace('_', ' ')}"
        path = (*self.path, "allowances", key)
        begins = f"{self.name}_{key}"
        amount = self.draft.given(
            f"{begins}_amount", (*path, "amount"), f"{label}, allowance", _EACH, section=SECTION, at_least=0
        )
        if self.spec.allowances[key].share is None:
            return amount
        path, label = (*path, "share"), f"{label}, share of posts"
        share = self.draft.given(f"{begins}_share", path, label, "share of posts", section=SECTION, at_least=0)
        return f"{amount} * {share}"

    # Salaries

    def _salary(self) -> str | None:
        """Add the salary; returns its growth, as the end of a formula, or None with a mistake."""
        draft, held, rows, of_pay = self.draft, [], [], []
        path = self._path_of_pay()
        if path is None:
            return None
        for case, posts, group in zip(draft.cases, self.costs.specs, self.groups, strict=True):
            found = self._of_case(case, posts, group, path)
            if found is None:
                return None
            row, grounds, of = found
            rows.append(row)
            held.append(grounds)
            of_pay.append(of)
        by_year = any(len(set(row)) > 1 for row in rows)
        values = np.array(rows)[:, np.newaxis, :]
        draft.input(
            f"{self.name}_salary",
            f"{self.label}: salary of a full-time post",
            _EACH,
            values if by_year else values[:, :, :1],
            section=SECTION,
            grounds=held,
            path=".".join(map(str, (*self.path, "salary" if self.spec.salary is not None else "band"))),
            shape=Shape("", by_year),
            at_least=0,
        )
        return self.costs.growth(self.name, path, of_pay)

    def _path_of_pay(self) -> Path | None:
        """Where pay and uplift stand that count: those of the group where it has its own year, or of the section."""
        own = self.spec.pay is not None and self.spec.pay.year is not None
        if not own and self.spec.uplift is None:
            return (SECTION,)
        base = self.costs.specs[0]
        if base.uplift is not None and self.spec.uplift is None:
            says = "this group has a year of pay of its own, and no uplift"
            hint = "Write its uplift here too; or leave year out of its pay."
            where, path = self.draft.files.base.at(*self.path, "pay"), ".".join(map(str, (*self.path, "uplift")))
            self.draft.mistakes.add(MissingKey(where=where, path=path, says=says, hint=hint))
            return None
        return self.path

    def _of_case(
        self, case: Case, posts: Posts, group: PostGroup, path: Path
    ) -> tuple[list[float], Grounds, PayOf] | None:
        """The salary by year in one scenario, what it rests on, and whose pay it is."""
        draft = self.draft
        pay = _pay_of(posts, group)
        uplift: Uplift | None = group.uplift if path == self.path else posts.uplift
        scales: dict[PaidBy, Scale] = {}
        by = paid_by(group, pay)
        if group.band is not None:
            if not by.scale:
                says, hint = "the pay scale of the grade is missing", "Add pay: with a scale, or scale: here."
                where = case.at(*self.path)
                draft.mistakes.add(MissingKey(where=where, path=".".join(map(str, self.path)), says=says, hint=hint))
                return None
            scale = find_scale(draft, case, (*self.path, "scale") if group.scale else (*path, "pay", "scale"), by)
            if scale is None:
                return None
            scales[by] = scale
        typed = (*self.path, "salary") if group.salary is not None else None
        years = years_of_pay(draft, case, path, pay, uplift, scales, typed=typed)
        if years is None:
            return None
        award = years[-1] if uplift is not None and uplift.follow else None
        of = PayOf(case=case, uplift=uplift, pay=pay, award=award)
        if group.salary is not None and typed is not None:
            amount = typed_salary(draft, case, typed, group.salary)
            return [amount] * len(years), draft.bases.grounds(case, typed, group.salary, _EACH), of
        found = self._looked_up(case, group, pay, by, scales[by], years)
        return (*found, of) if found else None

    def _looked_up(
        self, case: Case, group: PostGroup, pay: PayChoice, by: PaidBy, scale: Scale, years: list[Year]
    ) -> tuple[list[float], Grounds] | None:
        """The pay of a grade in each year, at the years of experience that are given."""
        draft, experience = self.draft, pay.experience_years.value if pay.experience_years else None
        steps = []
        for year in years:
            grades = scale[year].steps_of(by.area)
            if group.band not in grades:
                say_no_grade(
                    draft, case, (*self.path, key_of_grade(case, self.path)), group.band or "", scale[year], by, []
                )
                return None
            if len(grades[group.band]) > 1 and experience is None:
                says = f"the years of experience are missing, and {group.band!r} pays by them"
                where, path = case.at(*self.path), f"{'.'.join(map(str, self.path))}.pay.experience_years"
                hint = "Add pay: {experience_years: 3}, say."
                draft.mistakes.add(MissingKey(where=where, path=path, says=says, hint=hint))
                return None
            steps.append(step_at(grades[group.band], max(experience.value, 0.0) if experience else 0.0))
        grounds = draft.bases.grounds(case, (*self.path, "band"), group, _EACH)
        shown = f" at {experience.value:g} years of experience" if experience else ""
        grade = weakest_grade([*(GRADE_OF_STATUS[step.status] for step in steps), grounds.grade])
        note = f"Grade {group.band} of {by.scale}{', ' + by.area if by.area else ''} in {years[0]}{shown}."
        reason = grounds.reason if not grounds.source else None
        source = scale[years[0]].source
        looked = Grounds(grade=grade, source=source, reason=reason, note=note, where=grounds.where)
        return [step.pay.value for step in steps], looked

    # On-costs

    def _on_cost_terms(self) -> str | None:
        """The formula of the on-costs of a full-time post; None with a mistake."""
        own = self.spec.on_costs is not None
        path: Path = self.path if own else (SECTION,)
        if not own and self.costs.specs[0].on_costs is None:
            says, hint = "on-costs are missing", "Add on_costs: {rule: uk-employer, pension: 22%}, say, or {rate: 25%}."
            where = self.draft.files.base.at(*self.path)
            self.draft.mistakes.add(MissingKey(where=where, path="posts.on_costs", says=says, hint=hint))
            return None
        inputs, flat, parts = self.costs.on_costs(path, self.groups if own else self.costs.specs)
        begins, pay = inputs.begins, f"{self.name}_pay_each"
        terms = []
        if "national_insurance_rate" in parts:
            threshold = f"{begins}national_insurance_threshold / {self._wte_per_person()}"
            text = f"{begins}national_insurance_rate * max({pay} - {threshold}, 0)"
            terms.append(self._line("national_insurance_each", "national insurance of a full-time post", _EACH, text))
        rates = [part for part in parts if not part.startswith("national_insurance")]
        terms += [f"{pay} * {begins}{part}" for part in rates]
        return inputs.chosen(f"{pay} * {flat}" if flat else "", " + ".join(terms)) or None

    def _wte_per_person(self) -> str:
        """How much of a full-time post each person works, since each person has a threshold."""
        name, label = f"{self.name}_wte_per_person", f"{self.label}: share of a full-time post that each person works"
        if self.spec.wte_per_person is not None:
            return self.draft.given(
                name, (*self.path, "wte_per_person"), label, "WTE per person", section=SECTION, at_least=0
            )
        reason = "No hours are given: each person works full time."
        grounds = Grounds(grade="judgement", reason=reason, where=self.where)
        self.draft.input(
            name,
            label,
            "WTE per person",
            np.ones((1, 1, 1)),
            section=SECTION,
            grounds=[grounds] * len(self.draft.cases),
            path=".".join(map(str, (*self.path, "wte_per_person"))),
            at_least=0,
        )
        return name


def _pay_of(posts: Posts, group: PostGroup) -> PayChoice:
    """The pay that counts for a group: its own keys, and those of the section for what it leaves out."""
    keys = ("scale", "area", "year", "experience_years", "note")
    held = {key: getattr(group.pay, key) or getattr(posts.pay, key, None) for key in keys} if group.pay else {}
    return PayChoice.model_validate(held) if held else posts.pay or PayChoice.model_validate({})
