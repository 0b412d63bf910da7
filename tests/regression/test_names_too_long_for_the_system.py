"""A name in a manifest that no file can have is a diagnostic, as any other name of a file that does not exist."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from beskid.driver.failure import DriverError
from beskid.driver.inputs.project import ResolveFailure, resolve_input

LONG = 300 * "x"
MANIFESTS = {
    "entry": f'project {{ name = "a" version = "1" }}\ntarget "a" {{ kind = App entry = "{LONG}" }}\n',
    "root": f'project {{ name = "a" version = "1" root = "{LONG}" }}\ntarget "a" {{ kind = App entry = "m.bd" }}\n',
    "dependency": 'project { name = "a" version = "1" }\ntarget "a" { kind = App entry = "m.bd" }\n'
    f'dependency "D" {{ source = path path = "{LONG}" }}\n',
}


@pytest.mark.parametrize("place", MANIFESTS)
def test_the_name_is_a_diagnostic(place: str, tmp_path: Path) -> None:
    (tmp_path / "Project.proj").write_text(MANIFESTS[place], encoding="utf-8")
    (tmp_path / "Src").mkdir()
    (tmp_path / "Src" / "m.bd").write_text("unit main() { }\n", encoding="utf-8")
    try:
        resolved = resolve_input(tmp_path, None, None, tmp_path)
    except DriverError as error:
        assert error.code == "E3004"
        return
    assert isinstance(resolved, ResolveFailure)
    assert len(resolved.diagnostics) == 1


def test_a_long_name_on_the_command_line_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(DriverError, match="no such"):
        resolve_input(Path(f"{LONG}.bd"), None, None, tmp_path)


@pytest.mark.parametrize("kind", ["dangling link", "loop", "FIFO"])
def test_a_manifest_that_is_not_a_file_is_not_overlooked(kind: str, tmp_path: Path) -> None:
    manifest = tmp_path / "Project.proj"
    if kind == "FIFO":
        os.mkfifo(manifest)
    else:
        manifest.symlink_to("Project.proj" if kind == "loop" else "nowhere")
    (tmp_path / "m.bd").write_text("unit main() { }\n", encoding="utf-8")
    with pytest.raises(DriverError, match="cannot read"):
        resolve_input(tmp_path / "m.bd", None, None, tmp_path)
