"""Boundary: the runtime's names are those of the list, once, and both forms of it answer with the one version."""

from __future__ import annotations

import ctypes
from collections import Counter

import pytest
from tests.boundary.programs import RUNNABLE
from tests.boundary.toolbox import ROOT, TRIPLE, artifact, compile_text, runtime_folder

import beskid.abi.generated.numbers
import beskid.abi.generated.tables
import beskid.aot.runtime_archive
import beskid.engine.jit_module
from beskid import abi
from beskid.abi.generated.numbers import BESKID_RUNTIME_ABI_STATEMENT
from beskid.aot.runtime_archive import STATEMENT, open_runtime
from beskid.codegen.fileformats import archive_symbols, read_binary
from beskid.codegen.formats.archive import archive_members
from beskid.codegen.objectfile import defined_symbols, note_fields, undefined_symbols
from beskid.engine.runtime_library import load_runtime

FROZEN = """
beskid_runtime_abi_version alloc str_new str_concat str_len array_new panic panic_str syscall_write syscall_read
gc_write_barrier gc_root_handle gc_unroot_handle gc_register_root gc_unregister_root event_subscribe
event_unsubscribe_first event_len event_get_handler interop_dispatch_unit interop_dispatch_ptr interop_dispatch_usize
test_bytes_ptr test_bytes_len
""".split()  # noqa: SIM905 (the names read best as running text)
"""The names that version 2 began with, in their order."""

OBSERVERS = [
    "array_len",
    "gc_bytes_allocated",
    "gc_object_count",
    "gc_phase",
    "gc_collect",
    "gc_collect_if_needed",
    "gc_external_root_count",
]


def test_the_list_begins_with_the_frozen_names_and_every_name_has_a_row() -> None:
    assert list(abi.RUNTIME_EXPORT_SYMBOLS[: len(FROZEN) + len(OBSERVERS)]) == [*FROZEN, *OBSERVERS]
    assert [spec.symbol for spec in abi.BUILTIN_SPECS] == list(abi.RUNTIME_EXPORT_SYMBOLS)
    assert len(set(abi.RUNTIME_EXPORT_SYMBOLS)) == len(abi.RUNTIME_EXPORT_SYMBOLS)


def test_the_shared_runtime_shows_exactly_the_list() -> None:
    assert read_binary((runtime_folder() / "libbeskid_runtime.so").read_bytes()).defined == set(
        abi.RUNTIME_EXPORT_SYMBOLS
    )


def test_the_archive_defines_every_name_once() -> None:
    archive = (runtime_folder() / "libbeskid_runtime.a").read_bytes()
    counts = Counter(name for _, member in archive_members(archive) for name in defined_symbols(member))
    assert {name: counts[name] for name in abi.RUNTIME_EXPORT_SYMBOLS} == dict.fromkeys(abi.RUNTIME_EXPORT_SYMBOLS, 1)
    assert not [name for name in counts if name not in abi.RUNTIME_EXPORT_SYMBOLS and not name.startswith("bk_")]


def test_engine_builder_and_code_generation_read_one_contract() -> None:
    held = [
        vars(module)["RUNTIME_EXPORT_SYMBOLS"]
        for module in (
            beskid.engine.jit_module,
            beskid.aot.runtime_archive,
            beskid.abi.generated.numbers,
            beskid.abi.generated.tables,
        )
    ]
    assert all(names is abi.RUNTIME_EXPORT_SYMBOLS for names in held)


def test_both_forms_of_the_runtime_answer_with_the_version() -> None:
    library = load_runtime(str(runtime_folder() / "libbeskid_runtime.so"))
    answer = library.function("beskid_runtime_abi_version")()
    archive = open_runtime(runtime_folder(), TRIPLE)
    assert answer == archive.version == abi.BESKID_RUNTIME_ABI_VERSION == 2
    assert library.level() == archive.level == abi.BESKID_RUNTIME_ABI_LEVEL
    for name in ("libbeskid_runtime.so", "libbeskid_runtime.a"):
        found = STATEMENT.search((runtime_folder() / name).read_bytes())
        assert found is not None
        assert found[0].decode().strip() == BESKID_RUNTIME_ABI_STATEMENT


def test_the_version_is_an_unsigned_number_of_32_bits() -> None:
    handle = ctypes.CDLL(str(runtime_folder() / "libbeskid_runtime.so"))
    handle.beskid_runtime_abi_version.restype = ctypes.c_uint32
    assert handle.beskid_runtime_abi_version() == 2


def test_pointers_have_64_bits() -> None:
    assert ctypes.sizeof(ctypes.c_void_p) == 8


def test_the_start_up_object_uses_listed_names_only() -> None:
    start = (runtime_folder() / "beskid_start.o").read_bytes()
    assert set(undefined_symbols(start)) - {"beskid_program"} <= set(abi.RUNTIME_EXPORT_SYMBOLS)


@pytest.mark.parametrize("name", sorted(RUNNABLE))
def test_an_object_imports_listed_names_with_the_lists_signatures(name: str) -> None:
    image = compile_text(RUNNABLE[name].text)
    specs = {spec.symbol: spec for spec in abi.BUILTIN_SPECS}
    needed = set(undefined_symbols(image))
    assert needed <= {*abi.RUNTIME_EXPORT_SYMBOLS, *abi.SUPPORT_SYMBOLS}
    stated = note_fields(image).get("import", [])
    for line in stated:
        spec = specs[line.partition("(")[0]]
        assert line == f"{spec.symbol}({','.join(kind.value for kind in spec.params)}){spec.returns.value}"
    assert needed - set(abi.SUPPORT_SYMBOLS) <= {line.partition("(")[0] for line in stated}


def test_exports_never_enter_the_list() -> None:
    assert not set(artifact(RUNNABLE["hello"].text).exports) & set(abi.RUNTIME_EXPORT_SYMBOLS)
    archive = archive_symbols((runtime_folder() / "libbeskid_runtime.a").read_bytes())
    assert not [name for name in archive if name.startswith(("jit_", "aot_"))]


def test_every_version_after_the_first_has_its_migration_note() -> None:
    for version in range(3, abi.BESKID_RUNTIME_ABI_VERSION + 1):
        assert (ROOT / "docs" / "abi" / f"migration-{version}.md").is_file()
