"""Each transcript in this folder shows what its commands print."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest
from tests.cli.transcript import Section, read_sections, run_transcript

FOLDER = Path(__file__).parent
CASES = [
    (path, section)
    for path in sorted(FOLDER.glob("*.md"))
    for section in read_sections(path.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("path", "section"), CASES, ids=[f"{path.stem}: {s.title}" for path, s in CASES])
def test_transcript(path: Path, section: Section, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    for name, content in section.files.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")
    made = [run_transcript(body, tmp_path) for _, _, body in section.transcripts]
    if request.config.getoption("--bless"):
        bless(path, [body for _, _, body in section.transcripts], made)
        return
    assert made == [body for _, _, body in section.transcripts]


def bless(path: Path, old: list[str], new: list[str]) -> None:
    """Replace the expected output by what was printed; other workers may bless sections of the same file."""
    with path.open("r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = file.read()
        for before, after in zip(old, new, strict=True):
            text = text.replace(f"```console\n{before}```", f"```console\n{after}```", 1)
        file.seek(0)
        file.write(text)
        file.truncate()


def test_there_are_transcripts() -> None:
    assert len(CASES) > 20
