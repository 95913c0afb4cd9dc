"""What costs and benefits come to: net present value, ratios, payback, by kind, agency and who gains."""

from __future__ import annotations

import re

from costmodel.assumptions.appraisal_schema import Appraisal, Stream
from costmodel.sections.appraisal import HORIZON, AppraisalLines
from costmodel.sections.draft import Draft


class AppraisalResults:
    """What costs and benefits come to, brought together."""

    def __init__(self, draft: Draft, appraisal: AppraisalLines, streams: dict[str, Stream]) -> None:
        self.draft, self.appraisal = draft, appraisal
        self.spec: Appraisal = appraisal.spec
        self.streams = {name: stream for name, stream in streams.items() if stream.in_headline}

    def _line(self, name: str, label: str, unit: str, text: str) -> None:
        where = self.draft.files.base.at("appraisal")
        self.draft.formula(name, label, unit, text, section="appraisal", where=where)

    def _sum(self, pick: str, of: dict[str, Stream]) -> str:
        return " + ".join(pick.format(name) for name in of) or f"0 * {pick.format(next(iter(self.streams)))}"

    def add(self) -> None:
        """Add the results: in all, by kind, agency and who gains; and by year for payback."""
        if not self.streams:
            return
        real, money = self.appraisal.real, self.appraisal.discounted
        value = "{}_present_value"
        self._line("present_value_benefits", "Present value of benefits", money, self._sum(value, self.streams))
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
            for group in dict.fromkeys(getattr(stream, what) for stream in self.streams.values()):
                inside = {name: stream for name, stream in self.streams.items() if getattr(stream, what) == group}
                slug = re.sub(r"\W+", "_", group.lower()).strip("_")
                self._line(
                    f"present_value_{what}_{slug}",
                    f"Present value of benefits by {label}: {group}",
                    money,
                    self._sum(value, inside),
                )
        fiscal = {name: stream for name, stream in self.streams.items() if stream.kind == "fiscal"}
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
        cashable = " + ".join(f"{name}_present_value * {name}_cashable" for name in self.streams)
        self._line("present_value_cashable", "Present value of cashable benefits", money, cashable)
        self._line(
            "present_value_not_cashable",
            "Present value of benefits that are not cashable",
            money,
            "present_value_benefits - present_value_cashable",
        )
        factors = f"{HORIZON}.discount_{self.spec.schedule}"
        self._line("discounted_years", "Discounted years of the horizon", f"{money} per {real}", f"sum({factors})")
        self._line("equivalent_annual_cost", "Equivalent annual cost", real, "present_value_costs / discounted_years")
        self._payback("social", self.streams, "benefits")
        if fiscal:
            self._payback("fiscal", fiscal, "fiscal_benefits")
        self._lower_rate()
        self._weighted()

    def _payback(self, name: str, streams: dict[str, Stream], line: str) -> None:
        real = self.appraisal.real
        label = "Benefits" if line == "benefits" else "Fiscal benefits"
        self._line(f"{HORIZON}.{line}", label, real, " + ".join(f"{HORIZON}.{stream}" for stream in streams))
        net, running = f"{HORIZON}.{name}_net", f"{HORIZON}.{name}_net_running"
        self._line(net, f"{label} less costs", real, f"{HORIZON}.{line} - {HORIZON}.cost")
        self._line(running, f"{label} less costs, to date", real, f"running({net})")
        later = f"{HORIZON}.{name}_payback_after"
        self._line(
            later,
            f"The year after, while costs are above {label.lower()} to date; else 0",
            "year",
            f"{HORIZON}.next_year if {running} < 0 else 0",
        )
        self._line(f"pays_back_{name}", f"Pays back within the horizon ({name})", "flag", f"sum({net}) >= 0")
        self._line(
            f"payback_year_{name}",
            f"Payback year ({name})",
            "year",
            f"max(max({later}), min({HORIZON}.year)) if pays_back_{name} else 0",
        )

    def _lower_rate(self) -> None:
        """The Green Book asks for a test at lower rates where effects reach past 50 years: each below its own."""
        lower = self.appraisal.edition.lower
        if len(self.spec.horizon) <= 50 or self.spec.schedule not in lower:
            return
        by_schedule: dict[str, list[str]] = {}
        for name, stream in self.streams.items():
            by_schedule.setdefault(lower.get(stream.schedule, stream.schedule), []).append(f"{HORIZON}.{name}")
        costs = lower[self.spec.schedule]
        for schedule in {costs: None, **dict.fromkeys(by_schedule)}:
            self.appraisal.use_schedule(schedule, "appraisal.edition")
        net = [f"{HORIZON}.discount_{name} * ({' + '.join(lines)})" for name, lines in by_schedule.items()]
        text = f"sum({' + '.join(net)} - {HORIZON}.discount_{costs} * {HORIZON}.cost)"
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
        gains = {name: stream for name, stream in self.streams.items() if stream.gains == "participant"}
        others = {name: stream for name, stream in self.streams.items() if stream.gains != "participant"}
        parts = [f"({self._sum('{}_present_value', gains)}) * distributional_weight"] if gains else []
        parts += [self._sum("{}_present_value", others)] if others else []
        text = f"{' + '.join(parts)} - present_value_costs"
        label = "Net present social value, weighted by income (beside the unweighted figure)"
        self._line("net_present_social_value_weighted", label, self.appraisal.discounted, text)
