"""The claims ledger and the findings: what source documents say, in our own words, and how each can be checked."""

# No "from __future__ import annotations" here: pydantic would read each annotation back from its text at every start.

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from costmodel.assumptions.document import Mapping, read_yaml
from costmodel.assumptions.kinds import Amount, Given, NameText, Record, Words, empty
from costmodel.assumptions.validate import validate
from costmodel.errors import Mistakes, Position

CLAIMS, FINDINGS = "claims.yaml", "findings.yaml"
ONLY = "size"
"""The name of a finding's size where it has one, and no name for it."""


class Claim(Record):
    """A figure or statement of a source document."""

    says: Words
    source: Words
    where: Words | None = None
    printed: Any = Field(description="What is printed; a list for a row of years or the two ends of a range.")
    kind: Literal["figure", "text"] = "figure"
    unit: Words = "number"
    formula: Any = Field(None, description="What the printed figure should equal; a list of formulas for a list.")
    proposal: Words | None = Field(None, description="The proposal whose lines the formula names.")
    scenario: Words = Field("base", description="The scenario of that proposal.")
    rounds_to: Amount | None = Field(
        None, description="The printed figure is a multiple of this; its last digit if not given."
    )
    within: Amount | None = Field(
        None, description="The tolerance that the words state, as a share of the printed figure."
    )
    bound: Literal["at least", "at most", "more than", "less than"] | None = None
    differs: Words | None = Field(None, description="Why the computed figure does not meet the printed one.")
    finding: Words | None = None
    not_derivable: Words | None = Field(None, description="Why no formula can meet the claim.")
    note: Words | None = None


class SizeOf(Record):
    """What a disagreement comes to: a formula, in a scenario where it is not base."""

    formula: Words
    scenario: Words = "base"


def _sizes(value: Any) -> Any:
    """One formula, or several by name, each alone or with its scenario."""
    if isinstance(value, str):
        value = {ONLY: value}
    if isinstance(value, dict):
        return {name: {"formula": size} if isinstance(size, str) else size for name, size in value.items()}
    return value


class Finding(Record):
    """Where documents disagree, with each other or with themselves: what it comes to, and what to ask."""

    says: Words
    size: Annotated[dict[NameText, SizeOf], BeforeValidator(_sizes)] = Field(default_factory=dict)
    unit: Any = "number"
    proposal: Words | None = None
    claims: list[Words] = Field(default_factory=empty)
    ask: Words | None = None


class _Claims(Record):
    figures: dict[NameText, Given] = Field(default_factory=dict)
    claims: dict[str, Claim] = Field(default_factory=dict)


class _Findings(Record):
    findings: dict[str, Finding] = Field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Register:
    """The ledger as read, with its trees for positions."""

    figures: dict[str, Given] = field(default_factory=dict)
    claims: dict[str, Claim] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)
    claims_tree: Mapping = field(default_factory=lambda: Mapping(Position(CLAIMS), {}, {}))
    findings_tree: Mapping = field(default_factory=lambda: Mapping(Position(FINDINGS), {}, {}))


def read_claims(evidence: Path, mistakes: Mistakes) -> Register:
    """Read the ledger of a folder of evidence; empty where there is none."""
    found = _Claims(), Mapping(Position(CLAIMS), {}, {})
    noted = _Findings(), Mapping(Position(FINDINGS), {}, {})
    if (evidence / CLAIMS).is_file() and (tree := read_yaml(evidence / CLAIMS, mistakes)):
        found = validate(tree, _Claims, mistakes) or found[0], tree
    if (evidence / FINDINGS).is_file() and (tree := read_yaml(evidence / FINDINGS, mistakes)):
        noted = validate(tree, _Findings, mistakes) or noted[0], tree
    return Register(
        figures=found[0].figures,
        claims=found[0].claims,
        findings=noted[0].findings,
        claims_tree=found[1],
        findings_tree=noted[1],
    )
