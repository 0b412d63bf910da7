"""A failed `vendor` left its empty temporary folder when the folder could not be opened or looked at."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest

from beskid.files.problems import FileError
from beskid.files.stored_trees import write_tree
from beskid.files.temporaries import is_temporary_name


@pytest.mark.parametrize("name", ["open", "lstat"])
def test_nothing_is_left(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = getattr(os, name)

    def fail(path: Any, *arguments: Any, **options: Any) -> Any:
        if is_temporary_name(Path(path).name):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return original(path, *arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(os, name, fail)
        with pytest.raises(FileError):
            write_tree(str(tmp_path), "vendor", {("a",): b"1"})
    assert list(tmp_path.iterdir()) == []
    write_tree(str(tmp_path), "vendor", {("a",): b"1"})
    assert (tmp_path / "vendor" / "a").read_bytes() == b"1"
