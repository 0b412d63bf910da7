"""An error while a scratch folder was removed ended a successful build with an internal compiler error."""

from __future__ import annotations

import errno
import os
import shutil

import pytest

from beskid.files.workspace import Workspace


def test_a_finished_command_ignores_the_scratch_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    with Workspace() as work, monkeypatch.context() as patched:
        path = work.path
        patched.setattr(shutil, "rmtree", fail)
        patched.setattr(os, "listdir", fail)
        with Workspace() as other:
            left = other.path
    with pytest.raises(FileNotFoundError):
        shutil.rmtree(path)
    shutil.rmtree(left)
