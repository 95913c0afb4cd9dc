"""The budget section: what each budget bears in each year, and the tables that the Treasury asks for.

Every programme cost, the labour costs of a rollout and every income count; a line of the proposal's own counts where
it says which budget bears it. Nothing here is made for a proposal that says nothing of budgets.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from costmodel.assumptions.budget_schema import NATIONS, Budget
from costmodel.errors import NameTaken
from costmodel.language.shape import Shape
from costmodel.sections.budget_checks import check_counted, slug
from costmodel.sections.counted import DIMENSIONS, BudgetEntry
from costmodel.sections.draft import Draft
from costmodel.sections.grounds import Path
from costmodel.sections.set_tables import TableOf, Totals

SECTION = "budget"
_LABELS = {
    "RDEL": "Resource spending (RDEL)",
    "CDEL": "Capital spending (CDEL)",
    "AME": "Annually managed spending (AME)",
}
_NOTE = (
    "RDEL and CDEL are departmental expenditure limits, for resource and for capital; AME is annually managed"
    " expenditure. Spending is gross: income and grants are taken off it below."
)
_DIMENSIONS = {"department": "by department", "programme": "by programme", "paid_by": "by who pays"}
_TABLES = ("budgets", "budgets_in_pounds", *(f"budgets_by_{key}" for key in DIMENSIONS))


def add_budgets(draft: Draft, totals: Totals, counted: list[BudgetEntry]) -> list[TableOf]:
    """Add lines of what each budget bears; returns the tables that show them, to stand after the proposal's own."""
    check_counted(draft, counted)
    for name in draft.files.base.document.tables:
        if counted and name in _TABLES:
            says, where = f"the table {name!r} makes itself", draft.files.base.at("tables", name)
            hint = "Give yours another name; how this one is shown is said under budget: display and decimals."
            draft.mistakes.add(NameTaken(where=where, path=f"tables.{name}", says=says, hint=hint))
    borne = [entry for entry in counted if entry.kind != "none"]
    return _Budgets(draft, totals, borne).add() if borne and not draft.mistakes.stopping else []


