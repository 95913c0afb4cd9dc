"""What earlier commands came to, by the digest of all that it rests on: inputs, code and what is installed.

It is kept in the user's own cache, and not beside outputs or assumptions, which come from others. Nothing of it goes
into an output: it holds what a command said, and digests that outputs are held against. What is not as it was kept
counts as not there, and where nothing can be kept, everything is made each time.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

_MOST_KEPT = 500
"""Files that are kept, the newest; each has a few thousand bytes."""
_MOST_FILES, _MOST_BYTES = 5_000, 50_000_000
"""Files in folders, and bytes of one, above which looking through them saves too little."""


def recall(key: str) -> Any:
    """What was kept under a key; None where nothing was, or where it is not as it was kept."""
    if not key:
        return None
    try:
        digest, _, text = (_folder() / f"{key}.json").read_text(encoding="utf-8").partition("\n")
        return json.loads(text) if digest == sha256(text.encode()).hexdigest() else None
    except (OSError, ValueError, RuntimeError):  # RuntimeError: nobody knows where the user's home is
        return None


def keep(key: str, value: object) -> None:
    """Keep a value that JSON can hold, where there is a key and anything can be kept."""
    if not key:
        return
    text = json.dumps(value)
    with suppress(OSError, RuntimeError):
        folder = _folder()
        new = folder / f".{key}.{os.getpid()}"
        folder.mkdir(parents=True, exist_ok=True)
        new.write_text(f"{sha256(text.encode()).hexdigest()}\n{text}", encoding="utf-8")
        os.replace(new, folder / f"{key}.json")
        kept = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime_ns, reverse=True)
        for file in kept[_MOST_KEPT:]:
            file.unlink()


def key_of(*rests_on: object) -> str:
    """The key of what rests on some values that JSON can hold, and on what works it out.

    Nothing where that cannot be told: then nothing is kept.
    """
    maker = _maker()
    return sha256(json.dumps([maker, *rests_on]).encode()).hexdigest() if maker else ""


def digest_below(folders: Iterable[Path]) -> str:
    """The digest of everything below some folders, by name and content.

    Nothing where there is too much, or where a link, or what cannot be read, leaves it open what a reader would find.
    """
    found, count = sha256(), 0
    try:
        for folder in folders:
            found.update(f"{folder}\n".encode())
            for name, data in _below(os.fspath(folder), ""):
                count += 1
                if count > _MOST_FILES:
                    return ""
                found.update(f"{name}\n{sha256(data).hexdigest()}\n".encode("utf-8", "surrogateescape"))
    except (OSError, ValueError):
        return ""
    return found.hexdigest()


def _below(folder: str, under: str) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder with its content, in order; a folder with none.

    Raises:
        ValueError: where something is neither a file nor a folder, or too large.
    """
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name == "__pycache__":
            continue
        about = entry.stat(follow_symlinks=False)
        if stat.S_ISDIR(about.st_mode):
            yield f"{under}{entry.name}/", b""
            yield from _below(entry.path, f"{under}{entry.name}/")
        elif stat.S_ISREG(about.st_mode) and about.st_size <= _MOST_BYTES:
            with open(entry.path, "rb") as file:
                yield f"{under}{entry.name}", file.read()
        else:
            raise ValueError(entry.path)


@cache
def _maker() -> str:
    """What works things out: this code, what ships in the package with it, Python, and every installed package."""
    code = digest_below([Path(__file__).resolve().parent.parent])
    installed = sorted({name for place in sys.path for name in _distributions(place)})
    return sha256(json.dumps([sys.version, sys.platform, installed, code]).encode()).hexdigest() if code else ""


def _distributions(place: str) -> list[str]:
    """The name and version of each package that is installed in a folder."""
    try:
        return [name for name in os.listdir(place or ".") if name.endswith((".dist-info", ".egg-info"))]
    except OSError:
        return []


def _folder() -> Path:
    """The folder of the user's cache that is costmodel's."""
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        if given := os.environ.get(name):
            return Path(given) / "costmodel"
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "costmodel"
