"""The benefits section: streams that become ordinary lines, top-down, bottom-up and capacity."""

from __future__ import annotations

from costmodel.assumptions.appraisal_schema import Effect, Link
from costmodel.assumptions.kinds import Given
from costmodel.assumptions.proposal import Case
from costmodel.errors import MissingKey, NoBasis
from costmodel.language.nouns import one
from costmodel.language.shape import COUNTED
from costmodel.language.units import read_unit
from costmodel.sections.appraisal import AppraisalLines
from costmodel.sections.cohorts import CohortLines
from costmodel.sections.counting import CountedLines
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import value_at
from costmodel.sections.stream import SECTION
from costmodel.sections.value_for_money import AppraisalResults, Flow, add_plain_benefits

_REDUCTIONS = ("deadweight", "attribution", "displacement")


def add_benefits(draft: Draft) -> None:
    """Streams and the appraisal that brings them together; both or neither are needed."""
    document = draft.files.base.document
    if document.appraisal is None:
        if document.benefits is not None:
            where = draft.files.base.at("benefits")
            hint = "Add an appraisal section: edition, horizon, price base, deflator and costs."
            draft.mistakes.add(MissingKey(where=where, path="benefits", says="benefits need an appraisal", hint=hint))
        return
    appraisal = AppraisalLines(draft, document.appraisal)
    counted = CountedLines(draft, appraisal)
    if not appraisal.start() or not counted.add():
        return
    streams = document.benefits.streams if document.benefits else {}
    flows = [
        Flow(name, stream.kind, stream.agency, stream.gains, stream.schedule)
        for name, stream in streams.items()
        if _Stream(draft, counted, name, stream).add() and stream.in_headline
    ]
    AppraisalResults(draft, counted, [*flows, *add_plain_benefits(draft, counted)]).add()


