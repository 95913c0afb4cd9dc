"""The files that a run has made and not put in place yet: few are in memory, many on disk until they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from tempfile import SpooledTemporaryFile
from typing import NamedTuple

_IN_MEMORY = 2**26
"""Bytes that are kept in memory."""


class _InSpool(NamedTuple):
    """Where a file's content is."""

    start: int
    length: int


class Spool:
    """Holds the files of folders until they are put in place; used in a ``with``, at whose end they are gone."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  it is closed at the end
        self._end = 0

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *problem: object) -> None:
        self._file.close()

    def folder(self, content: Mapping[str, bytes]) -> Mapping[str, bytes]:
        """The files of a folder, by their names: each is read again when it is asked for."""
        held: dict[str, _InSpool] = {}
        self._file.seek(self._end)
        for name, data in content.items():
            self._file.write(data)
            held[name] = _InSpool(self._end, len(data))
            self._end += len(data)
        return _SpooledFolder(self, held)

    def read(self, held: _InSpool) -> bytes:
        """The content of a file."""
        self._file.seek(held.start)
        return self._file.read(held.length)


class _SpooledFolder(Mapping[str, bytes]):
    """The files of a folder, held in a spool."""

    def __init__(self, spool: Spool, held: dict[str, _InSpool]) -> None:
        self._spool, self._held = spool, held

    def __getitem__(self, name: str) -> bytes:
        return self._spool.read(self._held[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)
