"""The sessions of `docs/internals/debugging.md` are real: each runs with the compiler, or the fault, that it names."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tests.cli.transcript import Section, bless, read_sections, run_transcript, write_files
from tests.planted_faults import PATCHES, plant

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "internals" / "debugging.md"
SECTIONS = [section for section in read_sections(PAGE.read_text(encoding="utf-8")) if section.transcripts]
TIME_LIMIT = 600
MAX_REDUCED_LINES = 14


@pytest.mark.timeout(900)
@pytest.mark.parametrize("section", SECTIONS, ids=[section.title for section in SECTIONS])
def test_session(section: Section, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if any("gdb " in body for _, _, body in section.transcripts) and shutil.which("gdb") is None:
        pytest.skip("gdb is not installed; `make test` installs it where it can")
    folder = tmp_path / "work"
    folder.mkdir()
    write_files(section, folder)
    for name in ("tools", "tests"):
        (folder / name).symlink_to(ROOT / name)
    variables = plant(section.fault, tmp_path) if section.fault else {}
    old = [body for _, _, body in section.transcripts]
    new = [run_transcript(body, folder, variables, TIME_LIMIT) for body in old]
    if request.config.getoption("--bless"):
        bless(PAGE, old, new)
        return
    assert new == old


def test_every_fault_is_shown() -> None:
    assert {section.fault for section in SECTIONS} - {""} == {path.stem for path in PATCHES.glob("*.patch")}


def test_the_reduced_program_is_short() -> None:
    text = PAGE.read_text(encoding="utf-8")
    shown = re.search(r"^\$ cat reduced\.bd\n(?P<program>.*?)^(?:\$ |```)", text, re.MULTILINE | re.DOTALL)
    assert shown is not None
    assert 1 < len(shown["program"].splitlines()) <= MAX_REDUCED_LINES


def test_the_faults_are_not_in_this_compiler(tmp_path: Path) -> None:
    for section in SECTIONS:
        if not section.fault:
            continue
        write_files(section, tmp_path)
        for name in section.files:
            shown = run_transcript(f"$ beskid run --bisect {name}\n", tmp_path)
            assert shown.endswith("code generation -O2: same\n"), shown
