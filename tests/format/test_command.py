"""The effect of `beskid fmt` on files; the published sources are formatted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from beskid.cli.main import main

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("folder", ["corelib", "examples"])
def test_published_sources_are_canonical(folder: str) -> None:
    assert main(["fmt", "--check", str(ROOT / folder)]) == 0


def test_permissions_are_kept(tmp_path: Path) -> None:
    source = tmp_path / "a.bd"
    source.write_text("unit main(){}", encoding="utf-8")
    source.chmod(0o640)
    assert main(["fmt", str(source)]) == 0
    assert source.read_text(encoding="utf-8") == "unit main() { }\n"
    assert source.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["a.bd"]


def test_a_symbolic_link_is_kept(tmp_path: Path) -> None:
    source = tmp_path / "a.bd"
    source.write_text("unit main(){}", encoding="utf-8")
    link = tmp_path / "b.bd"
    link.symlink_to(source)
    assert main(["fmt", str(link)]) == 0
    assert link.is_symlink()
    assert source.read_text(encoding="utf-8") == "unit main() { }\n"


def test_canonical_files_are_not_written(tmp_path: Path) -> None:
    source = tmp_path / "a.bd"
    source.write_text("unit main() { }\n", encoding="utf-8")
    before = source.stat()
    assert main(["fmt", str(tmp_path)]) == 0
    after = source.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_line_ends_and_byte_order_marks(tmp_path: Path) -> None:
    source = tmp_path / "a.bd"
    source.write_bytes(b"\xef\xbb\xbfunit main() {\r\n    f(); // c\r\n}\r\n")
    assert main(["fmt", "--check", str(source)]) == 1
    assert main(["fmt", str(source)]) == 0
    assert source.read_bytes() == b"unit main() {\n    f(); // c\n}\n"


def test_sources_with_errors_are_unchanged(tmp_path: Path) -> None:
    source = tmp_path / "a.bd"
    written = b"unit main(){ let = 1; }\r\n"
    source.write_bytes(written)
    assert main(["fmt", str(source)]) == 1
    assert source.read_bytes() == written


def test_a_folder_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    source = tmp_path / "a.bd"
    source.write_text("unit main(){}", encoding="utf-8")
    tmp_path.chmod(0o500)
    try:
        assert main(["fmt", str(source)]) == 3
    finally:
        tmp_path.chmod(0o700)
    assert "cannot write" in capsys.readouterr().err
    assert source.read_text(encoding="utf-8") == "unit main(){}"
