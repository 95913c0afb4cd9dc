"""The posts section: people in post, counted on from a start or as posts that are filled but for vacancies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from costmodel.assumptions.document import spell
from costmodel.assumptions.posts_schema import PostGroup, Posts, names_of
from costmodel.errors import ChangesStructure, WrongValue
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Grounds, Path, value_at
from costmodel.sections.part_years import months_left, share_of_year
from costmodel.sections.post_costs import PostCosts
from costmodel.sections.supply import add_supply

SECTION = "posts"
_STRUCTURE = ("vacancies", "time_to_recruit", "leaving", "posts", "posts_at_start", "supply", "last_year", "first_year")
"""What of a group decides, by whether it is there, which lines it becomes."""
_OF_POSTS, _OF_YEAR = "share of posts", "share of a year"
_SAYS = {
    "in_post_at_start": ("in post before the first year", "WTE"),
    "posts_at_start": ("posts before the first year", "WTE"),
    "posts": ("posts, filled or not", "WTE"),
    "recruits": ("recruits", "WTE"),
    "supply": ("posts that people can be found for", "WTE"),
    "leaving": ("share of those in post who leave in a year", _OF_POSTS),
    "vacancies": ("share of posts that are empty", _OF_POSTS),
    "first_year": ("share of the year in which they start that people work", _OF_YEAR),
    "last_year": ("share of the year in which they leave that people work", _OF_YEAR),
}


def add_posts(draft: Draft) -> None:
    """Lines of each group: people in post, recruits, leavers and empty posts by year, and what they cost."""
    base = draft.files.base.document.posts
    if base is None:
        return
    costs = PostCosts(draft, [case.document.posts or base for case in draft.cases])
    for name, spec in base.groups.items():
        if _same_way(draft, base, name):
            costs.add(name, spec, _Group(draft, name, spec).add())


def _same_way(draft: Draft, base: Posts, name: str) -> bool:
    """Whether every scenario counts and costs the group in the same way."""
    shape = _shape(base.groups[name])
    for case in draft.cases:
        other = value_at(case.document, (SECTION, "groups", name))
        if not isinstance(other, PostGroup) or _shape(other) != shape:
            says = "a scenario counts or costs this group in another way than the proposal"
            hint = "A scenario changes values. Write in the proposal what it adds, as 0 where there is none."
            where, path = case.at(SECTION, "groups", name), f"posts.groups.{name}"
            draft.mistakes.add(ChangesStructure(where=where, path=path, says=says, hint=hint))
            return False
    return True


def _shape(spec: PostGroup) -> tuple[object, ...]:
    other = spec.otherwise
    there = [getattr(spec, key) is not None for key in (*_STRUCTURE, "in_post_at_start", "otherwise", "from_")]
    there += [other is not None and getattr(other, key) is not None for key in ("posts", "leaving", "recruits")]
    there += [spec.band is not None or spec.salary is not None]
    items = [*spec.allowances, "", *spec.per_recruit, "", *spec.per_new_post, "", *spec.per_post]
    return *there, *items


class _Group:
    """The people of one group, with the proposal and without it."""

    def __init__(self, draft: Draft, name: str, spec: PostGroup) -> None:
        self.draft, self.name, self.spec = draft, name, spec
        self.path: Path = (SECTION, "groups", name)
        self.where = draft.files.base.at(*self.path)
        self.label = spec.label or name.replace("_", " ").capitalize()
        self.names = names_of(name)
        self._known: dict[str, str] = {}
        """By key, the name that the value of the group itself has in formulas."""
        self.counted: dict[str, str] = {}
        """By what is counted, with the proposal and otherwise, the name of its line."""

    def add(self) -> dict[str, str]:
        """Add what people are counted by, and how many there are by year; the names of lines by what they count."""
        self._first_year()
        if self.spec.is_stock:
            self._last_year()
        count = self._stock if self.spec.is_stock else self._filled
        count("")
        if self.spec.otherwise is not None:
            count("_otherwise")
            text = f"{self.counted['over_the_year']} - {self.counted['over_the_year_otherwise']}"
            self._line("more", "more in post over the year than otherwise", text)
        if self.spec.supply is not None:
            wanted = self._known.get("posts") or self.counted["in_post"]
            add_supply(self.draft, self.name, self.label, wanted, self._value("supply"), section=SECTION)
        return self.counted

    # What people are counted by

    def _value(self, key: str, suffix: str = "") -> str:
        """A value of the group by its name; of what happens otherwise, its own there, or else the same."""
        known = f"{key}{suffix}"
        if known in self._known:
            return self._known[known]
        what, unit = _SAYS[key]
        path, label = (*self.path, key), f"{self.label}: {what}"
        if suffix:
            if value_at(self.spec.otherwise, (key,)) is None:
                return self._known[key]
            path, label = (*self.path, "otherwise", key), f"{label}, otherwise"
        name = f"{self.names[key]}{suffix}"
        self._known[known] = self.draft.given(name, path, label, unit, section=SECTION, at_least=0)
        return self._known[known]

    def _taken(self, key: str, share: float, reason: str) -> None:
        """A share of a year that is not given: what is taken in its place is an assumption that shows."""
        grounds = Grounds(grade="judgement", reason=reason, where=self.where)
        self._shares(key, [share] * len(self.draft.cases), [grounds] * len(self.draft.cases), key)

    def _first_year(self) -> None:
        if self.spec.from_ is not None:
            financial = self.draft.years[0].financial
            year = "the financial year, from April" if financial else "the calendar year"
            self._read(
                "first_year",
                "from",
                lambda month: months_left(month, financial=financial) / 12,
                lambda month, share: f"From {month}: {share * 12:.0f} of the 12 months of {year}.",
            )
        elif self.spec.first_year is not None:
            self._value("first_year")
        else:
            self._taken("first_year", 1.0, "No month or share is given: people start with the year.")

    def _last_year(self) -> None:
        if self.spec.last_year is not None:
            self._value("last_year")
        else:
            self._taken("last_year", 0.5, "No share is given: people leave evenly over the year.")

    def _read(self, key: str, written: str, read: Callable[[str], float], note: Callable[[str, float], str]) -> None:
        """An input that is read from words: the words of each scenario, and what they come to."""
        draft, shares, held, path = self.draft, [], [], (*self.path, written)
        for case in draft.cases:
            words = str(value_at(case.document, path))
            try:
                shares.append(read(words))
            except ValueError as problem:
                says, _, hint = str(problem).partition(". ")
                draft.mistakes.add(WrongValue(where=case.at(*path), path=spell(path), says=says, hint=hint))
                shares.append(1.0)
            group = value_at(case.document, self.path)
            held.append(replace(draft.bases.grounds(case, path, group, _OF_YEAR), note=note(words, shares[-1])))
        self._shares(key, shares, held, written)

    def _shares(self, key: str, shares: list[float], held: list[Grounds], written: str) -> None:
        what = _SAYS[key][0] if key in _SAYS else "how much of a year a post is empty after someone leaves"
        self.draft.input(
            self.names.get(key, f"{self.name}_{key}"),
            f"{self.label}: {what}",
            _OF_YEAR,
            np.array(shares).reshape(-1, 1, 1),
            section=SECTION,
            grounds=held,
            path=spell((*self.path, written)),
            at_least=0,
        )
        self._known[key] = self.names.get(key, f"{self.name}_{key}")

    # How many there are

    def _line(self, part: str, what: str, text: str, suffix: str = "", unit: str = "WTE") -> str:
        name = f"{self.name}_{part}{suffix}"
        label = f"{self.label}: {what}{', otherwise' if suffix else ''}"
        self.draft.formula(name, label, unit, text, section=SECTION, where=self.where)
        self.counted[f"{part}{suffix}"] = name
        return name

    def _stock(self, suffix: str) -> None:
        """In post when a year ends: those in post when it begins, less leavers, and recruits."""
        start = self._value("in_post_at_start", suffix)
        leaving, recruits = self._value("leaving", suffix), self._value("recruits", suffix)
        self.counted[f"recruits{suffix}"] = recruits
        text = f"prior({self.name}_in_post{suffix}, start={start})"
        before = self._line("before", "in post when the year begins", text, suffix)
        leavers = self._line("leavers", "leavers", f"{before} * {leaving}", suffix)
        in_post = self._line("in_post", "in post when the year ends", f"{before} - {leavers} + {recruits}", suffix)
        gone, joined = f"{leavers} * (1 - {self._known['last_year']})", f"{recruits} * {self._known['first_year']}"
        self._line("over_the_year", "in post over the year, on average", f"{before} - {gone} + {joined}", suffix)
        if self.spec.posts is not None and not suffix:
            self._line("vacant", "posts empty when the year ends", f"max({self._value('posts')} - {in_post}, 0)")

    def _filled(self, suffix: str) -> None:
        """Posts less vacancies; of new posts, the part of their first year from when they start."""
        posts = self._value("posts", suffix)
        start = f", start={self._value('posts_at_start', suffix)}" if self.spec.posts_at_start is not None else ""
        before = self._line("posts_before", "posts in the year before", f"prior({posts}{start})", suffix)
        new = self._line("new_posts", "new posts", f"max({posts} - {before}, 0)", suffix)
        vacant = self._vacancy_rate(suffix)
        filled = f" * (1 - {vacant})" if vacant else ""
        worked = f"({posts} - {new} * (1 - {self._known['first_year']})){filled}"
        over = self._line("over_the_year", "in post over the year, on average", worked, suffix)
        self._line("in_post", "in post when the year ends", f"{posts}{filled}", suffix)
        if vacant:
            self._line("vacant", "posts empty when the year ends", f"{posts} * {vacant}", suffix)
        joined = f"max(({posts} - {before}){filled}, 0)" if filled else new  # the same would be worked out twice
        if self.spec.leaving is not None:
            leavers = self._line("leavers", "leavers", f"{over} * {self._value('leaving', suffix)}", suffix)
            joined = f"max(({posts} - {before}){filled} + {leavers}, 0)"
        self._line("recruits", "recruits, leavers' posts included", joined, suffix)

    def _vacancy_rate(self, suffix: str) -> str:
        """The share of posts that are empty: as stated, or as leavers and the time to recruit make it."""
        if self.spec.vacancies is not None:
            return self._value("vacancies", suffix)
        if self.spec.time_to_recruit is None:
            return ""
        if not suffix:
            self._read("time_to_recruit", "time_to_recruit", share_of_year, lambda words, _: f"{words} of a year.")
        text = f"{self._value('leaving', suffix)} * {self._known['time_to_recruit']}"
        return self._line("vacancy_rate", "share of posts that are empty", text, suffix, _OF_POSTS)
