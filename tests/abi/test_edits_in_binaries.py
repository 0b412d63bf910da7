"""Every edit of `runtime/abi.toml` that the lock catches is also caught between two binaries."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests import limits

from beskid.abi.compare import Change, Surface, compare, compare_surfaces, surface_of_rows
from beskid.abi.contract import parse_contract
from beskid.abi.generate import CONTRACT_PATH, LOCK_PATH, generated_files
from beskid.codegen.objectfile import notes
from beskid.codegen.rows import offered_rows

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / CONTRACT_PATH).read_text(encoding="utf-8")
LOCK = (ROOT / LOCK_PATH).read_text(encoding="utf-8")

STR_EQ = 'params = [{ name = "left", is = "string" }, { name = "right", is = "string" }]\nreturns = "I64"\n'
PHASE = 'name = "gc_phase"\nparams = []\nreturns = "I64"\n'

EDITS = {
    "a function has another name": ('name = "str_eq"', 'name = "str_equal"', "function str_eq"),
    "a function is gone": ('name = "test_bytes_ptr"', 'name = "test_bytes"', "function test_bytes_ptr"),
    "a parameter is gone": (STR_EQ, STR_EQ.replace(', { name = "right", is = "string" }', ""), "function str_eq"),
    "a parameter more": (STR_EQ, STR_EQ.replace("}]", '}, { name = "x", is = "I64" }]'), "function str_eq"),
    "parameters of one kind swapped": (
        STR_EQ,
        STR_EQ.replace("left", "x").replace("right", "left").replace("x", "right"),
        "function str_eq",
    ),
    "a parameter of another kind": ('"size", is = "size"', '"size", is = "F64"', "function alloc"),
    "a parameter of another form": ('"data", is = "bytes"', '"data", is = "address"', "function str_new"),
    "a parameter that may be null": ('"data", is = "bytes"', '"data", is = "bytes?"', "function str_new"),
    "a parameter that may not be null": ('"text", is = "string?"', '"text", is = "string"', "function syscall_write"),
    "a result of another kind": (STR_EQ, STR_EQ.replace('"I64"\n', '"F64"\n'), "function str_eq"),
    "a result of another form": ('returns = "array"', 'returns = "object"', "function array_new"),
    "a result that may be null": (
        'name = "str_slice"',
        'name = "str_slice"\nreturns = "string?"',
        "function str_slice",
    ),
    "a function that collects": (f"{PHASE}collects = false", f"{PHASE}collects = true", "function gc_phase"),
    "a function that panics": (
        f"{PHASE}collects = false\npanics = false",
        f"{PHASE}collects = false\npanics = true",
        "function gc_phase",
    ),
    "a result that is not fresh": ("fresh = true\n", "fresh = false\n", "function alloc"),
    "other attributes": ('attributes = ["cold"]', "attributes = []", "function gc_write_barrier"),
    "another level": ("since = 6", "since = 7", "function gc_statistic"),
    "a tag of another number": ("number = 2\n", "number = 9\n", "tag ptr.text_at"),
    "a tag of another group": ('group = "unit"', 'group = "usize"', "tag unit.release_memory"),
    "a tag with another payload": ('payload = "string"', 'payload = "object"', "tag usize.string_length"),
    "a tag whose payload is not null": ('payload = "address?"', 'payload = "address"', "tag unit.release_memory"),
    "a tag that collects": (
        'payload = "string"\ncollects = false',
        'payload = "string"\ncollects = true',
        "tag usize.string_length",
    ),
    "a moved field": (
        '"align", c = "uint64_t", offset = 8, size = 8, meaning = "Alignment." },\n    { name = "pointer_count", '
        'c = "uint32_t", offset = 16',
        '"pointer_count", c = "uint32_t", offset = 8, size = 4, meaning = "x" },\n    { name = "reserved2", '
        'c = "uint32_t", offset = 12, size = 4, meaning = "x" },\n    { name = "align", c = "uint32_t", offset = 16',
        "field BeskidTypeDescriptor.align",
    ),
    "a field of another type": ('{ name = "tag", c = "int32_t"', '{ name = "tag", c = "uint32_t"', "field BeskidInter"),
    "a renamed field": ('{ name = "cap", c = "uint64_t"', '{ name = "room", c = "uint64_t"', "field BeskidArray.cap"),
    "a larger structure": (
        "size = 16\nmeaning = \"A run of free zeroed cells.\"\nfields = [",
        "size = 24\nmeaning = \"A run of free zeroed cells.\"\nfields = [\n"
        '    { name = "first", c = "uint64_t", offset = 0, size = 8, meaning = "x" },',
        "struct BeskidAllocationCursor",
    ),
    "another number": ("value = 101", "value = 104", "constant STATUS_PANIC"),
    "other size classes": ("16, 24, 32, 40,", "16, 32, 40,", "constant SIZE_CLASSES"),
    "a clause with another meaning": ("with a null handle returns -1.", "panics.", "semantics write-null-handle"),
    "a clause is gone": ('name = "string-hash"', 'name = "hash"', "semantics string-hash"),
    "a support function is gone": ('"memcpy", ', "", "support memcpy"),
}  # fmt: skip


def edited(old: str, new: str) -> str:
    """The contract after one edit; a field that moves takes the fields of its structure with it."""
    assert old in TEXT, old
    text = TEXT.replace(old, new, 1)
    if 'name = "str_slice"' in new:
        head, _, rest = text.partition('name = "str_slice"\nreturns = "string?"')
        text = head + 'name = "str_slice"' + rest.replace('returns = "string"', 'returns = "string?"', 1)
    if '"first"' in new:
        text = text.replace('"cursor", c = "uint8_t *", offset = 0', '"cursor", c = "uint8_t *", offset = 8', 1)
        text = text.replace('"limit", c = "uint8_t *", offset = 8', '"limit", c = "uint8_t *", offset = 16', 1)
        text = text.replace(
            'offset = 16, size = 4, meaning = "Number of offsets."', 'offset = 16, size = 4, meaning = "x"'
        )
    # The source form of a function has as many parameters as the function, and is not a part of the contract.
    return "\n".join(line for line in text.splitlines() if not line.startswith("source = ")) + "\n"


def built(folder: Path, text: str) -> Surface:
    """The state in the object of the runtime's version file, compiled from an edited contract."""
    include = folder / "include"
    shutil.copytree(ROOT / "runtime" / "include", include)
    for path, made in generated_files(text).items():
        if path.startswith("runtime/include/"):
            (include / Path(path).name).write_text(made, encoding="utf-8")
    source = ROOT / "runtime" / "src" / "entry" / "version.c"
    words = ["-std=c11", "-O0", f"-I{include}", f"-I{ROOT / 'runtime' / 'src'}", "-c", str(source)]
    limits.run(["cc", *words, "-o", str(folder / "version.o")], check=True)
    contract = parse_contract(text)
    return surface_of_rows(contract.version, contract.level, offered_rows(notes((folder / "version.o").read_bytes())))


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_caught_between_two_binaries(name: str, tmp_path: Path) -> None:
    old, new, clause = EDITS[name]
    text = edited(old, new)
    by_lock = compare(LOCK, parse_contract(text))
    assert by_lock.change is Change.BREAKING
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    after.mkdir()
    by_binaries = compare_surfaces(built(before, TEXT), built(after, text))
    assert by_binaries.change is Change.BREAKING
    assert [str(item) for item in by_binaries.differences] == [str(item) for item in by_lock.differences]
    assert any(item.clause.startswith(clause) for item in by_binaries.differences)
