"""Reads the text of `runtime/abi.toml` into a `Contract` and rejects contradictions.

Takes text and returns values; must not access files. Every error is a `ContractError` whose message names the row and
the rule.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import re
import tomllib
from collections.abc import Iterable, Mapping, Set
from typing import Any

from beskid.abi.model import (
    AbiConstant,
    AbiParameter,
    AbiReturnKind,
    BuiltinFnSpec,
    Contract,
    FieldLayout,
    InteropTag,
    Level,
    RelyOn,
    SourceBuiltin,
    StructLayout,
    ValueForm,
)

__all__ = ["KNOWN_ATTRIBUTES", "NARROWING_ATTRIBUTES", "ContractError", "parse_contract"]

# Each of these tells LLVM that a call does not change memory, returns, or does not call back. For a collection or a
# panic each is false, and the optimizer would then delete the stores that keep references visible.
NARROWING_ATTRIBUTES = (
    "memory",
    "readonly",
    "readnone",
    "writeonly",
    "argmemonly",
    "inaccessiblememonly",
    "inaccessiblemem_or_argmemonly",
    "speculatable",
    "willreturn",
    "nofree",
    "nosync",
    "nocallback",
    "norecurse",
    "allockind",
    "alloc-family",
)

KNOWN_ATTRIBUTES = ("memory(read)", "memory(none)", "willreturn", "cold")

_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
_SOURCE_NAME = re.compile(r"__[a-z][a-z0-9_]*\Z")

_UNRELEASED = "unreleased"

_NO_PARAMETER = (ValueForm.VOID, ValueForm.NEVER, ValueForm.I32)

_TAG_GROUPS = ("unit", "ptr", "usize")

# One word at +16 of an envelope: a reference in a traced envelope, a number in the other one.
_PAYLOADS = (ValueForm.STRING, ValueForm.ARRAY, ValueForm.OBJECT, ValueForm.ADDRESS, ValueForm.I64)


class ContractError(ValueError):
    """Raised when the contract file contradicts itself or a rule of the contract."""


def parse_contract(text: str) -> Contract:
    """Parse a contract. Raises `ContractError` when it violates a rule."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ContractError(f"not a TOML document: {error}") from error
    try:
        return _contract(data)
    except KeyError as error:
        raise ContractError(f"a row or the file lacks {error}") from error
    except (TypeError, AttributeError) as error:
        raise ContractError(f"a value has the wrong type: {error}") from error


_KEYS = {
    "the file": "version level support history constant interop_tag size_classes struct semantics function",
    "size_classes": "sizes",
    "history": "level date adds why",
    "constant": "name value meaning stability since",
    "interop_tag": "group name number payload collects since meaning",
    "struct": "name size meaning fields stability since",
    "field": "name c offset size meaning stability",
    "semantics": "name meaning test since",
    "function": "name params returns collects panics since fresh attributes meaning source",
    "parameter": "name is",
    "source": "name params returns",
}
"""The keys of each kind of row. Any other key is an error: nothing that the file states is ignored."""


def _known(kind: str, row: Mapping[str, Any], where: str = "") -> Mapping[str, Any]:
    """Return the row. Raises `ContractError` for a key that rows of this kind do not have."""
    known = _KEYS[kind].split()
    name = where or (f"{kind} {row.get('name', '')}".rstrip() if kind != "the file" else kind)
    for key in row:
        if kind == "function" and key == "stability":
            raise ContractError(f"{name}: a function cannot be a draft; leave it out until its signature is final")
        if key not in known:
            raise ContractError(f"{name}: unknown key {key!r}; known are {', '.join(known)}")
    return row


