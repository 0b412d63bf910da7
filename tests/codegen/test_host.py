"""The triple of this machine comes from one place, under the names that the targets have."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from tools.build_runtime import host_triple as triple_of_the_runtime_build

from beskid.codegen.host import host_machine, host_triple, triple_of
from beskid.codegen.target import TARGETS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("machine", "triple"),
    [
        ("x86_64", "x86_64-unknown-linux-gnu"),
        ("AMD64", "x86_64-unknown-linux-gnu"),
        ("arm64", "aarch64-unknown-linux-gnu"),
        ("riscv64", "riscv64-unknown-linux-gnu"),
    ],
)
def test_names_of_operating_systems(machine: str, triple: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert triple_of(machine, "Linux") == triple
    assert triple in TARGETS
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("Linux", "host", "1", "1", machine)))
    assert host_triple() == triple
    assert host_machine() == triple.partition("-")[0]


def test_the_build_of_the_runtime_uses_the_same_triple() -> None:
    assert triple_of_the_runtime_build() == host_triple()


def test_no_other_module_queries_the_machine() -> None:
    asking = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "src").rglob("*.py")
        if re.search(r"os\.uname|platform\.machine", path.read_text(encoding="utf-8"))
    }
    assert asking == {"src/beskid/codegen/host.py"}
