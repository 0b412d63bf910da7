"""Object and runtime agree on every row of the contract that the object relies on, or nothing is loaded or linked."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.boundary.test_faults import Done, assert_refused, beskid
from tests.boundary.variants import ARCHIVE, LIBRARY, Edits, build_variant, variants_folder

FIND = 'use Core.String;\n\nunit main() {\n    PrintLine("${"banana".Contains("an")}");\n}\n'
PLAIN = 'unit main() {\n    PrintLine("ran");\n}\n'

FIND_ROW = (
    '[{ name = "text", is = "string" }, { name = "needle", is = "string" }, { name = "from", is = "I64" }]\n'
    'returns = "I64"\ncollects = false\npanics = false\nsince = 1\nattributes = ["memory(read)", "willreturn"]\n'
    'meaning = "First'
)
FIND_SOURCE = "int64_t str_find(const BeskidStr *text, const BeskidStr *needle, int64_t from)"


def swapped(order: list[int], kinds: list[str]) -> tuple[Edits, Edits]:
    """The edits of the contract and of the source that give `str_find` its parameters in another order."""
    row, _, rest = FIND_ROW.partition("]\n")
    parameters = row.removeprefix("[").replace("}, {", "}|{").split("|")
    source = FIND_SOURCE.partition("(")[2].removesuffix(")").split(", ")
    new_row = f"[{', '.join(parameters[index] for index in order)}]\n{rest}"
    new_source = f"int64_t str_find({', '.join(source[index] for index in order)})"
    called = '"__str_find", params = '
    builtin = (called + '["string", "string", "i64"]', called + str(kinds).replace("'", '"'))
    return ((FIND_ROW, new_row), builtin), ((FIND_SOURCE, new_source),)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "find.bd").write_text(FIND, encoding="utf-8")
    (tmp_path / "plain.bd").write_text(PLAIN, encoding="utf-8")
    return tmp_path


SWAPS = {
    "of one kind": ([1, 0, 2], ["string", "string", "i64"], "str_find(needle string, text string, from I64)"),
    "of two kinds": ([0, 2, 1], ["string", "i64", "string"], "str_find(text string, from I64, needle string)"),
}


@pytest.mark.parametrize("name", SWAPS)
def test_a_runtime_with_swapped_parameters_is_refused_by_name(
    name: str, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    order, kinds, offered = SWAPS[name]
    contract, sources = swapped(order, kinds)
    variant = f"swapped-{name.replace(' ', '-')}"
    runtime = build_variant(variants_folder(tmp_path_factory), variant, contract=contract, sources=sources)
    words = ["E4012", "function str_find", "str_find(text string, needle string, from I64) -> I64", offered]
    words += ["(ABI version 2, level 5)", "(ABI version 2, level 9)", "the runtime is not the one of this beskid"]
    assert_refused(beskid(folder, "run", "find.bd", runtime=runtime), *words, "`find.bd`", str(runtime / LIBRARY))
    done = beskid(folder, "build", "find.bd", "-o", "out", runtime=runtime)
    assert_refused(done, *words, "`out`", str(runtime / ARCHIVE))
    assert not (folder / "out").exists()
    # A program that does not call the function relies on nothing that changed.
    assert beskid(folder, "run", "plain.bd", runtime=runtime) == Done("ran\n", "", 0)
    assert beskid(folder, "build", "plain.bd", "-o", "plain", runtime=runtime).status == 0
