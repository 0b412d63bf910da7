"""Boundary: a tagged call goes to the dispatch function of its return group: unit, usize or ptr."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.boundary.runtime_calls import SCENES, TAGS, Scene, dispatch, program
from tests.boundary.toolbox import ROOT, TRIPLE, artifact, compile_source, compile_text, run_aot, run_jit

from beskid.abi import (
    BUILTIN_SPECS,
    INTEROP_TAGS,
    RUNTIME_EXPORT_SYMBOLS,
    STRUCT_LAYOUTS,
    AbiParamKind,
    AbiReturnKind,
)
from beskid.codegen.emit import EmitOptions, emit_llvm
from beskid.codegen.llvm.data import needed_level
from beskid.codegen.objectfile import undefined_symbols

ROUTES = {
    "unit": (AbiReturnKind.VOID, "void"),
    "usize": (AbiReturnKind.I64, "i64"),
    "ptr": (AbiReturnKind.PTR, "ptr"),
}
"""What each group yields, as the table says it and as LLVM sees it."""

SPECS = {spec.symbol: spec for spec in BUILTIN_SPECS}


def test_there_is_one_dispatch_function_for_each_group() -> None:
    listed = {symbol for symbol in RUNTIME_EXPORT_SYMBOLS if symbol.startswith("interop_dispatch_")}
    assert listed == {f"interop_dispatch_{group}" for group in ROUTES}


@pytest.mark.parametrize("group", sorted(ROUTES))
def test_the_return_group_decides_the_function(group: str) -> None:
    spec = SPECS[f"interop_dispatch_{group}"]
    kind, machine = ROUTES[group]
    assert spec.returns is kind
    assert spec.params == (AbiParamKind.PTR,)
    text = emit_llvm(artifact(program(Scene(dispatch(group, 0)))), EmitOptions(TRIPLE))
    assert f"call {machine} @interop_dispatch_{group}(ptr" in text
    for other in ROUTES.keys() - {group}:
        assert f"interop_dispatch_{other}" not in text


@pytest.mark.parametrize("group", sorted(ROUTES))
def test_the_object_imports_its_own_group_only(group: str) -> None:
    image = compile_text(program(Scene(dispatch(group, 0))))
    dispatched = {name for name in undefined_symbols(image) if name.startswith("interop_")}
    assert dispatched == {f"interop_dispatch_{group}"}


def test_the_envelope_holds_its_tag_at_8_and_its_payload_at_16() -> None:
    envelope = next(struct for struct in STRUCT_LAYOUTS if struct.name == "BeskidInteropEnvelope")
    assert (envelope.offset("tag"), envelope.offset("payload"), envelope.size) == (8, 16, 24)
    assert not envelope.draft


@pytest.mark.parametrize("tag", [*sorted(tag.number for tag in INTEROP_TAGS), 404, -1])
@pytest.mark.parametrize("group", sorted(ROUTES))
def test_only_the_group_that_owns_a_tag_claims_it(group: str, tag: int, tmp_path: Path) -> None:
    owned = tag in TAGS[group]
    payload = 'string "hello"' if tag == 0 else "i64 0"
    image = compile_text(program(Scene(dispatch(group, tag, payload))))
    for outcome in (run_jit(image, tmp_path), run_aot(image, tmp_path)):
        assert outcome.status == (0 if owned else 101)
        assert outcome.stderr.startswith("" if owned else f"panic: invalid interop tag for {group} dispatch: {tag}\n")
        assert not (owned and outcome.stderr)


def test_each_group_has_a_tag_and_no_tag_two_groups() -> None:
    assert all(TAGS[group] for group in ROUTES)
    assert len({tag.number for tag in INTEROP_TAGS}) == len(INTEROP_TAGS)
    assert TAGS["usize"] >= {0}


def test_a_program_that_dispatches_needs_the_level_of_its_tags() -> None:
    for group in ROUTES:
        newest = max(tag.since for tag in INTEROP_TAGS if tag.group == group)
        assert needed_level({f"interop_dispatch_{group}"}) == newest
    assert needed_level({"str_len"}) == 1


CALLS = {
    "usize": ("Interop.TextLength(address)", "interop_dispatch_usize"),
    "ptr": ("Interop.TextAt(address)", "interop_dispatch_ptr"),
    "unit": ("Interop.Release(address)", "interop_dispatch_unit"),
}
"""What the core library offers of each group, and the function it reaches."""


@pytest.mark.parametrize("group", sorted(CALLS))
def test_the_core_library_reaches_each_group_by_its_function(group: str, tmp_path: Path) -> None:
    call, function = CALLS[group]
    made = compile_source(
        f"use Core.Interop;\npub unit ask(i64 address) {{ {call}; }}\nunit main() {{ ask(0); }}\n", tmp_path
    )
    assert {name for name in undefined_symbols(made) if name.startswith("interop_")} == {function}


def test_the_string_length_comes_back_through_both_back_ends(tmp_path: Path) -> None:
    scene = SCENES["interop_dispatch_usize"]
    image = compile_text(program(scene))
    assert run_jit(image, tmp_path).stdout == run_aot(image, tmp_path).stdout == "5\n"


def test_the_core_library_needs_no_dispatch() -> None:
    """One module offers it, for what C gives; nothing but the boundary's own modules is written with it."""
    library = ROOT / "corelib" / "src"
    texts = {path.relative_to(library).as_posix(): path.read_text("utf-8") for path in library.rglob("*.bd")}
    assert [name for name, text in texts.items() if "__interop" in text] == ["Core/Dispatch.bd"]
    users = {name for name, text in texts.items() if "use Core.Dispatch" in text or "use Core.Interop;" in text}
    assert users == {"Core/Interop.bd", "System/Errno.bd"}


def test_a_program_on_the_core_library_imports_no_dispatch(tmp_path: Path) -> None:
    text = (ROOT / "examples" / "word_frequencies.bd").read_text("utf-8")
    names = undefined_symbols(compile_source(text, tmp_path))
    assert "str_find" in names or "str_len" in names or "stdout_write" in names
    assert not [name for name in names if name.startswith("interop_")]
