"""Each transcript in this folder shows what its commands print."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.transcript import Section, bless, read_sections, run_transcript, write_files

FOLDER = Path(__file__).parent
CASES = [
    (path, section)
    for path in sorted(FOLDER.glob("*.md"))
    for section in read_sections(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("path", "section"), CASES, ids=[f"{path.stem}: {s.title}" for path, s in CASES])
def test_transcript(path: Path, section: Section, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    write_files(section, tmp_path)
    made = [run_transcript(body, tmp_path) for _, _, body in section.transcripts]
    if request.config.getoption("--bless"):
        bless(path, [body for _, _, body in section.transcripts], made)
        return
    assert made == [body for _, _, body in section.transcripts]


def test_there_are_transcripts() -> None:
    assert len(CASES) > 20
