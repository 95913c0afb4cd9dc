"""What tests of evidence, claims and explanations share: a copy of all that ships, and proposals loaded once."""

import functools
import shutil
from pathlib import Path

from helpers import PROPOSALS, SHIPPED

import costmodel
from costmodel.analysis.ledger import Ledger
from costmodel.analysis.loading import load_ledger
from costmodel.analysis.results import Costed

HUBS = "family-hubs-2025"
TEAM_COST = "parent-infant-team-cost"


def copy_of_all(folder: Path) -> Path:
    """Copy every proposal that ships, with the evidence, into ``folder/assumptions``."""
    to = folder / "assumptions"
    shutil.copytree(SHIPPED, to)
    return to


@functools.cache
def shipped(proposal: str) -> Costed:
    """A proposal that ships, worked out."""
    return costmodel.load(proposal, SHIPPED)


@functools.cache
def of_tests(proposal: str) -> Costed:
    """A proposal that only tests use, worked out."""
    return costmodel.load(proposal, PROPOSALS)


@functools.cache
def shipped_ledger() -> Ledger:
    """The ledger of all that ships."""
    return load_ledger(SHIPPED)


def proposals_in(root: Path) -> list[str]:
    """The names of the proposals below a root."""
    return sorted(file.parent.name for file in root.glob("*/proposal.yaml"))
