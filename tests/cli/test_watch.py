"""`beskid watch` runs a command again after a change."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.limits import start


def test_a_change_runs_the_command_again(tmp_path: Path) -> None:
    path = tmp_path / "main.bd"
    path.write_text('unit main() { PrintLine("one"); }\n', encoding="utf-8")
    command = [sys.executable, "-m", "beskid", "watch", "run", "main.bd", "--once"]
    with start(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None and process.stdout is not None
        assert process.stderr.readline() == "watching: beskid run main.bd\n"
        assert process.stderr.readline() == "watching: status 0; waiting for a change\n"
        path.write_text('unit main() { PrintLine("two"); }\n', encoding="utf-8")
        assert process.wait() == 0
        assert process.stdout.read() == "one\ntwo\n"


def test_a_new_file_of_a_project_is_a_change(tmp_path: Path) -> None:
    (tmp_path / "Src").mkdir()
    (tmp_path / "Project.proj").write_text(
        'project {\n    name = "Shop"\n    version = "0.1.0"\n}\n\n'
        'target "app" {\n    kind = App\n    entry = "Main.bd"\n}\n',
        encoding="utf-8",
    )
    (tmp_path / "Src" / "Main.bd").write_text("unit main() { }\n", encoding="utf-8")
    command = [sys.executable, "-m", "beskid", "watch", "check", "--once"]
    with start(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "watching: beskid check\n"
        assert process.stderr.readline() == "watching: status 0; waiting for a change\n"
        (tmp_path / "Src" / "Other.bd").write_text("i64 wrong() { }\n", encoding="utf-8")
        rest = process.stderr.read()
        assert process.wait() == 0
    assert "Other.bd:1" in rest and "watching: status 1; waiting for a change" in rest
