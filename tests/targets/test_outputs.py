"""What `beskid build` makes for the targets that it links: each output, and the runtime of each, is judged rightly."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.cross.machines import require_linking
from tests.targets.corpus import EVERYTHING, object_of

from beskid.aot.request import OutputKind
from beskid.aot.runtime_archive import ARCHIVE_NAME, installed_folder
from beskid.codegen.host import host_triple
from beskid.codegen.target import EXECUTABLE, TARGETS, Target
from beskid.driver.abi_files import surface_of_file, verify_file
from beskid.driver.linking import link

TEXT = EVERYTHING.read_text(encoding="utf-8")
KINDS = {
    OutputKind.EXECUTABLE: "executable",
    OutputKind.SHARED: "shared library",
    OutputKind.STATIC: "static library",
    OutputKind.OBJECT: "object",
}
LINKED = tuple([target for target in TARGETS.values() if EXECUTABLE in target.kinds])
OUTPUTS = [(target, kind) for target in LINKED for kind in KINDS if kind.value in target.kinds]


@pytest.mark.parametrize("strip", [False, True])
@pytest.mark.parametrize(("target", "kind"), OUTPUTS, ids=[f"{target.name}-{kind.value}" for target, kind in OUTPUTS])
def test_an_output_is_judged(target: Target, kind: OutputKind, strip: bool, tmp_path: Path) -> None:
    require_linking(target)
    output = tmp_path / "output"
    exports = () if kind is OutputKind.EXECUTABLE else ("everything_add",)
    link(object_of(TEXT, target.triple), kind, output, target.triple, dict(os.environ), exports, strip)
    for path in (output, tmp_path / "output.beskid.json"):
        verdict = verify_file(path)
        assert verdict.problems == []
        assert verdict.facts["target"] == target.triple
    assert verify_file(output).kind == KINDS[kind]


@pytest.mark.parametrize("target", LINKED, ids=[target.name for target in LINKED])
def test_the_runtime_states_the_whole_contract(target: Target) -> None:
    require_linking(target)
    archive = installed_folder(target.triple) / ARCHIVE_NAME
    verdict = verify_file(archive)
    assert (verdict.kind, verdict.problems) == ("runtime archive", [])
    assert verdict.facts["target"] == target.machine
    assert surface_of_file(archive) == surface_of_file(installed_folder(host_triple()) / ARCHIVE_NAME)
