"""Edits of `runtime/abi.toml` that break compiled programs, each with the clause that it changes.

The lock must refuse each, and two binaries of the contract before and after it must differ in the same clauses.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from beskid.abi.generate import CONTRACT_PATH

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / CONTRACT_PATH).read_text(encoding="utf-8")


@dataclass(frozen=True)
class Edit:
    """`old`, in its first place, becomes `new`. `reported` is the clause and what is said of it."""

    old: str
    new: str
    clause: str
    is_removed: bool = False

    @property
    def reported(self) -> str:
        return f"{self.clause} {'was removed' if self.is_removed else 'changed'}"


STR_EQ = 'params = [{ name = "left", is = "string" }, { name = "right", is = "string" }]\nreturns = "I64"\n'
PHASE = 'name = "gc_phase"\nparams = []\nreturns = "I64"\n'

EDITS = {
    "a function has another name": Edit('name = "str_eq"', 'name = "str_equal"', "function str_eq", True),
    "a function is gone": Edit('name = "test_bytes_ptr"', 'name = "test_bytes"', "function test_bytes_ptr", True),
    "a parameter is gone": Edit(STR_EQ, STR_EQ.replace(', { name = "right", is = "string" }', ""), "function str_eq"),
    "a parameter more": Edit(STR_EQ, STR_EQ.replace("}]", '}, { name = "x", is = "I64" }]'), "function str_eq"),
    "parameters of one kind swapped": Edit(
        STR_EQ,
        STR_EQ.replace("left", "x").replace("right", "left").replace("x", "right"),
        "function str_eq",
    ),
    "a parameter of another kind": Edit('"size", is = "size"', '"size", is = "F64"', "function alloc"),
    "a parameter of another form": Edit('"data", is = "bytes"', '"data", is = "address"', "function str_new"),
    "a parameter that may be null": Edit('"data", is = "bytes"', '"data", is = "bytes?"', "function str_new"),
    "a parameter that may not be null": Edit(
        '"text", is = "string?"', '"text", is = "string"', "function syscall_write"
    ),
    "a result of another kind": Edit(STR_EQ, STR_EQ.replace('"I64"\n', '"F64"\n'), "function str_eq"),
    "a result of another form": Edit('returns = "array"', 'returns = "object"', "function array_new"),
    "a result that may be null": Edit(
        'name = "str_slice"',
        'name = "str_slice"\nreturns = "string?"',
        "function str_slice",
    ),
    "a function that collects": Edit(f"{PHASE}collects = false", f"{PHASE}collects = true", "function gc_phase"),
    "a function that panics": Edit(
        f"{PHASE}collects = false\npanics = false",
        f"{PHASE}collects = false\npanics = true",
        "function gc_phase",
    ),
    "a result that is not fresh": Edit("fresh = true\n", "fresh = false\n", "function alloc"),
    "other attributes": Edit('attributes = ["cold"]', "attributes = []", "function gc_write_barrier"),
    "another level": Edit("since = 6", "since = 7", "function gc_statistic"),
    "a tag of another number": Edit("number = 2\n", "number = 9\n", "tag ptr.text_at"),
    "a tag of another group": Edit('group = "unit"', 'group = "usize"', "tag unit.release_memory", True),
    "a tag with another payload": Edit('payload = "string"', 'payload = "object"', "tag usize.string_length"),
    "a tag whose payload is not null": Edit('payload = "address?"', 'payload = "address"', "tag unit.release_memory"),
    "a tag that collects": Edit(
        'payload = "string"\ncollects = false',
        'payload = "string"\ncollects = true',
        "tag usize.string_length",
    ),
    "a moved field": Edit(
        '"align", c = "uint64_t", offset = 8, size = 8, meaning = "Alignment." },\n    { name = "pointer_count", '
        'c = "uint32_t", offset = 16',
        '"pointer_count", c = "uint32_t", offset = 8, size = 4, meaning = "x" },\n    { name = "reserved2", '
        'c = "uint32_t", offset = 12, size = 4, meaning = "x" },\n    { name = "align", c = "uint32_t", offset = 16',
        "field BeskidTypeDescriptor.align",
    ),
    "a field of another type": Edit(
        '{ name = "tag", c = "int32_t"', '{ name = "tag", c = "uint32_t"', "field BeskidInteropEnvelope.tag"
    ),
    "a renamed field": Edit(
        '{ name = "cap", c = "uint64_t"', '{ name = "room", c = "uint64_t"', "field BeskidArray.cap", True
    ),
    "a larger structure": Edit(
        'size = 16\nmeaning = "A run of free zeroed cells."\nfields = [',
        'size = 24\nmeaning = "A run of free zeroed cells."\nfields = [\n'
        '    { name = "first", c = "uint64_t", offset = 0, size = 8, meaning = "x" },',
        "struct BeskidAllocationCursor",
    ),
    "another number": Edit("value = 101", "value = 104", "constant STATUS_PANIC"),
    "other size classes": Edit("16, 24, 32, 40,", "16, 32, 40,", "constant SIZE_CLASSES"),
    "a clause with another meaning": Edit("with a null handle returns -1.", "panics.", "semantics write-null-handle"),
    "a clause is gone": Edit('name = "string-hash"', 'name = "hash"', "semantics string-hash", True),
    "a support function is gone": Edit('"memcpy", ', "", "support memcpy", True),
}


def edited(edit: Edit) -> str:
    """The contract after one edit; a field that moves takes the fields of its structure with it."""
    old, new = edit.old, edit.new
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
