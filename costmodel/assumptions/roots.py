"""Where proposals, evidence and templates stand: in a folder that is given, in folders here, or in what ships."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from costmodel.errors import BadInput, FileMissing, shown_path

EVIDENCE = "evidence"
"""The folder of evidence, of a proposal or of a root of proposals."""


def shipped() -> Path:
    """The assumptions that ship with costmodel: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "assumptions_shipped"
    return inside if inside.is_dir() else package.parent / "assumptions"


def shipped_inside(folder: Path) -> bool:
    """Whether a folder is part of the installed package, which nobody edits."""
    return folder.resolve().is_relative_to(Path(__file__).resolve().parent.parent)


def root_of(given: Path | None) -> Path:
    """The root of assumptions: the one given, the folder ``assumptions`` here, or what ships.

    Raises:
        BadInput: where the one given is no folder.
    """
    if given is not None:
        if not given.is_dir():
            says = f"there is no folder {shown_path(given)}"
            raise BadInput([FileMissing(says=says, hint="--assumptions names a folder of proposals.")])
        return given
    here = Path("assumptions")
    return here if here.is_dir() else shipped()


def evidence_of(root: Path) -> Path:
    """The folder of a root's evidence: its own, or what ships where it has none. The ledger of claims stands there."""
    own = root / EVIDENCE
    return own if own.is_dir() else shipped() / EVIDENCE


def folders_read(proposals: Iterable[str], given: Path | None) -> list[Path]:
    """Folders that hold every file which reading some proposals, or all, can open; and more that it does not.

    Raises:
        BadInput: where the root that is given is no folder.
    """
    root = root_of(given)
    found = [root, shipped()]
    for proposal in proposals:
        for folder in (root / proposal, Path(proposal)):
            found += [place for place in (folder, folder.parent / EVIDENCE) if place.is_dir()]
    return list(dict.fromkeys(folder.resolve() for folder in found))


def templates_folders() -> list[Path]:
    """Where templates are looked for: the folder ``templates`` here, then those that ship with costmodel."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "templates_shipped"
    shipped = inside if inside.is_dir() else package.parent / "templates"
    here = Path("templates")
    return [here, shipped] if here.is_dir() else [shipped]
