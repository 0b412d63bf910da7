"""Programs in IR text, compiled and run by both back ends; shared by the suites of code generation.

`objects` gives object bytes, `run_jit` and `run_aot` run them in a process of their own and give what came out.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tests import limits

from beskid.aot.build import build
from beskid.aot.request import BuildRequest, OutputKind
from beskid.codegen.artifact import CodegenArtifact, make_artifact
from beskid.codegen.emit import EmitOptions, emit_object
from beskid.codegen.llvm.metadata import DebugLevel
from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.ir.model import Module
from beskid.ir.read import read_module
from beskid.lower.pipeline import PassOptions, run_passes

ROOT = Path(__file__).resolve().parents[2]
TRIPLE = "x86_64-unknown-linux-gnu"


@dataclass(frozen=True)
class Outcome:
    """What a program did."""

    stdout: str
    stderr: str
    status: int


@lru_cache(maxsize=1)
def runtime_folder() -> Path:
    """The built runtime; made anew when its sources changed."""
    specification = importlib.util.spec_from_file_location("build_runtime", ROOT / "runtime" / "build.py")
    assert specification is not None and specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    folder = ROOT / "src" / "beskid" / "_runtime" / "lib" / TRIPLE
    module.build_runtime(ROOT / "runtime", folder)
    return folder


def passed(text: str) -> Module:
    """A module that went through all passes, each verified."""
    module = read_module(text)
    run_passes(module, PassOptions(verify_each=True))
    return module


def artifact(text: str) -> CodegenArtifact:
    return make_artifact(passed(text))


def compile_text(text: str, level: int = 2, debug: DebugLevel = DebugLevel.LINES) -> bytes:
    """The object of a program."""
    return emit_object(artifact(text), EmitOptions(TRIPLE, opt_level=level, debug=debug))


def compile_source(text: str, folder: Path) -> bytes:
    """The object of a program in Beskid."""
    path = folder / "program.bd"
    path.write_text(text, encoding="utf-8")
    resolved = resolve_input(path, None, None, folder)
    assert not isinstance(resolved, ResolveFailure)
    made = Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": str(folder)}).artifact()
    assert made is not None, text
    return emit_object(made, EmitOptions(TRIPLE))


RUNNER = """
import sys
from beskid.engine.errors import JitError
from beskid.engine.runtime_library import load_runtime
from beskid.engine.session import run_program
with open(sys.argv[2], "rb") as file:
    image = file.read()
try:
    sys.exit(run_program(image, load_runtime(sys.argv[1]), sys.argv[3:]))
except JitError as error:
    sys.exit(f"{error}")
"""


def environment(stress: bool) -> dict[str, str]:
    """The variables a program sees."""
    base = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(ROOT / "src"), "LC_ALL": "C.UTF-8"}
    return base | ({"BESKID_GC_STRESS": "1"} if stress else {})


def run_jit(image: bytes, folder: Path, arguments: tuple[str, ...] = (), stress: bool = False) -> Outcome:
    """Load and run an object in a fresh Python process."""
    path = folder / "program.o"
    path.write_bytes(image)
    library = runtime_folder() / "libbeskid_runtime.so"
    return finish([sys.executable, "-c", RUNNER, str(library), str(path), *arguments], stress)


def link(image: bytes, folder: Path, kind: OutputKind = OutputKind.EXECUTABLE, name: str = "program") -> Path:
    """Build an output from an object."""
    build(BuildRequest(image, kind, str(folder / name), TRIPLE, runtime_folder=str(runtime_folder())))
    return folder / name


def run_aot(image: bytes, folder: Path, arguments: tuple[str, ...] = (), stress: bool = False) -> Outcome:
    """Link an object to an executable and run it."""
    return finish([str(link(image, folder)), *arguments], stress)


def finish(command: list[str], stress: bool = False) -> Outcome:
    """Run a command to its end."""
    done = limits.run(command, capture_output=True, env=environment(stress), timeout=120, check=False)
    return Outcome(done.stdout.decode(), done.stderr.decode(), done.returncode)
