"""The data of a module: descriptors, literals, closures, call sites, the program record and the note.

Everything is constant and local except the program record, which the engine and the start-up object look up. Data is
ordered by first use or by name, so the bytes depend on the program alone. The note survives linking and `strip`;
it tells tools what an object was compiled for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from beskid.abi import BUILTIN_SPECS, INTEROP_TAGS
from beskid.abi.generated.rows import FUNCTION_ROWS
from beskid.abi.generated.tables import (
    BESKID_DRAFT_HASH,
    BESKID_RUNTIME_ABI_VERSION,
    DESCRIPTOR_FLAG_BOUND_METHOD,
    SITE_INLINED,
    SITE_INLINED_LEVEL,
)
from beskid.abi.symbols import (
    COUNTERS_SYMBOL,
    ENTRY_SYMBOL,
    HOST_SYMBOL,
    POLL_SYMBOL,
    PROGRAM_SYMBOL,
    TESTS_SYMBOL,
)
from beskid.codegen.artifact import CodegenArtifact
from beskid.codegen.llvm.pool import Pool, closure_name, descriptor_name
from beskid.codegen.llvm.tables import table_line
from beskid.codegen.llvm.types import MEMORY_TYPE, escape, global_name
from beskid.codegen.objectfile import NOTE_OWNER, NOTE_ROWS_NEEDED, NOTE_SECTION, NOTE_TYPE
from beskid.codegen.rows import rows_note
from beskid.ir.model import Descriptor, HostInterface, Location, Signature

DESCRIPTOR_TYPE = "{ i64, i64, i32, i32, ptr, ptr, i64 }"
CLOSURE_DESCRIPTOR = "@.closure_descriptor"
NULL = "null"

Word = tuple[str, int | str]
"""A part of a record: `i32` or `i64` and a number, or `ptr` and the name of what is there, or `NULL`."""


class Texts:
    """The C strings of a module, without duplicates."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def address(self, text: str) -> str:
        """Return the address of the text, which is followed by a zero byte."""
        return f"@.c.{self._known.setdefault(text, len(self._known))}"

    def items(self) -> Iterable[tuple[str, str]]:
        """Return the address and the text of each string whose address was taken."""
        return [(f"@.c.{number}", text) for text, number in self._known.items()]

    def lines(self) -> list[str]:
        """Return the definitions of all strings whose address was taken."""
        return [
            f"@.c.{number} = private unnamed_addr constant [{len(text.encode()) + 1} x i8] "
            f'c"{escape(text.encode())}\\00"'
            for text, number in self._known.items()
        ]


def descriptor_lines(descriptor: Descriptor, texts: Texts) -> list[str]:
    """Define a type descriptor and its table of reference offsets."""
    lines = []
    offsets = "null"
    count = len(descriptor.reference_offsets)
    if count:
        offsets = global_name(f"__beskid_type_offsets_{descriptor.name}")
        held = ", ".join([f"i64 {offset}" for offset in descriptor.reference_offsets])
        lines.append(f"{offsets} = internal constant [{count} x i64] [{held}], align 8")
    lines.append(
        f"{descriptor_name(descriptor.name)} = internal constant {DESCRIPTOR_TYPE} {{ i64 {descriptor.size}, "
        f"i64 {descriptor.align}, i32 {count}, i32 0, ptr {offsets}, ptr {texts.address(descriptor.display)}, "
        f"i64 {DESCRIPTOR_FLAG_BOUND_METHOD if descriptor.is_bound_method else 0} }}, align 8"
    )
    return lines


def literal_lines(pool: Pool) -> list[str]:
    """Define the static strings: the two words of each, and the bytes."""
    lines = []
    for data, label in pool.literals.items():
        stored = data or b"\0"
        lines.append(f'@.bytes.{label} = private unnamed_addr constant [{len(stored)} x i8] c"{escape(stored)}"')
        lines.append(
            f"@.text.{label} = private constant {{ ptr, i64 }} {{ ptr @.bytes.{label}, i64 {len(data)} }}, align 16"
        )
    return lines


def closure_lines(pool: Pool, texts: Texts) -> list[str]:
    """Define the static closures, one per function, with one descriptor that has no captures."""
    if not pool.closures:
        return []
    lines = [
        f"{CLOSURE_DESCRIPTOR} = private constant {DESCRIPTOR_TYPE} {{ i64 16, i64 8, i32 0, i32 0, ptr null, "
        f"ptr {texts.address('<function>')}, i64 0 }}, align 8"
    ]
    for function in pool.closures:
        lines.append(
            f"{closure_name(function)} = private constant {{ ptr, ptr }} {{ ptr {CLOSURE_DESCRIPTOR}, "
            f"ptr {pool.body(function)} }}, align 16"
        )
    return lines


