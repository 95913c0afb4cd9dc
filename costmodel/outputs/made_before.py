"""Whether what a run would make of a proposal is there already, to the byte.

Outputs are a function of inputs and code, so the digests of what was made from the same once say what would be made
now. The files there are held against them, and nothing else of an earlier run counts: no manifest, and no report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from costmodel.analysis.results import Costed
from costmodel.assumptions.roots import templates_folders
from costmodel.outputs.auditing import digest
from costmodel.outputs.memory import digest_below, keep, key_of, recall


@dataclass(frozen=True, kw_only=True)
class MadeBefore:
    """What was made of a proposal from the same inputs, by the same code, as far as it was ever asked for."""

    key: str
    folders: dict[str, dict[str, str]]
    """By folder, below that of outputs, the digest of each file by its name."""
    failing: tuple[str, ...]
    """The ids of the rules that the audit of its workbook found to fail."""

    def are_in(self, outputs: Path, folders: Iterable[str]) -> bool:
        """Whether every file of some folders is there as it was made."""
        return all(name in self.folders and _has(outputs / name, self.folders[name]) for name in folders)

    def and_now(self, made: Mapping[str, Mapping[str, bytes]], failing: tuple[str, ...]) -> MadeBefore:
        """What has been made once some folders are made as well, which is kept."""
        now = {name: {file: digest(data) for file, data in files.items()} for name, files in made.items()}
        folders = {**self.folders, **now}
        keep(self.key, {"folders": folders, "failing": failing})
        return MadeBefore(key=self.key, folders=folders, failing=failing)


def made_before(costed: Costed) -> MadeBefore:
    """What was made of a proposal from the same inputs, by the same code; nothing, where nobody knows."""
    templates = digest_below(folder.resolve() for folder in templates_folders())
    key = key_of("run", costed.costing.name, costed.costing.files.digests, templates) if templates else ""
    known = recall(key) or {}
    return MadeBefore(key=key, folders=known.get("folders", {}), failing=tuple(known.get("failing", ())))


def _has(folder: Path, files: Mapping[str, str]) -> bool:
    try:
        return all(digest((folder / name).read_bytes()) == value for name, value in files.items())
    except OSError:
        return False