@dataclass(frozen=True)
class _Budgets:
    """The lines of budgets, and their tables."""

    draft: Draft
    totals: Totals
    counted: list[BudgetEntry]
    made: dict[str, str] = field(default_factory=dict)
    """The lines of formulas that do more than name another line."""

    @property
    def spec(self) -> Budget:
        return self.draft.files.base.document.budget or Budget.model_construct()

    def add(self) -> list[TableOf]:
        rows = self._spending()
        rows += self._consequentials() if self.spec.consequentials else []
        if any(entry.transfer for entry in self.counted):
            self._line("transfers", "Of which transfers, net", self._net(e for e in self.counted if e.transfer))
            rows.append("budget_transfers")
        tables = [
            self._table("budgets", "Budgets by year", rows),
            TableOf(
                name="budgets_in_pounds",
                title="Budgets by year, to the pound",
                rows=tuple(rows),
                totals=self.totals.of(rows),
                note=_NOTE,
            ),
        ]
        return [*tables, *(self._by(key) for key in DIMENSIONS if len(self._groups(key)) > 1)]

    def _line(self, name: str, label: str, text: str) -> str:
        """A line under ``budget_``; where a line says the same already, it shows that one's figures."""
        made = f"budget_{name}"
        known = self.made.get(text)
        if known is None and " " in text:
            self.made[text] = made
        self.draft.formula(made, label, "£", known or text or "0", section=SECTION, shape=Shape("", True))
        return made

    def _table(self, name: str, title: str, rows: list[str]) -> TableOf:
        return TableOf(
            name=name,
            title=title,
            rows=tuple(rows),
            totals=self.totals.of(rows),
            note=_NOTE,
            display=self.spec.display,
            decimals=self.spec.decimals,
        )

    # Spending, income, and what is left

    def _spending(self) -> list[str]:
        costs = [entry for entry in self.counted if not entry.is_income]
        rows = []
        for kind, label in _LABELS.items():
            of_kind = [entry for entry in costs if entry.kind == kind]
            rows.append(self._line(kind.lower(), label, self._net(of_kind)))
            if kind == "RDEL":
                rows.append(self._line("rdel_pay", "RDEL: of which pay", self._net(e for e in of_kind if e.pay)))
        kinds = " + ".join(f"budget_{kind.lower()}" for kind in _LABELS)
        rows.append(self._line("gross", "Gross spending", kinds))
        income = " + ".join(entry.line for entry in self.counted if entry.is_income)
        rows.append(self._line("income", "Income and grants", income))
        rows.append(self._line("net", "Net spending", "budget_gross - budget_income"))
        return rows

    def _net(self, entries: Iterable[BudgetEntry]) -> str:
        """Costs less income, as a formula."""
        found = list(entries)
        costs = " + ".join(entry.line for entry in found if not entry.is_income)
        income = "".join(f" - {entry.line}" for entry in found if entry.is_income)
        return f"{costs or '0' * bool(income)}{income}"

    # By department, programme and payer

    def _groups(self, key: str) -> dict[str | None, list[BudgetEntry]]:
        """Costs and incomes by what they say of something; none where none says anything."""
        found: dict[str | None, list[BudgetEntry]] = {}
        for entry in self.counted:
            found.setdefault(getattr(entry, key), []).append(entry)
        return found

    def _by(self, key: str) -> TableOf:
        """A row for each budget of each department (or programme, or payer), net of income, and what they add to."""
        rows = []
        for text, entries in self._groups(key).items():
            called = text or f"No {key.replace('_', ' ').replace('paid by', 'payer')} said"
            kinds = [kind for kind in _LABELS if any(entry.kind == kind for entry in entries)]
            start = f"{key}_{slug(text) if text else 'not_said'}"
            for kind in kinds:
                of_kind = [entry for entry in entries if entry.kind == kind]
                income = [entry for entry in of_kind if entry.is_income]
                what = ", paid in" if len(income) == len(of_kind) else ", net of income" if income else ""
                rows.append(self._line(f"{start}_{kind.lower()}", f"{called}: {kind}{what}", self._net(of_kind)))
            if len(kinds) > 1:
                parts = " + ".join(f"budget_{start}_{kind.lower()}" for kind in kinds)
                rows.append(self._line(start, f"{called}: all budgets", parts))
        return self._table(f"budgets_by_{key}", f"Budgets {_DIMENSIONS[key]}", [*rows, "budget_net"])

    # Consequentials for the devolved administrations

    def _consequentials(self) -> list[str]:
        """Barnett: spending in England within departmental limits, by comparability and each nation's population."""
        path: Path = (SECTION, "consequentials")
        within = [entry for entry in self.counted if entry.kind in ("RDEL", "CDEL")]
        self._line("del", "RDEL and CDEL, net of income", self._net(within))
        comparable = self._given("comparability", (*path, "comparability"), "Comparability", "share of spending")
        rows = []
        assert self.spec.consequentials
        for nation, called in NATIONS.items():
            label = f"Population of {called} as a share of England's"
            share = self._given(f"population_share_{nation}", (*path, "shares", nation), label, "share of population")
            text = f"budget_del * {comparable} * {share}"
            if getattr(self.spec.consequentials.needs, nation, None) is not None:
                label = f"Needs-based factor of {called}"
                factor = self._given(f"needs_based_factor_{nation}", (*path, "needs", nation), label, "ratio")
                text = f"{text} * {factor}"
            rows.append(f"consequential_{nation}")
            label = f"Consequential for {called}"
            self.draft.formula(rows[-1], label, "£", text, section=SECTION, shape=Shape("", True))
        total = " + ".join(("budget_net", *rows))
        return [*rows, self._line("united_kingdom", "United Kingdom: net spending and consequentials", total)]

    def _given(self, name: str, path: Path, label: str, unit: str) -> str:
        return self.draft.given(name, path, label, unit, section=SECTION, at_least=0)
