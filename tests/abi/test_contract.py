"""The contract file's rules: what the parser refuses, and what the tables promise."""

from __future__ import annotations

from pathlib import Path

import pytest

from beskid import abi
from beskid.abi.contract import NARROWING_ATTRIBUTES, ContractError, parse_contract
from beskid.abi.generate import CONTRACT_PATH

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / CONTRACT_PATH).read_text(encoding="utf-8")

FROZEN = [
    "beskid_runtime_abi_version",
    "alloc",
    "str_new",
    "str_concat",
    "str_len",
    "array_new",
    "panic",
    "panic_str",
    "syscall_write",
    "syscall_read",
    "gc_write_barrier",
    "gc_root_handle",
    "gc_unroot_handle",
    "gc_register_root",
    "gc_unregister_root",
    "event_subscribe",
    "event_unsubscribe_first",
    "event_len",
    "event_get_handler",
    "interop_dispatch_unit",
    "interop_dispatch_ptr",
    "interop_dispatch_usize",
    "test_bytes_ptr",
    "test_bytes_len",
    "array_len",
    "gc_bytes_allocated",
    "gc_object_count",
    "gc_phase",
    "gc_collect",
    "gc_collect_if_needed",
    "gc_external_root_count",
]


def row(marks: str, attributes: str) -> str:
    return (
        f'{TEXT}\n[[function]]\nname = "extra"\nparams = []\nreturns = "I64"\n{marks}\n'
        f"since = {abi.BESKID_RUNTIME_ABI_LEVEL}\n"
        f'attributes = [{attributes}]\nmeaning = "Extra."\n'
    )


def test_version_and_frozen_order() -> None:
    assert abi.BESKID_RUNTIME_ABI_VERSION == 2
    assert list(abi.RUNTIME_EXPORT_SYMBOLS[: len(FROZEN)]) == FROZEN


def test_every_symbol_has_one_signature_in_the_same_order() -> None:
    assert tuple(spec.symbol for spec in abi.BUILTIN_SPECS) == abi.RUNTIME_EXPORT_SYMBOLS


def test_frozen_kinds() -> None:
    specs = {spec.symbol: spec for spec in abi.BUILTIN_SPECS}
    pointer, number = abi.AbiParamKind.PTR, abi.AbiParamKind.I64
    assert specs["alloc"].params == (pointer, pointer)
    assert specs["syscall_write"].params == (number, pointer)
    assert specs["event_subscribe"].params == (pointer, pointer, pointer)
    assert specs["beskid_runtime_abi_version"].returns is abi.AbiReturnKind.I32
    assert specs["panic"].returns is abi.AbiReturnKind.NEVER
    assert specs["str_from_f64"].params == (abi.AbiParamKind.F64,)


@pytest.mark.parametrize("marks", ["collects = true\npanics = false", "collects = false\npanics = true"])
@pytest.mark.parametrize("attribute", [*NARROWING_ATTRIBUTES, "memory(none)", "memory(read)", "memory(argmem: read)"])
def test_narrowing_attribute_beside_collection_or_panic_is_refused(marks: str, attribute: str) -> None:
    with pytest.raises(ContractError, match=r"extra: attribute .* beside a function that may"):
        parse_contract(row(marks, f'"{attribute}"'))


def test_narrowing_attribute_without_either_is_accepted() -> None:
    contract = parse_contract(row("collects = false\npanics = false", '"memory(read)", "willreturn"'))
    assert contract.functions[-1].attributes == ("memory(read)", "willreturn")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "str_len"', 'name = "alloc"', "function alloc is written twice"),
        ('name = "len", c = "uint64_t", offset = 8', 'name = "len", c = "uint64_t", offset = 16', "ends at 8"),
        ('{ name = "text", is = "string" }', '{ name = "text", is = "strnig" }', "unknown word 'strnig'"),
        ("sizes = [\n    16, 24", "sizes = [\n    24, 16", "sizes must rise"),
        ('name = "__str_len"', 'name = "str_len"', "does not start with two underscores"),
        ("number = 2\n", "number = 0\n", "interop tag 0 is written twice"),
        ('group = "ptr"', 'group = "f64"', "text_at: group is one of unit, ptr, usize, not 'f64'"),
        ('payload = "string"', 'payload = "F64"', "string_length: F64 is not a payload of an envelope"),
        ('name = "text_at"', 'name = "Text"', "Text: the name of an interop tag is lower case"),
        (
            'payload = "string"\ncollects = false\nsince = 0',
            'payload = "string"\ncollects = false\nsince = 99',
            "string_length: since 99 is not between 0 and the level",
        ),
        ("version = 2\n", "version = 2\nabi = 2\n", "the file: unknown key 'abi'"),
        ("value = 101\n", "value = 101\nvalu = 1\n", "constant STATUS_PANIC: unknown key 'valu'"),
        ('name = "str_len"\n', 'name = "str_len"\nstability = "draft"\n', "str_len: a function cannot be a draft"),
        ('name = "str_len"\n', 'name = "str_len"\ncollect = true\n', "function str_len: unknown key 'collect'"),
        ('{ name = "text", is = "string" }', '{ name = "text", is = "string", null = 1 }', "unknown key 'null'"),
        ('"__str_len", params', '"__str_len", pure = 1, params', "source __str_len: unknown key 'pure'"),
        ('name = "BeskidStr"\n', 'name = "BeskidStr"\nalign = 8\n', "struct BeskidStr: unknown key 'align'"),
        ('c = "int32_t", offset = 8', 'c = "int32_t", at = 8, offset = 8', "Envelope.tag: unknown key 'at'"),
        ('name = "text_at"\n', 'name = "text_at"\npanics = true\n', "interop_tag text_at: unknown key 'panics'"),
        ('name = "string-hash"\n', 'name = "string-hash"\nclause = 1\n', "semantics string-hash: unknown key"),
        ('adds = "`gc_disable`."\n', 'adds = " "\n', "history of level 4: 'adds' is empty"),
        ('level = 4\ndate = "2026-11-21"', 'level = 4\ndate = "soon"', "history of level 4: date is"),
        ('level = 4\ndate = "2026-11-21"', 'level = 4\ndate = "unreleased"', "only the last level can be unreleased"),
        ("[[history]]\nlevel = 4", "[[history]]\nlevel = 3", "levels 1 to 9 have one entry each"),
    ],
)
def test_contradiction_is_refused(old: str, new: str, message: str) -> None:
    assert old in TEXT
    with pytest.raises(ContractError, match=message):
        parse_contract(TEXT.replace(old, new, 1))


def test_a_dispatch_function_collects_when_a_tag_of_its_group_does() -> None:
    specs = {spec.symbol: spec for spec in abi.BUILTIN_SPECS}
    for symbol in {tag.function for tag in abi.INTEROP_TAGS}:
        assert specs[symbol].collects is any(tag.collects for tag in abi.INTEROP_TAGS if tag.function == symbol)
        assert specs[symbol].panics


def test_draft_hash_follows_the_draft_part_only() -> None:
    draft = TEXT.replace("value = 8388608", 'value = 8388608\nstability = "draft"', 1)
    base = parse_contract(draft).draft_hash
    assert base != parse_contract(TEXT).draft_hash
    assert parse_contract(draft.replace("value = 8388608", "value = 16777216", 1)).draft_hash != base
    assert parse_contract(draft.replace("value = 130", "value = 131", 1)).draft_hash == base
