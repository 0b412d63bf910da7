"""The wheel for AArch64: built here, installed by pip for that platform, and run by its Python in an emulator."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from tests.cross.machines import lack
from tests.packaging.wheels import PIP, build_wheel, run
from tools.machine_root import FOLDER, python_of

from beskid.aot.linker import find_zig
from beskid.codegen.fileformats import read_binary
from beskid.driver.abi_files import verify_file

NAME, TRIPLE = "aarch64-linux-gnu", "aarch64-unknown-linux-gnu"
EMULATOR = "qemu-aarch64-static"
SOURCE = """
test Sums { AssertEqualI64(2, 1 + 1, "sum"); }

i64 Down(i64 n) { return if n == 0 { 0 } else { Down(n - 1) + n }; }

unit main() {
    PrintLine("hello ${Down(10)}");
    i64[] few = [1];
    PrintLine("${few[Down(3)]}");
}
"""

pytestmark = [
    pytest.mark.skipif("BESKID_CROSS" not in os.environ, reason="builds the runtime of another machine"),
    pytest.mark.timeout(900),
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not find_zig():
        lack("the package ziglang")
        pytest.skip("missing: the package ziglang: make sysroots")
    return build_wheel(tmp_path_factory.mktemp("machine"), BESKID_MACHINE=NAME)


def test_the_wheel_is_for_the_machine(wheel: Path, tmp_path: Path) -> None:
    assert wheel.name.endswith("-py3-none-manylinux_2_28_aarch64.whl")
    with zipfile.ZipFile(wheel) as archive:
        runtime = f"beskid/_runtime/lib/{TRIPLE}"
        held = [name for name in archive.namelist() if name.startswith("beskid/_runtime/lib/")]
        assert {str(Path(name).parent) for name in held} == {runtime}
        archive.extractall(tmp_path)
    library = tmp_path / runtime / "libbeskid_runtime.so"
    assert read_binary(library.read_bytes()).machine == "aarch64"
    (command,) = tmp_path.glob("beskid-*.data/scripts/beskid")
    assert read_binary(command.read_bytes()).machine == "aarch64"
    for name in ("libbeskid_runtime.so", "libbeskid_runtime.a"):
        assert verify_file(tmp_path / runtime / name).problems == []


def test_it_installs_and_runs_there(wheel: Path, tmp_path: Path) -> None:
    python = python_of(FOLDER)
    if python is None or shutil.which(EMULATOR) is None:
        pytest.skip("missing: a Python of AArch64 and an emulator: make cross")
    version = python.name.removeprefix("python")
    platforms = [word for minor in (28, 27, 17) for word in ("--platform", f"manylinux_2_{minor}_aarch64")]
    words = [*PIP, "install", "--quiet", "--only-binary=:all:", "--python-version", version]
    added = run([*words, *platforms, "--target", str(tmp_path / "site"), str(wheel)])
    if "Could not find a version" in added.stderr or "connection" in added.stderr:
        pytest.skip("missing: llvmlite for AArch64, from the network")
    assert added.returncode == 0, added.stderr
    (tmp_path / "program.bd").write_text(SOURCE)
    there = {
        "QEMU_LD_PREFIX": str(FOLDER),
        "PYTHONHOME": str(FOLDER / "usr"),
        "PYTHONPATH": str(tmp_path / "site"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "BESKID_GC_LIMIT": "512m",
    }

    def beskid(*given: str) -> subprocess.CompletedProcess[str]:
        # The emulator starts this program alone, so no linker of this machine is called.
        return run([EMULATOR, str(python), "-m", "beskid", *given], **there)

    program = str(tmp_path / "program.bd")
    for start in ("cold", "warm"):
        ran = beskid("run", program)
        assert (ran.stdout, ran.returncode) == ("hello 55\n", 101), (start, ran.stderr)
        place = "  at program.bd:9:18 in main\n"
        assert ran.stderr == f"panic: index out of range: the length is 1 but the index is 6\n{place}"
    tested = beskid("test", program)
    assert tested.returncode == 0, tested.stdout + tested.stderr
    states = {row["name"]: row for row in json.loads(beskid("doctor", "--targets", "--json").stdout)}
    assert states[NAME]["runtime"] is True
    made = beskid("build", "--kind", "object", program, "-o", str(tmp_path / "program.o"))
    assert made.returncode == 0, made.stderr
    verdict = verify_file(tmp_path / "program.o")
    assert (verdict.problems, verdict.facts["target"]) == ([], TRIPLE)
