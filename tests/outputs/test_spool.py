"""Files that are made and not yet put in place: read again as they were, from memory or from disk."""

import pytest

from costmodel.outputs import spool


@pytest.mark.parametrize("in_memory", [0, 1, 7, 1_000])
def test_every_file_is_read_again_as_it_was_made(in_memory: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "_IN_MEMORY", in_memory)
    with spool.Spool() as kept:
        first = kept.folder({"a": b"12345", "empty": b"", "b": b"678"})
        assert first["b"] == b"678"
        second = kept.folder({"a": b"90"})
        assert dict(first) == {"a": b"12345", "empty": b"", "b": b"678"}
        assert dict(second) == {"a": b"90"}
        assert len(first) == 3
        with pytest.raises(KeyError):
            first["c"]
    with pytest.raises(ValueError):
        second["a"]
