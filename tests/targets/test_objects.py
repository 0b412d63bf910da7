"""Objects of every target: what is emitted is read back, and names and shapes are the same on all of them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from tests.targets.corpus import EVERYTHING, REFERENCE, SAMPLE, TRIPLES, artifact_of, object_of

from beskid.abi import BUILTIN_SPECS
from beskid.abi.generated.numbers import RUNTIME_EXPORT_SYMBOLS
from beskid.abi.rows import row_hash
from beskid.abi.symbols import ENTRY_SYMBOL, PROGRAM_SYMBOL, private_export
from beskid.codegen.conventions import CONVENTIONS, support_symbols
from beskid.codegen.emit import EmitOptions, emit_object
from beskid.codegen.fileformats import inspect
from beskid.codegen.formats.model import BinaryFile, FileFormat, FileKind
from beskid.codegen.objectfile import fields_of
from beskid.codegen.rows import NeededRows, needed_rows
from beskid.driver.abi_verify import machine_shape, verify_image

NUMBERS = 600
"""So many numbers in one text need a frame of more than a page."""

WIDE = f'string Wide(i64 a) {{ return "{"${a}" * NUMBERS}"; }}\nunit main() {{ PrintLine(Wide(3)); }}\n'
FILL = (
    "unit Fill(i64[] cells, i64 value) { for i in range(0, cells.Len()) { cells[i] = value; } }\n"
    'unit main() { i64[] cells = [1, 2, 3]; Fill(cells, 7); PrintLine("${cells[0]}"); }\n'
)
EVERY_TEXT = EVERYTHING.read_text(encoding="utf-8")
SITES = {FileFormat.ELF: "beskid_sites", FileFormat.MACHO: "__beskid_sites", FileFormat.COFF: ".bskdsit"}


def read(image: bytes) -> BinaryFile:
    binary = inspect(image)
    assert isinstance(binary, BinaryFile), binary
    return binary


def shared_names(names: Iterable[str], triple: str) -> set[str]:
    """The names that do not depend on the target: LLVM calls helpers of its own."""
    helpers = support_symbols(triple) | support_symbols(REFERENCE)
    return set(names) - helpers - own_checks(triple)


def rows_of(binary: BinaryFile) -> tuple[dict[str, list[str]], list[str]]:
    """What an object says that it relies on: its fields, and its rows by their hashes."""
    fields = fields_of(binary.notes)
    del fields["target"]
    needed = needed_rows(binary.notes, fields)
    assert [row_hash(row) for row in rows_in(needed)] == list(needed.hashes)
    own = {name for triple in TRIPLES if triple.startswith(binary.machine) for name in own_checks(triple)}
    for key in ("import", "row"):
        fields[key] = [line for line in fields.get(key, []) if line.partition("(")[0] not in own]
    return fields, [row for row in rows_in(needed) if row.removeprefix("function ").partition("(")[0] not in own]


def rows_in(needed: NeededRows) -> list[str]:
    return [*[f"function {row}" for row in needed.functions], *needed.clauses()]


def own_checks(triple: str) -> set[str]:
    """The functions of the runtime that objects of a target call for what guard pages do elsewhere."""
    return {"panic_stack_overflow"} if CONVENTIONS[triple].stack_margin else set()


def test_every_target_has_its_conventions() -> None:
    assert set(TRIPLES) <= set(CONVENTIONS)


@pytest.mark.parametrize("level", [0, 2])
@pytest.mark.parametrize("triple", TRIPLES)
def test_what_is_emitted_is_read_back(triple: str, level: int) -> None:
    image = object_of(EVERY_TEXT, triple, level)
    binary = read(image)
    assert (binary.format, binary.kind, binary.machine) == (
        CONVENTIONS[triple].format, FileKind.OBJECT, triple.partition("-")[0],
    )  # fmt: skip
    assert fields_of(binary.notes)["target"] == [triple]
    assert {PROGRAM_SYMBOL, ENTRY_SYMBOL, private_export("everything_add")} <= binary.defined
    assert {"abs", "labs", "qsort"} <= binary.undefined
    if binary.format in SITES:
        assert SITES[binary.format] in binary.sections
    verdict = verify_image("program.o", image)
    assert (verdict.kind, verdict.problems) == ("object", [])
    assert verdict.facts["target"] == triple


@pytest.mark.parametrize("triple", TRIPLES)
def test_the_names_and_rows_of_everything_are_the_same(triple: str) -> None:
    for level in (0, 2):
        ours, theirs = read(object_of(EVERY_TEXT, triple, level)), read(object_of(EVERY_TEXT, REFERENCE, level))
        assert ours.defined == theirs.defined
        assert shared_names(ours.undefined, triple) == shared_names(theirs.undefined, triple)
        assert rows_of(ours) == rows_of(theirs)


@pytest.mark.parametrize("name", sorted(SAMPLE))
def test_the_names_and_rows_of_the_corpus_are_the_same(name: str) -> None:
    made = artifact_of(name)
    theirs = read(emit_object(made, EmitOptions(REFERENCE)))
    for triple in TRIPLES:
        ours = read(emit_object(made, EmitOptions(triple)))
        assert ours.defined == theirs.defined, triple
        assert shared_names(ours.undefined, triple) == shared_names(theirs.undefined, triple), triple
        assert rows_of(ours) == rows_of(theirs), triple


@pytest.mark.parametrize("triple", [triple for triple in TRIPLES if CONVENTIONS[triple].format is FileFormat.WASM])
def test_the_shapes_of_calls_are_those_of_the_contract(triple: str) -> None:
    """WebAssembly states the signature of every function, so what the calls pass is read from the objects."""
    specs = {spec.symbol: spec for spec in BUILTIN_SPECS}
    seen = set()
    for name in SAMPLE:
        image = emit_object(artifact_of(name), EmitOptions(triple))
        for symbol in read(image).symbols:
            if symbol.name in specs and not symbol.is_defined:
                assert symbol.shape == machine_shape(specs[symbol.name]), symbol.name
                seen.add(symbol.name)
    assert len(seen) > 20


@pytest.mark.parametrize("level", [0, 2])
@pytest.mark.parametrize("triple", TRIPLES)
def test_a_large_frame_calls_helpers_of_the_target_alone(triple: str, level: int) -> None:
    needed = read(object_of(WIDE, triple, level)).undefined
    assert needed <= {*RUNTIME_EXPORT_SYMBOLS, *support_symbols(triple)}
    probe = {"x86_64-pc-windows-gnu": "___chkstk_ms", "aarch64-pc-windows-gnu": "__chkstk"}.get(triple)
    assert probe is None or probe in needed


@pytest.mark.parametrize("triple", TRIPLES)
def test_a_loop_that_fills_an_array_calls_helpers_of_the_target_alone(triple: str) -> None:
    needed = read(object_of(FILL, triple)).undefined
    assert needed <= {*RUNTIME_EXPORT_SYMBOLS, *support_symbols(triple)}


@pytest.mark.parametrize("triple", TRIPLES)
def test_the_same_bytes_twice(triple: str) -> None:
    made = emit_object(artifact_of(sorted(SAMPLE)[0]), EmitOptions(triple))
    assert made == emit_object(artifact_of(sorted(SAMPLE)[0]), EmitOptions(triple))
