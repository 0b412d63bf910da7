"""No stable part of the contract can change unnoticed: each one is changed here, and the comparison names it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from beskid.abi.compare import Change, compare
from beskid.abi.contract import parse_contract
from beskid.abi.generate import CONTRACT_PATH, LOCK_PATH
from beskid.abi.model import AbiReturnKind, BuiltinFnSpec, Contract, InteropTag, StructLayout, ValueForm
from beskid.base.node import replace

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / LOCK_PATH).read_text(encoding="utf-8")
CONTRACT = parse_contract((ROOT / CONTRACT_PATH).read_text(encoding="utf-8"))


def changed_functions(function: BuiltinFnSpec) -> Iterator[tuple[str, BuiltinFnSpec]]:
    """The function after each change that a program could notice."""
    yield "name", replace(function, symbol=f"{function.symbol}_other")
    if function.symbol not in {tag.function for tag in CONTRACT.interop_tags}:
        yield "collects", replace(function, collects=not function.collects)
    yield "panics", replace(function, panics=not function.panics)
    yield "fresh", replace(function, fresh=not function.fresh)
    yield "since", replace(function, since=function.since + 1)
    yield "attributes", replace(function, attributes=(*function.attributes, "cold2"))
    other = AbiReturnKind.F64 if function.returns is not AbiReturnKind.F64 else AbiReturnKind.I64
    yield "result kind", replace(function, returns=other)
    form = ValueForm.TEXT if function.return_form is not ValueForm.TEXT else ValueForm.STACK
    yield "result form", replace(function, return_form=form)
    yield "result null", replace(function, return_nullable=not function.return_nullable)
    for index, parameter in enumerate(function.parameters):
        before, after = function.parameters[:index], function.parameters[index + 1 :]
        yield f"parameter {index} gone", replace(function, parameters=before + after)
        nullness = replace(parameter, nullable=not parameter.nullable)
        yield f"parameter {index} null", replace(function, parameters=(*before, nullness, *after))
        meaning = ValueForm.SLOT if parameter.form is not ValueForm.SLOT else ValueForm.STACK
        yield (
            f"parameter {index} form",
            replace(function, parameters=(*before, replace(parameter, form=meaning), *after)),
        )


def with_function(index: int, function: BuiltinFnSpec) -> Contract:
    return replace(CONTRACT, functions=(*CONTRACT.functions[:index], function, *CONTRACT.functions[index + 1 :]))


def with_struct(struct: StructLayout) -> Contract:
    return replace(CONTRACT, structs=tuple(struct if held.name == struct.name else held for held in CONTRACT.structs))


@pytest.mark.parametrize("index", range(len(CONTRACT.functions)), ids=[held.symbol for held in CONTRACT.functions])
def test_every_change_of_a_function_breaks(index: int) -> None:
    function = CONTRACT.functions[index]
    clause = f"function {function.symbol}"
    for what, changed in changed_functions(function):
        comparison = compare(LOCK, with_function(index, changed))
        assert comparison.change is Change.BREAKING, what
        assert clause in [item.clause for item in comparison.differences], what


def test_the_order_of_functions_is_part_of_the_contract() -> None:
    first, second, *rest = CONTRACT.functions
    comparison = compare(LOCK, replace(CONTRACT, functions=(second, first, *rest)))
    assert comparison.change is Change.BREAKING
    assert {item.clause for item in comparison.differences} == {f"function {first.symbol}", f"function {second.symbol}"}


@pytest.mark.parametrize("tag", CONTRACT.interop_tags, ids=[tag.name for tag in CONTRACT.interop_tags])
def test_every_change_of_an_interop_tag_breaks(tag: InteropTag) -> None:
    others = tuple(held for held in CONTRACT.interop_tags if held is not tag)
    for tags in (
        others,
        (*others, replace(tag, group="other")),
        (*others, replace(tag, name="other")),
        (*others, replace(tag, number=tag.number + 1)),
        (*others, replace(tag, payload=ValueForm.OBJECT)),
        (*others, replace(tag, payload_nullable=not tag.payload_nullable)),
        (*others, replace(tag, collects=not tag.collects)),
        (*others, replace(tag, since=tag.since + 1)),
    ):
        comparison = compare(LOCK, replace(CONTRACT, interop_tags=tags))
        assert comparison.change is Change.BREAKING
        assert f"tag {tag.group}.{tag.name}" in [item.clause for item in comparison.differences]


STABLE = [struct for struct in CONTRACT.structs if not struct.draft]


@pytest.mark.parametrize("struct", STABLE, ids=[struct.name for struct in STABLE])
def test_every_change_of_a_layout_breaks(struct: StructLayout) -> None:
    for index, field in enumerate(struct.fields):
        if field.draft:
            continue
        for changed in (
            replace(field, offset=field.offset + 8),
            replace(field, size=field.size * 2),
            replace(field, c_type="float"),
            replace(field, name=f"{field.name}_other"),
        ):
            fields = (*struct.fields[:index], changed, *struct.fields[index + 1 :])
            comparison = compare(LOCK, with_struct(replace(struct, fields=fields)))
            assert comparison.change is Change.BREAKING
            assert f"field {struct.name}.{field.name}" in [item.clause for item in comparison.differences]
    if not any(field.draft for field in struct.fields):
        assert compare(LOCK, with_struct(replace(struct, size=struct.size + 8))).change is Change.BREAKING


def test_every_change_of_a_number_a_clause_or_a_support_function_breaks() -> None:
    for constant in CONTRACT.constants:
        others = tuple(held for held in CONTRACT.constants if held is not constant)
        changed = replace(CONTRACT, constants=(*others, replace(constant, value=constant.value + 1)))
        assert (compare(LOCK, changed).change is Change.BREAKING) is not constant.draft
    classes = (*CONTRACT.size_classes[:-2], CONTRACT.size_classes[-1])
    assert compare(LOCK, replace(CONTRACT, size_classes=classes)).change is Change.BREAKING
    for clause in CONTRACT.semantics:
        rest = tuple(held for held in CONTRACT.semantics if held is not clause)
        for kept in (rest, (*rest, replace(clause, meaning="Otherwise."))):
            assert compare(LOCK, replace(CONTRACT, semantics=kept)).change is Change.BREAKING
    for name in CONTRACT.support:
        support = tuple(held for held in CONTRACT.support if held != name)
        assert compare(LOCK, replace(CONTRACT, support=support)).change is Change.BREAKING
