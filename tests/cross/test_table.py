"""The table of targets: names, suggestions, formats, and the pages and settings that follow from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from beskid.aot.linking import LINKERS
from beskid.codegen.conventions import CONVENTIONS
from beskid.codegen.formats.model import FileFormat
from beskid.codegen.target import EXECUTABLE, REFUSED, TARGETS, Target, find_target, nearest_name, refusal_of
from beskid.driver.target_page import render_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "targets.md"
ALL = list(TARGETS.values())


@pytest.mark.parametrize("target", ALL, ids=lambda target: target.name)
def test_a_target_is_found_by_its_name_and_by_its_triple(target: Target) -> None:
    assert find_target(target.name) is target
    assert find_target(target.triple) is target


@pytest.mark.parametrize("target", ALL, ids=lambda target: target.name)
def test_a_part_of_a_name_names_nothing(target: Target) -> None:
    parts = target.name.split("-")
    for count in range(1, len(parts)):
        assert find_target("-".join(parts[:count])) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("aarch64-darwin", "aarch64-macos"),
        ("arm64-apple-darwin", "aarch64-macos"),
        ("aarch64-apple-darwin23.1.0", "aarch64-macos"),
        ("x86_64-w64-mingw32", "x86_64-windows-gnu"),
        ("x86_64-windows", "x86_64-windows-gnu"),
        ("x86_64-pc-windows-msvc", "x86_64-windows-gnu"),
        ("aarch64-linux", "aarch64-linux-musl"),
        ("arm64-linux-gnu", "aarch64-linux-gnu"),
        ("x86_64-alpine-linux-musl", "x86_64-linux-musl"),
        ("x86_64-linux-gun", "x86_64-linux-gnu"),
        ("wasm64", "wasm64-wasi"),
        ("z80-unknown-none-elf", ""),
        ("", ""),
    ],
)
def test_other_names_are_not_targets_and_lead_to_the_nearest(text: str, name: str) -> None:
    assert find_target(text) is None
    assert nearest_name(text) == name


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_target_has_a_reason_and_is_not_in_the_table(name: str) -> None:
    assert find_target(name) is None
    refusal = refusal_of(name)
    assert refusal is not None and refusal[0] == name and all(refusal)


@pytest.mark.parametrize("target", ALL, ids=lambda target: target.name)
def test_the_formats_of_the_table_are_those_of_the_triples(target: Target) -> None:
    systems = {"linux": FileFormat.ELF, "windows": FileFormat.COFF, "macosx": FileFormat.MACHO, "wasi": FileFormat.WASM}
    assert [format for word, format in systems.items() if word in target.triple] == [target.format]


@pytest.mark.parametrize("target", ALL, ids=lambda target: target.name)
def test_a_target_with_executables_has_what_its_linker_needs(target: Target) -> None:
    if EXECUTABLE not in target.kinds:
        return
    assert target.zig
    assert ((target.loader or target.sysroot) and target.emulation) or target.format is not FileFormat.ELF


def test_every_target_has_a_linker() -> None:
    assert set(LINKERS) == {target.format for target in ALL}


def test_every_target_has_conventions() -> None:
    assert set(CONVENTIONS) == set(TARGETS)


def test_the_page_of_the_targets_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_page(), "make generate"
