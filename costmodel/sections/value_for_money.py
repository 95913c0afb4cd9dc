"""What costs and benefits come to: net present value, ratios, payback, by kind, agency and who gains."""

from __future__ import annotations

import re
from typing import NamedTuple

from costmodel.language.functions.looked_up import DISCOUNT_FACTOR
from costmodel.language.shape import COUNTED, HORIZON
from costmodel.sections.counting import CountedLines
from costmodel.sections.draft import Draft

SECTION = "benefits"
AFTER_HORIZON = "benefits_after_horizon"
"""The line of what streams yield after the horizon."""


class Flow(NamedTuple):
    """A benefit by year that counts in the results; its lines are named after it."""

    name: str
    kind: str
    agency: str
    gains: str
    schedule: str


def add_plain_benefits(draft: Draft, counted: CountedLines) -> list[Flow]:
    """The lines of benefits that are named as they stand, and of residual values."""
    appraisal, spec, found = counted.appraisal, counted.spec, []
    lines = draft.named_lines()
    for place, benefit in enumerate(spec.benefits):
        name, label = benefit.line, lines[benefit.line].label
        at = next(iter(appraisal.prices.kinds([name])))
        factor = appraisal.prices.to_base(at, ("appraisal", "benefits", place))
        if factor is None:
            continue
        text = f"{name}{factor}"
        draft.formula(f"{name}_by_year", f"{label}, in real prices", appraisal.real, text, section=SECTION)
        flow = Flow(name, benefit.kind, benefit.agency, benefit.gains, benefit.schedule or spec.schedule)
        if not appraisal.use_schedule(flow.schedule, f"appraisal.benefits[{place}].schedule"):
            continue
        if benefit.cashable:
            path, said = (
                ("appraisal", "benefits", place, "cashable"),
                f"{label}: share that can be taken out of a budget",
            )
            draft.given(f"{name}_cashable", path, said, "share of benefit", section=SECTION, at_least=0)
        appraisal.present_value(name, label, flow.schedule)
        found.append(flow)
    for name, residual in spec.residual.items():
        if residual.as_ == "benefit":
            counted.residual(name)
            flow = Flow(f"residual_{name}", residual.kind, residual.agency, residual.gains, spec.schedule)
            appraisal.present_value(flow.name, residual.label, flow.schedule)
            found.append(flow)
    return found


