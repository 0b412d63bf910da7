"""Compiles a program in units, and merges them into the one object that every other part expects.

It takes an artifact and returns the same bytes whatever was compiled before and by however many processes. Objects of
units are kept in a store under the text of their module, which alone decides their bytes.
"""

from __future__ import annotations

from collections.abc import Callable

from beskid import __version__
from beskid.abi.symbols import ENTRY_SYMBOL, HOST_SYMBOL, PROGRAM_SYMBOL, TESTS_SYMBOL
from beskid.base.digests import sha256_of
from beskid.codegen.artifact import CodegenArtifact, require_valid
from beskid.codegen.conventions import conventions_of
from beskid.codegen.llvm.data import note_image, note_text, rows_content
from beskid.codegen.llvm.metadata import DebugLevel
from beskid.codegen.llvm.pool import Names
from beskid.codegen.llvm.unit_text import UnitText, records_of, write_data, write_unit
from beskid.codegen.merge import merge
from beskid.codegen.objectfile import ObjectFileError
from beskid.codegen.unit_store import COMPILE_UNITS, UnitBuild
from beskid.codegen.units import divide
from beskid.codegen.workers import compile_in_parallel

COMPILER = f"beskid {__version__}"
KEPT_SYMBOLS = frozenset((PROGRAM_SYMBOL, ENTRY_SYMBOL, TESTS_SYMBOL, HOST_SYMBOL))


def build_units(
    artifact: CodegenArtifact,
    target: str,
    optimize: bool,
    debug: DebugLevel,
    compile_text: Callable[[str], bytes],
    build: UnitBuild,
) -> bytes:
    """Return the object of a program. Raises `CodegenError` when a function to compile is invalid."""
    with build.measure("write units"):
        units = divide(artifact, optimize and build.imports, build.max_size)
        names = Names(artifact)
        written = [write_unit(unit, artifact, names, target, COMPILER, debug, optimize) for unit in units]
        data = write_data(artifact, names, written, target, COMPILER, optimize)
        texts = [*[unit.text(data.exposed) for unit in written], data.text]
    records = records_of(artifact, data, written, target)
    contents = [*map(str.encode, texts), records.content()]
    identity = sha256_of(b"\0".join([bytes.fromhex(sha256_of(content)) for content in contents]))
    note = note_image(note_text(artifact, data.pool, target, COMPILER, identity), rows_content(data.pool))
    conventions = conventions_of(target)
    last = records.image(note, conventions.note_section, conventions.sites_section)
    held = build.store.load(texts)
    try:
        return _build(artifact, written, texts, last, held, compile_text, build)
    except ObjectFileError:
        if not any(image is not None for image in held):
            raise
        # An entry of the store is whole and yet no object of its text.
        return _build(artifact, written, texts, last, [None] * len(texts), compile_text, build)


def _build(
    artifact: CodegenArtifact,
    written: list[UnitText],
    texts: list[str],
    records: bytes,
    held: list[bytes | None],
    compile_text: Callable[[str], bytes],
    build: UnitBuild,
) -> bytes:
    missing = [number for number, image in enumerate(held) if image is None]
    build.total = len(texts)
    build.compiled = len(missing)
    build.done = 0
    names = [f.name for number in missing if number < len(written) for f in written[number].pool.written]
    if not build.is_verified:
        require_valid(artifact.module, artifact.has_roots, dict.fromkeys(names))
    with build.measure(COMPILE_UNITS):
        chosen = [texts[number] for number in missing]
        made = compile_in_parallel(chosen, compile_text, build.jobs, build.note_done)
    images = dict(zip(missing, made, strict=True))
    objects = [images[n] if image is None else image for n, image in enumerate(held)]
    with build.measure("merge units"):
        merged = merge([*objects, records], KEPT_SYMBOLS, [unit.pool.metadata.lines for unit in written])
    build.store.store({texts[number]: image for number, image in images.items()})
    return merged
