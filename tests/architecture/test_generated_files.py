"""Git knows the generated files: `.gitattributes` names all that `make generate` writes, and nothing that is gone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests import limits
from tools import grammars

from beskid.abi.generate import CONTRACT_PATH, LOCK_PATH, generated_files
from beskid.driver.explanations import INDEX_NAME, pages_folder

ROOT = Path(__file__).resolve().parents[2]
ATTRIBUTE = "linguist-generated"


def written_by_make() -> set[str]:
    """Return the paths of the files that `make generate` writes."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    commands = re.findall(r"^generate:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)[0]
    parser = (grammars.TREE_SITTER / "src").rglob("*.[chj]*")
    index = Path(pages_folder()) / INDEX_NAME
    return {
        *re.findall(r"> (\S+)", commands),
        *generated_files((ROOT / CONTRACT_PATH).read_text(encoding="utf-8")),
        *[str(path.relative_to(ROOT)) for path in (*grammars.files(), *parser, index)],
        LOCK_PATH,
    }


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="a source archive has no repository")
def test_git_knows_the_generated_files() -> None:
    names = sorted(written_by_make())
    command = ["git", "check-attr", ATTRIBUTE, "--", *names]
    lines = limits.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    assert [line for line in lines if not line.endswith(f": {ATTRIBUTE}: true")] == []


def test_the_patterns_name_files_that_exist() -> None:
    rows = (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
    patterns = [row.split()[0] for row in rows if ATTRIBUTE in row]
    assert [pattern for pattern in patterns if not any(ROOT.glob(pattern))] == []
