"""Programs compiled for every target: one that holds everything an object can hold, and a sample of the corpus."""

from __future__ import annotations

import zlib
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.lang.case import find_cases
from tests.lang.engines import open_case

from beskid.codegen.artifact import CodegenArtifact, make_artifact
from beskid.codegen.emit import EmitOptions, emit_object
from beskid.codegen.target import TARGETS
from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.lower.pipeline import PassOptions, run_passes

HERE = Path(__file__).resolve().parent
EVERYTHING = HERE / "everything.bd"
REFERENCE = "x86_64-unknown-linux-gnu"
ONE_OF = 24
"""The share of the corpus that is sampled, by the names of its programs."""

TRIPLES = tuple(TARGETS)
SAMPLE = {
    case.name: case
    for case in find_cases(HERE.parent / "lang")
    if zlib.crc32(case.name.encode()) % ONE_OF == 0 and "aot-O2" in case.engines
}


@cache
def artifact_of(name: str) -> CodegenArtifact:
    """The artifact of a program of the sample; it is made once for all targets."""
    with TemporaryDirectory() as folder:
        module = open_case(SAMPLE[name], Path(folder)).lowered()
    assert module is not None, name
    run_passes(module, PassOptions(optimize=True))
    return make_artifact(module)


@cache
def artifact_of_text(text: str) -> CodegenArtifact:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "program.bd"
        path.write_text(text, encoding="utf-8")
        resolved = resolve_input(path, None, None, Path(folder))
        assert not isinstance(resolved, ResolveFailure)
        made = Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": folder}).artifact()
    assert made is not None
    return made


@cache
def object_of(text: str, triple: str, level: int = 2) -> bytes:
    return emit_object(artifact_of_text(text), EmitOptions(triple, opt_level=level))