class _Stream(CohortLines):
    """The three methods, and what they come to."""

    def add(self) -> bool:
        """Add the stream's lines; whether it yields money."""
        if not self._same_way() or not self.appraisal.use_schedule(self.spec.schedule, f"{self.spelled}.schedule"):
            return False
        self._check_health()
        if self.spec.method == "capacity":
            return self._capacity()
        reached = self._reached()
        if reached is None or not self._price_factor():
            return False
        self._optional("cashable")
        self._growth()
        people = self.counted.people(reached)
        if self.spec.method == "top-down":
            self._top_down(people)
        else:
            self._bottom_up(people)
        self._present_value()
        return True

    # The three methods

    def _top_down(self, reached: str) -> None:
        spec, real = self.spec, self.appraisal.real
        noun = self._unit_of(reached)
        national = self._given("national_annual", "national figure a year", self.money)
        need = self._given("in_need", "people in need", noun, at_least=0, stays=True)
        ramp = self._optional("ramp")
        self._line("coverage", f"{spec.label}: share of need that is met", "share of need", f"{reached} / {need}")
        text = f"{national} * {self.name}_price_factor * {self.name}_coverage * {ramp}{self._bias()}"
        text = f"sum({text})" if self.draft.rows_of_line(f"{self.name}_coverage") else text
        self._line("by_year", f"{spec.label}, by year", real, f"{text}{self._value_index()}")

    def _bottom_up(self, reached: str) -> None:
        spec, real = self.spec, self.appraisal.real
        noun = self._unit_of(reached)
        each_of = _one(noun)
        rate = self._given("counterfactual_rate", "share with the problem otherwise", f"share of {noun}")
        assert spec.effect is not None
        self._effect(spec.effect, rate)
        self._line(
            "change",
            f"{spec.label}: share for whom it changes",
            f"share of {noun}",
            f"{rate} - {self.name}_treated_rate",
        )
        factors = [reached, f"{self.name}_change", *(self._link(key, link) for key, link in spec.links.items())]
        factors.append(self._optional("retention"))
        factors += [f"(1 - {self._optional(key)})" for key in _REDUCTIONS]
        people = self._line(
            "people", f"{spec.label}: people who benefit, by year of treatment", noun, " * ".join(factors)
        )
        value = self._given("unit_value", "value a year", f"{self.money} per {each_of}")
        bias = self._bias()
        each = self._line(
            "value_each",
            f"{spec.label}: value a year at the price base",
            f"{real} per {each_of}",
            f"{value} * {self.name}_price_factor{bias}",
        )
        self._over_time(people, each)

    def _effect(self, effect: Effect, rate: str) -> None:
        """The share with the problem among those who are treated."""
        way = effect.ways[0]
        labels = {
            "risk_ratio": "risk ratio",
            "odds_ratio": "odds ratio",
            "absolute": "reduction in the share",
            "standardised": "standardised effect",
        }
        unit = "share of people" if way == "absolute" else "ratio"
        self._check_effect(effect, way)
        size = self._given(way, labels[way], unit, (*self.path, "effect", way))
        label, unit = f"{self.spec.label}: share with the problem when treated", "share of people"
        if way == "odds_ratio":
            odds = self._line(
                "treated_odds",
                f"{self.spec.label}: odds of the problem when treated",
                "ratio",
                f"{rate} / (1 - {rate}) * {size}",
            )
            self._line("treated_rate", label, unit, f"{odds} / (1 + {odds})")
        else:
            texts = {
                "risk_ratio": f"{rate} * {size}",
                "absolute": f"{rate} - {size}",
                "standardised": f"normal_cdf(normal_quantile({rate}) - {size})",
            }
            self._line("treated_rate", label, unit, texts[way])

    def _check_effect(self, effect: Effect, way: str) -> None:
        for case in self.draft.cases:
            stream = value_at(case.document, self.path)
            given: Given = getattr(stream.effect, way)
            grounds = self.draft.bases.grounds(case, (*self.path, "effect", way), given, "ratio")
            path, where = f"{self.spelled}.effect.{way}", case.at(*self.path, "effect", way)
            graded = next((basis.own_grade for basis in (given, stream.effect, stream) if basis.own_grade), None)
            if not grounds.source and graded != "illustrative":
                hint = "Give the effect a source, or grade it illustrative."
                says = "the effect has no source, and is not graded illustrative"
                self.draft.mistakes.add(NoBasis(where=where, path=path, says=says, hint=hint))
            rates, sizes = _numbers(case, stream.counterfactual_rate), _numbers(case, given)
            none = next((rate for rate in rates if rate in (0, 1)), None)
            if way in ("odds_ratio", "standardised") and none is not None:
                at = (*self.path, "counterfactual_rate")
                says = f"a counterfactual rate of {none:.0%} has no odds, so an effect on them means nothing"
                self._out_of_range(case, at, says, "Give a rate between 0% and 100%.")
            treated = [
                {"risk_ratio": rate * size, "absolute": rate - size, "odds_ratio": min(size, 0)}.get(way, 0.5)
                for rate in rates
                for size in sizes
            ]
            wrong = next((share for share in treated if not 0 <= share <= 1), None)
            if wrong is not None:
                says = f"the share with the problem would be {wrong:.1%} when treated"
                says = "an odds ratio is 0 or more" if way == "odds_ratio" else says
                self._out_of_range(case, (*self.path, "effect", way), says, "A share lies between 0% and 100%.")

    def _link(self, key: str, link: Link) -> str:
        """A further share of the chain: given, or the extra chance that a standardised effect means at a base rate."""
        path = (*self.path, "links", key)
        label = key.replace("_", " ")
        links = [value_at(case.document, path) for case in self.draft.cases]
        shares = [found.share is not None for found in links]
        texts = []
        if any(shares):
            name = f"{key}_share" if not all(shares) else key
            texts.append(self._given(name, label, "share of people", (*path, "share")))
        if not all(shares):
            size = self._given(f"{key}_effect", f"{label}, standardised effect", "ratio", (*path, "standardised"))
            base = self._given(f"{key}_base_rate", f"{label}, base rate", "share of people", (*path, "base_rate"))
            for case, found in zip(self.draft.cases, links, strict=True):
                if found.base_rate is not None and {0, 1} & set(_numbers(case, found.base_rate)):
                    says = "a base rate of 0% or 100% has no quantile, so a standardised effect on it means nothing"
                    self._out_of_range(case, (*path, "base_rate"), says, "Give a rate between 0% and 100%.")
            texts.append(f"normal_cdf(normal_quantile({base}) + {size}) - {base}")
        if all(shares):
            return texts[0]
        if any(shares):
            switch = f"{self.name}_{key}_is_given"
            self.draft.switch(switch, f"{self.spec.label}: {label} is a share that is given", shares, section=SECTION)
            texts = [f"{texts[0]} if {switch} else {texts[1]}"]
        return self._line(key, f"{self.spec.label}: {label}", "share of people", texts[0])

    def _bias(self) -> str:
        """Optimism bias on benefits by the grade of the evidence, from the proposal's own table."""
        benefits = self.draft.files.base.document.benefits
        grade = self.spec.evidence
        if benefits is None or grade is None or not benefits.optimism_bias:
            return ""
        if grade not in benefits.optimism_bias:
            where = self.draft.files.base.at(*self.path, "evidence")
            says = f"the table of optimism bias has no grade {grade}"
            known = ", ".join(benefits.optimism_bias)
            hint = f"Add it to benefits.optimism_bias, 0% where there is none. It has {known}."
            self.draft.mistakes.add(MissingKey(where=where, path=f"{self.spelled}.evidence", says=says, hint=hint))
            return ""
        path = ("benefits", "optimism_bias", grade)
        label = f"Optimism bias on benefits, {grade} evidence"
        name = f"benefit_bias_{grade}"
        if name not in self.draft.assumptions:
            name = self.draft.given(name, path, label, "share of benefit", section=SECTION, at_least=0)
        return f" * (1 - {name})"

    def _capacity(self) -> bool:
        spec = self.spec
        trained = self._given("trained", "people trained or supervised", "people", at_least=0)
        per = f"families per {_one(self._unit_of(trained))}"
        caseload = self._given("caseload", "caseload of each", per, at_least=0)
        each, of_each = (read_unit(self._unit_of(line)) for line in (trained, caseload))
        noun = (each * of_each).plainly
        self._line("capacity", spec.label, noun, f"{trained} * {caseload}")
        if spec.unit_value is None or not self._price_factor():
            return False
        self._optional("cashable")
        value = self._given("unit_value", "value of each", f"{self.money} per {_one(noun)}")
        self._growth()
        people = (
            f"sum({self.name}_capacity)"
            if self.draft.rows_of_line(f"{self.name}_capacity")
            else f"{self.name}_capacity"
        )
        text = f"{people} * {value} * {self.name}_price_factor{self._bias()}{self._value_index()} * {COUNTED}"
        self._line("by_year", f"{spec.label}, by year", self.appraisal.real, text)
        self._present_value()
        return True


def _numbers(case: Case, given: Given | None) -> list[float]:
    """Every number that a value takes in a scenario, or that of the assumption whose name it is; none of a line's."""
    if given is not None and given.name:
        given = case.document.assumptions.get(given.name)
    return [number.value for number in given.numbers] if given is not None and not given.name else []


def _one(noun: str) -> str:
    """What a count is of one of: of babies reached, a baby."""
    return one(read_unit(noun).plainly if read_unit(noun).known else noun)
