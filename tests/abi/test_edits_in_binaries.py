"""Every edit of `runtime/abi.toml` that the lock catches is also caught between two binaries."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests import limits
from tests.abi.edits import EDITS, ROOT, TEXT, edited

from beskid.abi.compare import Change, Surface, compare, compare_surfaces, surface_of_rows
from beskid.abi.contract import parse_contract
from beskid.abi.generate import LOCK_PATH, generated_files
from beskid.codegen.objectfile import notes
from beskid.codegen.rows import offered_rows

LOCK = (ROOT / LOCK_PATH).read_text(encoding="utf-8")


def built(folder: Path, text: str) -> Surface:
    """The state in the object of the runtime's version file, compiled from an edited contract."""
    include = folder / "include"
    shutil.copytree(ROOT / "runtime" / "include", include)
    for path, made in generated_files(text).items():
        if path.startswith("runtime/include/"):
            (include / Path(path).name).write_text(made, encoding="utf-8")
    source = ROOT / "runtime" / "src" / "entry" / "version.c"
    words = ["-std=c11", "-O0", f"-I{include}", f"-I{ROOT / 'runtime' / 'src'}", "-c", str(source)]
    limits.run(["cc", *words, "-o", str(folder / "version.o")], check=True)
    contract = parse_contract(text)
    return surface_of_rows(contract.version, contract.level, offered_rows(notes((folder / "version.o").read_bytes())))


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_caught_between_two_binaries(name: str, tmp_path: Path) -> None:
    text = edited(EDITS[name])
    by_lock = compare(LOCK, parse_contract(text))
    assert by_lock.change is Change.BREAKING
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    after.mkdir()
    by_binaries = compare_surfaces(built(before, TEXT), built(after, text))
    assert by_binaries.change is Change.BREAKING
    assert [str(item) for item in by_binaries.differences] == [str(item) for item in by_lock.differences]
    assert any(f"breaking: {EDITS[name].reported}" in str(item) for item in by_binaries.differences)