def _contract(data: Mapping[str, Any]) -> Contract:
    _known("the file", data)
    _known("size_classes", data["size_classes"])
    level = data["level"]
    structs = tuple(_struct(_known("struct", row), level) for row in data["struct"])
    tags = tuple(_interop_tag(_known("interop_tag", row), level) for row in data["interop_tag"])
    constants = (
        *(
            AbiConstant(row["name"], row["value"], _draft(row), row["meaning"], _since(row, level))
            for row in data["constant"]
            if _known("constant", row)
        ),
        *(
            AbiConstant(f"INTEROP_TAG_{tag.name.upper()}", tag.number, False, _tag_meaning(tag), tag.since)
            for tag in tags
        ),
    )
    collecting = {tag.function for tag in tags if tag.collects}
    functions = tuple(_function(_known("function", row), level, collecting) for row in data["function"])
    sources = tuple(source for row in data["function"] for source in _sources(row))
    size_classes = tuple(data["size_classes"]["sizes"])
    history = tuple(_history(_known("history", row)) for row in data["history"])
    _check_history(history, level)
    _refuse_doubles("function", (function.symbol for function in functions))
    _refuse_doubles("source name", (source.name for source in sources))
    _refuse_doubles("struct", (struct.name for struct in structs))
    _refuse_doubles("constant", (constant.name for constant in constants))
    _refuse_doubles("interop tag", (str(tag.number) for tag in tags))
    _check_levels(functions)
    _check_size_classes(size_classes, constants)
    return Contract(
        version=data["version"],
        level=level,
        draft_hash=_draft_hash(structs, constants),
        functions=functions,
        sources=sources,
        structs=structs,
        constants=constants,
        interop_tags=tags,
        size_classes=size_classes,
        support=tuple(data["support"]),
        semantics=tuple(
            RelyOn(row["name"], row["meaning"], row["test"], _since(row, level))
            for row in data["semantics"]
            if _known("semantics", row)
        ),
        history=history,
    )


def _history(row: Mapping[str, Any]) -> Level:
    where = f"history of level {row['level']}"
    for key in ("adds", "why"):
        if not row[key].strip():
            raise ContractError(f"{where}: {key!r} is empty")
    text: str = row["date"]
    if text == _UNRELEASED:
        return Level(row["level"], "", row["adds"], row["why"])
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        raise ContractError(f"{where}: date is {_UNRELEASED!r} or a day such as 2026-11-21, not {text!r}") from None
    return Level(row["level"], text, row["adds"], row["why"])


def _check_history(history: tuple[Level, ...], level: int) -> None:
    numbers = [held.number for held in history]
    if numbers != list(range(1, level + 1)):
        raise ContractError(f"history: levels 1 to {level} have one entry each, in order; found {numbers}")
    for held in history[:-1]:
        if not held.date:
            raise ContractError(f"history of level {held.number}: only the last level can be {_UNRELEASED}")


def _draft(row: Mapping[str, Any]) -> bool:
    stability = row.get("stability", "stable")
    if stability not in ("stable", "draft"):
        raise ContractError(f"{row['name']}: stability is 'stable' or 'draft', not {stability!r}")
    return bool(stability == "draft")


def _since(row: Mapping[str, Any], level: int) -> int:
    """Return the level of a row; rows without one were there at level 0 or are older than this key."""
    since: int = row.get("since", 0)
    if not 0 <= since <= level:
        raise ContractError(f"{row['name']}: since {since} is not between 0 and the level {level}")
    return since


def _struct(row: Mapping[str, Any], level: int) -> StructLayout:
    name: str = row["name"]
    fields = tuple(
        FieldLayout(field["name"], field["c"], field["offset"], field["size"], _draft(field), field["meaning"])
        for field in row["fields"]
        if _known("field", field, f"{name}.{field['name']}")
    )
    end = 0
    for field in fields:
        if field.offset != end:
            raise ContractError(f"{name}.{field.name}: offset {field.offset}, but the field before it ends at {end}")
        if field.offset % field.size:
            raise ContractError(f"{name}.{field.name}: offset {field.offset} is not aligned to {field.size}")
        end = field.offset + field.size
    if end != row["size"]:
        raise ContractError(f"{name}: size {row['size']}, but the last field ends at {end}")
    return StructLayout(name, row["size"], _draft(row), row["meaning"], fields, _since(row, level))


def _form(text: str, where: str) -> tuple[ValueForm, bool]:
    nullable = text.endswith("?")
    word = text.removesuffix("?")
    try:
        form = ValueForm(word)
    except ValueError:
        raise ContractError(f"{where}: unknown word {word!r}") from None
    is_pointer = form.return_kind is AbiReturnKind.PTR and not form.is_count
    if nullable and not is_pointer:
        raise ContractError(f"{where}: {word} cannot be null")
    return form, nullable


def _parameter(row: Mapping[str, Any], function: str) -> AbiParameter:
    form, nullable = _form(row["is"], f"{function}.{row['name']}")
    if form in _NO_PARAMETER:
        raise ContractError(f"{function}.{row['name']}: {form.value} is not a parameter")
    return AbiParameter(row["name"], form.parameter_kind, form, nullable)