def variant_lines(pool: Pool) -> list[str]:
    """Define the static objects of variants without payload: descriptor and tag."""
    return [
        f"{name} = private constant {{ ptr, i32, i32 }} "
        f"{{ ptr {descriptor_name(descriptor)}, i32 {tag}, i32 0 }}, align 16"
        for (descriptor, tag), name in pool.variants.items()
    ]


def site_words(site: Location, texts: Texts) -> list[Word]:
    """Return a call-site record. A bit of the column marks inlined code; the record of its caller follows."""
    return [
        ("ptr", texts.address(site.function)),
        ("ptr", texts.address(site.file)),
        ("i32", site.line),
        ("i32", site.column | (SITE_INLINED if site.caller is not None else 0)),
    ]


def program_words(artifact: CodegenArtifact, pool: Pool, texts: Texts) -> list[Word]:
    """Return the record that describes the object to the runtime."""
    return [
        ("i32", BESKID_RUNTIME_ABI_VERSION),
        ("i32", needed_level(pool.runtime, pool.sites)),
        ("i64", signed(BESKID_DRAFT_HASH)),
        ("ptr", pool.sites_address() if pool.sites else NULL),
        ("i64", len(pool.sites)),
        ("ptr", f"@{ENTRY_SYMBOL}" if artifact.entry is not None else NULL),
        ("ptr", texts.address(artifact.name)),
    ]


def record_text(words: list[Word]) -> str:
    """Format a record as the value of an LLVM constant."""
    return "{ " + ", ".join([f"{kind} {held}" for kind, held in words]) + " }"


def record_type(words: list[Word]) -> str:
    """Return the LLVM type of a record."""
    return "{ " + ", ".join([kind for kind, _ in words]) + " }"


def site_lines(sites: list[Location], texts: Texts, section: str) -> list[str]:
    """Define the array of call-site records in a section of the target. Stack traces recognize their addresses."""
    records = [site_words(site, texts) for site in sites]
    kind = record_type(records[0])
    held = ", ".join([f"{kind} {record_text(record)}" for record in records])
    place = f', section "{section}"' if section else ""
    return [f"@.sites = internal constant [{len(records)} x {kind}] [{held}]{place}, align 8"]


def program_line(artifact: CodegenArtifact, pool: Pool, texts: Texts) -> str:
    """Define the record of the program."""
    words = program_words(artifact, pool, texts)
    return f"@{PROGRAM_SYMBOL} = hidden constant {record_type(words)} {record_text(words)}, align 8"


class Constants:
    """The constants of a module: `literals`, `descriptors`, and `others`, each a list of definitions.

    Definitions are local. `shared` changes the linkage of those that other modules of the program refer to.
    """

    __slots__ = ("descriptors", "literals", "others")

    def __init__(self, artifact: CodegenArtifact, pool: Pool, texts: Texts, shared: Callable[[str], str] = str) -> None:
        self.literals = [shared(line) for line in literal_lines(pool)] + pool.data_lines()
        self.descriptors: list[str] = []
        for descriptor in artifact.type_descriptors:
            *offsets, row = descriptor_lines(descriptor, texts)
            self.descriptors += [*offsets, shared(row)]
        self.others = [shared(line) for line in closure_lines(pool, texts)]
        self.others += [shared(line) for line in variant_lines(pool)]
        self.others += [shared(table_line(table, pool)) for table in artifact.method_tables]
        if artifact.tests:
            self.others.append(tests_line(artifact))
        if artifact.has_counters:
            self.others.append(f"@{COUNTERS_SYMBOL} = hidden global ptr null, align 8")
        if artifact.host is not None:
            self.others += [shared(poll_line()), host_line(artifact.host)]


def tests_line(artifact: CodegenArtifact) -> str:
    """Define the table of the entries of the tests, in the order of the artifact, for `beskid_call`."""
    entries = ", ".join([f"ptr @{test_entry_symbol(number)}" for number in range(len(artifact.tests))])
    return f"@{TESTS_SYMBOL} = hidden constant [{len(artifact.tests)} x ptr] [{entries}], align 8"


def host_line(host: HostInterface) -> str:
    """Define the table of a host: the wrappers of its entries, the descriptors, the code of its function values, and
    the word that polls read."""
    rows = [f"ptr @{host_entry_symbol(number)}" for number in range(len(host.entries))]
    rows += [f"ptr {descriptor_name(name)}" for name in host.descriptors]
    rows += [f"ptr @{host_callback_symbol(number)}" for number in range(len(host.callbacks))]
    rows.append(f"ptr @{POLL_SYMBOL}")
    return f"@{HOST_SYMBOL} = hidden constant [{len(rows)} x ptr] [{', '.join(rows)}], align 8"


