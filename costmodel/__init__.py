"""costmodel: text files of assumptions in, a costed proposal out: live workbook, briefs and tables.

    >>> import costmodel
    >>> costed = costmodel.load("parent-infant-teams-2021")
    >>> costed.run("base").table("submission")

Everything that the command line does is a call of this library.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from costmodel.analysis.results import Costed

__version__ = "0.1.0"
__all__ = ["__version__", "load"]


def load(proposal: str | Path, assumptions: str | Path | None = None) -> Costed:
    """Read a proposal and work out all its scenarios.

    Args:
        proposal: the name of a folder under the root of assumptions, or a path to a proposal's folder.
        assumptions: the root; the folder ``assumptions`` where one stands here, else what ships with costmodel.

    Raises:
        BadInput: with every mistake in the files.
    """
    from costmodel.analysis.loading import load_proposal

    return load_proposal(str(proposal), Path(assumptions) if assumptions else None)