def _interop_tag(row: Mapping[str, Any], level: int) -> InteropTag:
    name: str = row["name"]
    if not _NAME.match(name):
        raise ContractError(f"{name}: the name of an interop tag is lower case letters, digits and underscores")
    if row["group"] not in _TAG_GROUPS:
        raise ContractError(f"{name}: group is one of {', '.join(_TAG_GROUPS)}, not {row['group']!r}")
    payload, nullable = _form(row["payload"], name)
    if payload not in _PAYLOADS:
        raise ContractError(f"{name}: {payload.value} is not a payload of an envelope")
    since = row["since"]
    _since(row, level)
    return InteropTag(row["group"], name, row["number"], payload, nullable, row["collects"], since, row["meaning"])


def _tag_meaning(tag: InteropTag) -> str:
    return f"Interop tag of the {tag.group} group: {tag.meaning[0].lower()}{tag.meaning[1:]}"


def _function(row: Mapping[str, Any], level: int, collecting: Set[str]) -> BuiltinFnSpec:
    name: str = row["name"]
    if not _NAME.match(name):
        raise ContractError(f"{name}: a function name is lower case letters, digits and underscores")
    form, nullable = _form(row["returns"], name)
    attributes = tuple(row.get("attributes", ()))
    collects: bool = row["collects"] or name in collecting
    panics: bool = row["panics"]
    _check_attributes(name, attributes, collects, panics)
    if form is ValueForm.NEVER and not panics:
        raise ContractError(f"{name}: a function that does not return must say that it panics")
    _since(row, level)
    return BuiltinFnSpec(
        symbol=name,
        parameters=tuple(_parameter(_known("parameter", held, name), name) for held in row["params"]),
        returns=form.return_kind,
        return_form=form,
        return_nullable=nullable,
        collects=collects,
        panics=panics,
        since=row["since"],
        attributes=attributes,
        fresh=_fresh(row, form, nullable),
        meaning=row["meaning"],
    )


def _fresh(row: Mapping[str, Any], form: ValueForm, nullable: bool) -> bool:
    fresh: bool = row.get("fresh", False)
    if fresh and (nullable or not form.is_reference):
        raise ContractError(f"{row['name']}: a fresh result is a reference that is never null")
    return fresh


def _check_attributes(name: str, attributes: tuple[str, ...], collects: bool, panics: bool) -> None:
    for attribute in attributes:
        narrowing = attribute.split("(")[0] in NARROWING_ATTRIBUTES
        if narrowing and (collects or panics):
            what = "collect" if collects else "panic"
            raise ContractError(f"{name}: attribute {attribute!r} beside a function that may {what}")
        if attribute not in KNOWN_ATTRIBUTES:
            raise ContractError(f"{name}: attribute {attribute!r} is not in the list of known ones")


def _sources(row: Mapping[str, Any]) -> Iterable[SourceBuiltin]:
    for source in row.get("source", ()):
        name: str = _known("source", source)["name"]
        if not _SOURCE_NAME.match(name):
            raise ContractError(f"{row['name']}: the source name {name!r} does not start with two underscores")
        if len(source["params"]) != len(row["params"]):
            raise ContractError(f"{name}: {len(source['params'])} parameters, but {row['name']} has another number")
        yield SourceBuiltin(name, row["name"], tuple(source["params"]), source["returns"])


def _refuse_doubles(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ContractError(f"{what} {name} is written twice")
        seen.add(name)


def _check_levels(functions: tuple[BuiltinFnSpec, ...]) -> None:
    highest = 0
    for function in functions:
        if function.since < highest:
            raise ContractError(f"{function.symbol}: since {function.since} after a row of level {highest}; append it")
        highest = function.since


def _check_size_classes(sizes: tuple[int, ...], constants: tuple[AbiConstant, ...]) -> None:
    values = {constant.name: constant.value for constant in constants}
    if list(sizes) != sorted(set(sizes)):
        raise ContractError("size_classes: sizes must rise")
    if any(size % values["CELL_GRANULE"] for size in sizes):
        raise ContractError("size_classes: every size is a multiple of CELL_GRANULE")
    if sizes[-1] != values["SMALL_CELL_MAXIMUM"]:
        raise ContractError("size_classes: the last size is SMALL_CELL_MAXIMUM")


def _draft_hash(structs: tuple[StructLayout, ...], constants: tuple[AbiConstant, ...]) -> int:
    facts = {
        "constants": [[constant.name, constant.value] for constant in constants if constant.draft],
        "fields": [
            [struct.name, field.name, field.c_type, field.offset, field.size]
            for struct in structs
            for field in struct.fields
            if struct.draft or field.draft
        ],
    }
    digest = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).digest()
    # 63 bits, so that the signed and the unsigned number are equal.
    return int.from_bytes(digest[:8], "little") >> 1