def poll_line() -> str:
    """Define the word that a host sets to be called by the next poll."""
    return f"@{POLL_SYMBOL} = internal global i32 0, align 4"


def host_entry_symbol(number: int) -> str:
    """Return the symbol of the function through which a host calls one of its entries."""
    return f"beskid_host_entry.{number}"


def host_callback_symbol(number: int) -> str:
    """Return the symbol of the code of function values that a host makes."""
    return f"beskid_host_callback.{number}"


def test_entry_symbol(number: int) -> str:
    """Return the symbol of the function through which the runtime calls a test."""
    return f"beskid_test_entry.{number}"


def needed_level(symbols: set[str], sites: Sequence[Location] = ()) -> int:
    """Return the level of the contract that an object needs for its imports and call sites, at least 1."""
    levels = [spec.since for spec in BUILTIN_SPECS if spec.symbol in symbols]
    # Tags are values at run time, so an object may use every tag of a group.
    levels += [tag.since for tag in INTEROP_TAGS if tag.function in symbols]
    if any(site.caller is not None for site in sites):
        levels.append(SITE_INLINED_LEVEL)
    return max([1, *levels])


def signed(number: int) -> int:
    """Convert an unsigned 64-bit number to the signed one that LLVM expects."""
    return number - (1 << 64) if number >> 63 else number


# The note -------------------------------------------------------------------------------------------------------


def note_text(artifact: CodegenArtifact, pool: Pool, target: str, compiler: str, identity: str = "") -> str:
    """Return the content of the note: lines of the form `key=value`.

    `identity` is the hash of the program's content, by default that of its canonical text.
    """
    lines = [
        f"abi={BESKID_RUNTIME_ABI_VERSION}",
        f"level={needed_level(pool.runtime, pool.sites)}",
        f"draft={BESKID_DRAFT_HASH:#018x}",
        f"target={target}",
        f"compiler={compiler}",
        f"artifact={identity or artifact.canonical_hash()}",
    ]
    if artifact.host is not None:
        lines += [f"interface={artifact.host.text}", f"entries={' '.join(artifact.host_facts)}"]
    rows = imported_rows(pool)
    lines += [f"import={FUNCTION_ROWS[row][0]}" for row in rows]
    lines += [f"row={row}" for row in rows]
    for imported in artifact.extern_imports:
        if imported.symbol in pool.used_externs:
            lines.append(f"extern={imported.symbol}@{imported.library}{signature_text(imported.signature)}")
    return "\n".join(lines) + "\n"


def imported_rows(pool: Pool) -> list[str]:
    """Return the rows of the runtime functions that the object calls, in the order of the contract."""
    return [row for row in FUNCTION_ROWS if row.partition("(")[0] in pool.runtime]


def rows_content(pool: Pool) -> bytes:
    """Return the content of the second note: hashes of all rows that the object relies on."""
    return rows_note(imported_rows(pool), needed_level(pool.runtime, pool.sites))


def signature_text(signature: Signature) -> str:
    """Format a foreign signature as `(parameters)result`."""
    parameters = ",".join([MEMORY_TYPE[parameter] for parameter in signature.parameters])
    return f"({parameters}){MEMORY_TYPE[signature.results[0]] if signature.results else 'void'}"


def note_record(kind: int, content: bytes) -> bytes:
    """Return one record of a note section."""
    owner = NOTE_OWNER + b"\0"
    header = b"".join([word.to_bytes(4, "little") for word in (len(owner), len(content), kind)])
    return header + owner + bytes(-len(owner) % 4) + content + bytes(-len(content) % 4)


def note_image(text: str, rows: bytes) -> bytes:
    """Return the content of the section of the notes."""
    return note_record(NOTE_TYPE, text.encode()) + note_record(NOTE_ROWS_NEEDED, rows)


def note_lines(text: str, rows: bytes, section: str) -> list[str]:
    """Define the notes in a section of the target, or in a custom section of WebAssembly if `section` is empty."""
    image = note_image(text, rows)
    if not section:
        # Data would become part of the program's memory; metadata becomes a section of its own.
        node = f"!{_NOTE_NODE}"
        return [f"!wasm.custom_sections = !{{{node}}}", f'{node} = !{{!"{NOTE_SECTION}", !"{escape(image)}"}}']
    return [
        f'@.beskid_note = private constant [{len(image)} x i8] c"{escape(image)}", section "{section}", align 4',
        '@llvm.used = appending global [1 x ptr] [ptr @.beskid_note], section "llvm.metadata"',
    ]


_NOTE_NODE = 1 << 30
"""The number of a metadata node, larger than those of any module."""
