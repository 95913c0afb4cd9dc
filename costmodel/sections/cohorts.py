"""How a benefit goes on in time: its profile since the start, a row a cohort, and what falls after the horizon.

A cohort is those who are reached in one year. Its benefit is a row with years across: what it starts with, times the
profile by years since then. So a year's benefit is the sum of the cohorts' rows, whatever lag and duration are.
"""

from __future__ import annotations

from costmodel.language.functions.by_year import cohorts_of
from costmodel.language.shape import HORIZON
from costmodel.language.tree import Name
from costmodel.sections.counting import COHORTS
from costmodel.sections.stream import StreamLines


class CohortLines(StreamLines):
    """The lines of a stream that start with people who are reached, and go on after their year."""

    def _over_time(self, people: str, each: str) -> None:
        """The benefit by year of those who are reached in each year, each worth so much a year."""
        real, label = self.appraisal.real, self.spec.label
        starts = f"sum({people} * {each})" if self.draft.rows_of_line(people) else f"{people} * {each}"
        began = self._line("starts", f"{label}: a full year of it, by year of treatment", real, starts)
        left, lasts = self._by_age() if self.spec.profile is not None else self._by_duration()
        cohorts = cohorts_of(Name(began), Name(left), self.counted.cohorts())
        by_cohort = self._line("by_cohort", f"{label}, by cohort and year", real, cohorts)
        index = self._value_index()
        by_year = self._line("by_year", f"{label}, by year", real, f"sum({by_cohort}){index}")
        self._seen_from_treatment(f"{by_cohort}{index}", began)
        self._after_horizon(f"{began}{index}", lasts, by_year)

    # The profile, and its sum

    def _by_age(self) -> tuple[str, str]:
        """The profile that is given by years since the start, as a line by year; and the line of its sum."""
        label = self.spec.label
        profile = self._given("profile", "share of the benefit", "share of benefit")
        first = self._line("first_year", f"{label}: the first year", "flag", "year <= horizon_first_year")
        said = f"{label}: share of the benefit in the year, for those who are reached in the first year"
        left = self._line("share_left", said, "share of benefit", f"spread({first}, {profile})")
        later = self.draft.profiles[profile][len(self.draft.axis) :]
        text = " + ".join([f"total(1 * {left}, '{HORIZON}')", *later])  # a year of each: shares do not add up
        return left, self._line("years_in_all", f"{label}: full years of benefit in all", "number", text)

    def _by_duration(self) -> tuple[str, str]:
        """The share of the benefit by years since the start, as a line by year; and the line of its sum."""
        label = self.spec.label
        lag, duration, drop = (self._optional(key) for key in ("lag", "duration", "drop_off"))
        since = self._line(
            "years_since",
            f"{label}: years since it starts, for those who are reached in the first year",
            "years",
            f"year - horizon_first_year - {lag}",
        )
        # The part of the year that lies between the start and the end of the benefit: 1 in each of a whole number of
        # years. Of 2 years and a half, the third year has a half, so that results move smoothly with both.
        text = f"max(min({since} + 1, {duration}) - max({since}, 0), 0) / one_year"
        part = self._line("part_of_year", f"{label}: part of the year in which it lasts", "share of a year", text)
        kept = f"((1 - {drop}) ** max({since}, 0) if {since} > 0 else 1)"  # 0 to the power of 0 is an error in Excel
        lasting = ""
        if self.spec.lasting is not None:
            lasting = self._given("lasting", "share of the benefit that does not drop off", "share of benefit")
            kept = f"({lasting} + (1 - {lasting}) * {kept})"
        said = f"{label}: share of the benefit in the year, for those who are reached in the first year"
        left = self._line("share_left", said, "share of benefit", f"{part} * {kept}")
        return left, self._sum_of_profile(lag, duration, drop, lasting)

    def _sum_of_profile(self, lag: str, duration: str, drop: str, lasting: str) -> str:
        """The sum of the profile over the whole duration, wherever the horizon ends.

        Where the benefit starts within a year, its first year is the rest of that one. Then come whole years, which are
        a geometric series by what drops off and what its value grows by; and what is left of a year at the end.
        """
        label, number = self.spec.label, "number"
        late = self._line(
            "late", f"{label}: part of a year by which it is late", number, f"({lag} - floor({lag})) / one_year"
        )
        text = f"max(floor({duration} / one_year + {late}) - 1, 0)"
        whole = self._line("whole_years", f"{label}: whole years after its first", number, text)
        text = f"max({duration} / one_year + {late} - 1 - {whole}, 0)"
        rest = self._line("rest_of_year", f"{label}: part of a year that is left at its end", number, text)
        grown = f"(1 + {self.name}_value_growth)" if self.spec.value_growth is not None else ""
        kept = f"(1 - {drop})"
        parts = [self._series(kept, grown, late, whole, rest, "dropping_off")]
        if lasting:
            parts = [
                f"(1 - {lasting}) * {parts[0]}",
                f"{lasting} * {self._series('', grown, late, whole, rest, 'lasting')}",
            ]
        text = f"min(1 - {late}, {duration} / one_year) + {' + '.join(parts)}"
        if grown:
            text = f"{grown} ** floor({lag}) * ({text})"
        return self._line("years_in_all", f"{label}: full years of benefit in all", number, text)

    def _series(self, kept: str, grown: str, late: str, whole: str, rest: str, name: str) -> str:
        """The line of the sum of all years but the first: of each, the share that is left, at the value of its year."""
        label = self.spec.label
        powers = [f"{kept} ** (1 - {late})"] * bool(kept) + [grown] * bool(grown)
        ends = [f"{kept} ** ({whole} + 1 - {late})"] * bool(kept) + [f"{grown} ** ({whole} + 1)"] * bool(grown)
        series = whole
        if kept or grown:
            text = " * ".join(part for part in (kept, grown) if part)
            ratio = self._line(f"{name}_ratio", f"{label}: each year as a share of the one before", "ratio", text)
            short = self._line(f"{name}_short", f"{label}: by which it is short of it", "ratio", f"1 - {ratio}")
            text = f"(1 - {ratio} ** max({whole}, 1)) / {short} if {short} != 0 else {whole}"
            series = self._line(f"{name}_series", f"{label}: whole years, each of its share", "number", text)
            powers.append(f"min({whole}, 1)")
        text = f"{' * '.join([*powers, series])} + {' * '.join([rest, *ends])}"
        said = f"{label}: full years of benefit after the first, {name.replace('_', ' ')}"
        return self._line(f"years_{name}", said, "number", text)

    def _value_index(self) -> str:
        """What a year's benefit is multiplied by for the real growth of its value; nothing where there is none."""
        return f" * {self.name}_value_index" if self.spec.value_growth is not None else ""

    # What a cohort comes to

    def _seen_from_treatment(self, by_cohort: str, began: str) -> None:
        """Each year's people as a present value in that year, and how many years of benefit that is."""
        real, money, label = self.appraisal.real, self.appraisal.discounted, self.spec.label
        factor = self.appraisal.factor(self.spec.schedule)
        text = f"total({by_cohort} * {factor}, '{HORIZON}')"
        each = self._line("cohort_discounted", f"{label}: each cohort's, discounted", money, text)
        text = f"sum({each} if {COHORTS}.year == year else 0) / {factor}"
        said = f"{label}: each year's people, as a present value in the year of treatment"
        worth = self._line("cohort_present_value", said, real, text)
        said = f"{label}: discounted years of benefit, seen from the year of treatment"
        self._line("discounted_years", said, "ratio", f"{worth} / {began} if {began} != 0 else 0")

    def _after_horizon(self, starts: str, lasts: str, by_year: str) -> None:
        """What falls after the horizon, and is so not counted."""
        real, label = self.appraisal.real, self.spec.label
        text = f"total({starts}, '{HORIZON}') * {lasts}"
        every = self._line("in_all", f"{label}: all of it, not discounted, whenever it falls", real, text)
        text = f"total({by_year}, '{HORIZON}')"
        inside = self._line("in_horizon", f"{label}: what of it falls in the horizon", real, text)
        last = self.draft.axis[-1]
        text = f"0 if {every} == {inside} else max({every} - {inside}, 0)"
        self._line("after_horizon", f"{label}: what falls after {last} and is not counted", real, text)
