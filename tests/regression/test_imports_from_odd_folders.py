"""With `beskid.importer`, an import of a missing module ended in an error about a folder, not an `ImportError`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests import limits

IMPORT = """
import os, sys
import beskid.importer
os.chdir(sys.argv[1])
os.rmdir(sys.argv[1])
sys.path[:0] = sys.argv[2:]
try:
    import missing_module
except ImportError:
    print("not found")
"""


@pytest.mark.parametrize("kind", ["removed", "loop"])
def test_a_module_that_is_missing_is_an_import_error(kind: str, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "loop").symlink_to("loop")
    entry = "" if kind == "removed" else str(tmp_path / "loop")
    command = [sys.executable, "-c", IMPORT, str(tmp_path / "here"), entry]
    done = limits.run(command, capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("not found\n", 0), done.stderr
