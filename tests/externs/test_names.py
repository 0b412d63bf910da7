"""Which spellings of a library mean the same one."""

from __future__ import annotations

import os
import sys

import pytest
from tests import limits

from beskid.abi.libraries import canonical_library, is_bare


@pytest.mark.parametrize(
    ("written", "canonical", "bare"),
    [
        ("z", "z", True),
        ("libz", "z", True),
        ("libz.so", "z", False),
        ("libz.so.1", "z", False),
        ("libz.so.1.2.13", "z", False),
        ("/usr/lib/x86_64-linux-gnu/libz.so.1", "z", False),
        ("./z.so", "z", False),
        ("libz.a", "z", False),
        ("libz.dylib", "z", False),
        ("libz.1.2.dylib", "z", False),
        ("libz.1.tbd", "z", False),
        ("libz.dll.a", "z", False),
        ("z.lib", "z", False),
        ("z.dll", "z", False),
        ("libc.so.6", "c", False),
        ("lib", "lib", True),
        ("sqlite3", "sqlite3", True),
        ("libpython3.11", "python3.11", True),
        ("libpython3.11.so.1.0", "python3.11", False),
        (".so", ".so", False),
    ],
)
def test_spellings(written: str, canonical: str, bare: bool) -> None:
    assert canonical_library(written) == canonical
    assert is_bare(written) is bare


def test_the_driver_of_libraries_imports_little() -> None:
    script = "import sys, beskid.driver.foreign.policy; print(' '.join(set(sys.modules) & {'re', 'typing', 'pathlib'}))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = limits.run([sys.executable, "-S", "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == ""
