"""Objects get the C names of their exports in every format, and are otherwise the same."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.targets.corpus import EVERYTHING, TRIPLES, object_of

from beskid.abi.symbols import private_export
from beskid.aot.request import OutputKind
from beskid.codegen.conventions import CONVENTIONS
from beskid.codegen.fileformats import read_binary
from beskid.codegen.formats.model import FileFormat
from beskid.codegen.formats.renaming import renamed
from beskid.codegen.objectfile import ObjectFileError
from beskid.driver.abi_files import verify_file
from beskid.driver.linking import link

TEXT = EVERYTHING.read_text(encoding="utf-8")
OLD = private_export("everything_add")
NEW = ("f", "sevench", "everything_add", "a_name_that_is_much_longer_than_the_one_that_the_compiler_wrote" * 3)


@pytest.mark.parametrize("name", NEW)
@pytest.mark.parametrize("triple", TRIPLES)
def test_one_symbol_has_another_name(triple: str, name: str) -> None:
    image = object_of(TEXT, triple)
    made = renamed(image, {OLD: name}, CONVENTIONS[triple].format)
    before, after = read_binary(image), read_binary(made)
    assert after.defined == before.defined - {OLD} | {name}
    assert (after.undefined, after.notes, after.sections) == (before.undefined, before.notes, before.sections)
    places = {symbol.name: symbol.place for symbol in before.symbols}
    moved = CONVENTIONS[triple].format is FileFormat.WASM
    for symbol in after.symbols:
        was = places[OLD if symbol.name == name else symbol.name]
        assert moved or symbol.place == was
    assert renamed(image, {}, CONVENTIONS[triple].format) == renamed(image, {"absent": "x"}, CONVENTIONS[triple].format)


@pytest.mark.parametrize("triple", TRIPLES)
def test_a_name_of_another_object_has_another_name(triple: str) -> None:
    image = object_of(TEXT, triple)
    made = renamed(image, {"alloc": "a_longer_name_than_that_one", "labs": "l"}, CONVENTIONS[triple].format)
    before, after = read_binary(image), read_binary(made)
    assert {"alloc", "labs"} <= before.undefined
    assert after.undefined == before.undefined - {"alloc", "labs"} | {"a_longer_name_than_that_one", "l"}
    assert (after.defined, after.notes, after.sections) == (before.defined, before.notes, before.sections)


@pytest.mark.parametrize("triple", TRIPLES)
def test_an_object_of_the_command_line_has_the_names_of_c(triple: str, tmp_path: Path) -> None:
    output = tmp_path / "program.o"
    link(object_of(TEXT, triple), OutputKind.OBJECT, output, triple, dict(os.environ), ("everything_add",))
    binary = read_binary(output.read_bytes())
    assert "everything_add" in binary.defined
    assert OLD not in binary.defined
    for path in (output, tmp_path / "program.o.beskid.json"):
        assert verify_file(path).problems == []


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_damage_is_an_error(data: st.DataObject) -> None:
    triple = data.draw(st.sampled_from(TRIPLES))
    image = bytearray(object_of(TEXT, triple))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, min(400, len(image) - 1)) | st.integers(0, len(image) - 1))
        image[place] = data.draw(st.sampled_from((0, 1, 0x7F, 0x80, 0xFF)) | st.integers(0, 255))
    try:
        renamed(bytes(image), {OLD: "f"}, CONVENTIONS[triple].format)
    except ObjectFileError:
        return
