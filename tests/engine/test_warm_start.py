"""A warm start loads neither the front end nor llvmlite's Python; `bench/` measures how quick that makes it."""

from __future__ import annotations

import sys
from pathlib import Path

from tests import limits
from tests.boundary.programs import HELLO
from tests.boundary.toolbox import ROOT, compile_text, runtime_folder

_WARM = """
import sys
from beskid.engine.runtime_library import load_runtime
from beskid.engine.session import run_program
with open(sys.argv[2], "rb") as file:
    image = file.read()
status = run_program(image, load_runtime(sys.argv[1]), [])
names = ("llvmlite", "dataclasses", "beskid.ir.model", "beskid.abi.generated.tables", "re")
heavy = [name for name in names if name in sys.modules]
sys.exit(f"loaded {heavy}" if heavy else status)
"""


def test_a_warm_start_is_light(tmp_path: Path) -> None:
    image = tmp_path / "hello.o"
    image.write_bytes(compile_text(HELLO.text))
    library = runtime_folder() / "libbeskid_runtime.so"
    done = limits.run(
        [sys.executable, "-c", _WARM, str(library), str(image)],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(ROOT / "src")},
    )
    assert (done.stdout, done.stderr, done.returncode) == ("hello\n", "", 0)