class AppraisalResults:
    """What costs and benefits come to, brought together."""

    def __init__(self, draft: Draft, counted: CountedLines, flows: list[Flow]) -> None:
        self.draft, self.appraisal, self.spec, self.flows = draft, counted.appraisal, counted.spec, flows

    def _line(self, name: str, label: str, unit: str, text: str) -> None:
        where = self.draft.files.base.at("appraisal")
        self.draft.formula(name, label, unit, text, section="appraisal", where=where)

    def _sum(self, pick: str, of: list[Flow]) -> str:
        return " + ".join(pick.format(flow.name) for flow in of) or f"0 * {pick.format(self.flows[0].name)}"

    def add(self) -> None:
        """Add the results: in all, by kind, agency and who gains; and by year for payback."""
        self._each_year()
        if not self.flows:
            return
        money, value = self.appraisal.discounted, "{}_present_value"
        self._line("present_value_benefits", "Present value of benefits", money, self._sum(value, self.flows))
        self._line(
            "net_present_social_value",
            "Net present social value",
            money,
            "present_value_benefits - present_value_costs",
        )
        self._line(
            "benefit_cost_ratio",
            f"Benefit-cost ratio, over costs to {self.spec.paid_by}",
            "ratio",
            "present_value_benefits / present_value_costs",
        )
        for what, label in (("kind", "kind"), ("agency", "agency"), ("gains", "who gains")):
            for group in dict.fromkeys(getattr(flow, what) for flow in self.flows):
                inside = [flow for flow in self.flows if getattr(flow, what) == group]
                slug = re.sub(r"\W+", "_", group.lower()).strip("_")
                said = f"Present value of benefits by {label}: {group}"
                self._line(f"present_value_{what}_{slug}", said, money, self._sum(value, inside))
        fiscal = [flow for flow in self.flows if flow.kind == "fiscal"]
        if fiscal:
            self._line(
                "net_present_public_value",
                "Net present public value",
                money,
                "present_value_kind_fiscal - present_value_costs",
            )
            self._line(
                "fiscal_return",
                "Fiscal benefits for each pound of cost",
                "ratio",
                "present_value_kind_fiscal / present_value_costs",
            )
        known = {line.name for line in self.draft.lines}
        parts = [
            f"{flow.name}_present_value * {flow.name}_cashable"
            for flow in self.flows
            if f"{flow.name}_cashable" in known
        ]
        cashable = " + ".join(parts) or "0 * present_value_benefits"
        self._line("present_value_cashable", "Present value of cashable benefits", money, cashable)
        self._line(
            "present_value_not_cashable",
            "Present value of benefits that are not cashable",
            money,
            "present_value_benefits - present_value_cashable",
        )
        self._payback("social", self.flows, "benefits")
        if fiscal:
            self._payback("fiscal", fiscal, "fiscal_benefits")
        later = [f"{flow.name}_after_horizon" for flow in self.flows if f"{flow.name}_after_horizon" in known]
        if later:
            label = f"Benefits that fall after {self.draft.axis[-1]} and are not counted"
            self._line(AFTER_HORIZON, label, self.appraisal.real, " + ".join(later))
        self._lower_rate()
        self._weighted()

    def _each_year(self) -> None:
        """The same cost in each year of cost, or of a life, with the same present value."""
        real, money, years = self.appraisal.real, self.appraisal.discounted, COUNTED
        if self.spec.life is not None:
            life = self.draft.given(
                "life",
                ("appraisal", "life"),
                "Years over which costs are spread",
                "years",
                section="appraisal",
                at_least=0,
            )
            left = f"max(min({life} - (year - {COUNTED}_first_year), one_year), 0) / one_year"
            text = f"{left} if year >= {COUNTED}_first_year else 0"
            self._line(
                "part_of_life", "Part of the year that lies in the life of what is paid for", "share of a year", text
            )
            years = "part_of_life"
        text, label = f"total({DISCOUNT_FACTOR} * {years}, '{HORIZON}')", "Discounted years of cost"
        self._line("discounted_years", label, f"{money} per {real}", text)
        self._line("equivalent_annual_cost", "Equivalent annual cost", real, "present_value_costs / discounted_years")

    def _payback(self, name: str, flows: list[Flow], line: str) -> None:
        real = self.appraisal.real
        label = "Benefits" if line == "benefits" else "Fiscal benefits"
        self._line(line, label, real, self._sum("{}_by_year", flows))
        net, running = f"{name}_net", f"{name}_net_running"
        self._line(net, f"{label} less costs", real, f"{line} - cost_appraised")
        self._line(running, f"{label} less costs, to date", real, f"cumulative({net})")
        said = f"The year after the last in which costs are above {label.lower()} to date; 0 before any is"
        later, last = f"{name}_payback_after", self.draft.axis[-1]
        self._line(later, said, "year", f"year + 1 if {running} < 0 else prior({later})")
        self._line(
            f"pays_back_{name}", f"Pays back within the horizon ({name})", "flag", f"total({net}, '{HORIZON}') >= 0"
        )
        self._line(
            f"payback_year_{name}",
            f"Payback year ({name})",
            "year",
            f"max(at({later}, '{last}'), horizon_first_year) if pays_back_{name} else 0",
        )

    def _lower_rate(self) -> None:
        """The Green Book asks for a test at lower rates where effects reach past 50 years: each below its own."""
        lower = self.appraisal.edition.lower
        if len(self.spec.horizon) <= 50 or self.spec.schedule not in lower:
            return
        by_schedule: dict[str, list[str]] = {}
        for flow in self.flows:
            by_schedule.setdefault(lower.get(flow.schedule, flow.schedule), []).append(f"{flow.name}_by_year")
        costs = lower[self.spec.schedule]
        for schedule in {costs: None, **dict.fromkeys(by_schedule)}:
            self.appraisal.use_schedule(schedule, "appraisal.edition")
        factor = self.appraisal.factor
        net = [f"{factor(name)} * ({' + '.join(lines)})" for name, lines in by_schedule.items()]
        text = f"total({' + '.join(net)} - {factor(costs)} * cost_appraised, '{HORIZON}')"
        label = "Net present social value at the reduced rates"
        self._line("net_present_social_value_reduced_rate", label, self.appraisal.discounted, text)

    def _weighted(self) -> None:
        if self.spec.distribution is None:
            return
        path = ("appraisal", "distribution")
        names = []
        for key, label, unit in (
            ("median_income", "Median income of taxpayers", "£ a year"),
            ("participants_income", "Income of participants", "£ a year"),
            ("elasticity", "Elasticity of the marginal utility of income", "ratio"),
        ):
            names.append(self.draft.given(key, (*path, key), label, unit, section="appraisal", at_least=0))
        median, participants, elasticity = names
        self._line(
            "distributional_weight",
            "Distributional weight of participants",
            "ratio",
            f"({median} / {participants}) ** {elasticity}",
        )
        gains = [flow for flow in self.flows if flow.gains == "participant"]
        others = [flow for flow in self.flows if flow.gains != "participant"]
        parts = [f"({self._sum('{}_present_value', gains)}) * distributional_weight"] if gains else []
        parts += [self._sum("{}_present_value", others)] if others else []
        text = f"{' + '.join(parts)} - present_value_costs"
        label = "Net present social value, weighted by income (beside the unweighted figure)"
        self._line("net_present_social_value_weighted", label, self.appraisal.discounted, text)
