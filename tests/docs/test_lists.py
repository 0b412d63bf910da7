"""Each list in the documentation agrees with the code that it describes."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from beskid.abi import BUILTIN_SPECS, SOURCE_BUILTINS, SourceBuiltin
from beskid.cli import environment
from beskid.cli.commands import COMMANDS
from beskid.driver.inputs.project import ResolveFailure, resolve_input
from beskid.driver.options import CompileOptions
from beskid.driver.session import Session
from beskid.engine import thin
from beskid.source.codes import E2001

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "site" / "pages").glob("*.md")),
]

NOT_VARIABLES = re.compile(r"BESKID_(RUNTIME_ABI|DRAFT_HASH|EXPORT)")
"""Names of the contract and of the C sources, which have the same form."""

DEVELOPMENT = {
    "BESKID_BREAKS",
    "BESKID_COMPILED",
    "BESKID_CROSS",
    "BESKID_DEBUG_PROGRAMS",
    "BESKID_EDITS",
    "BESKID_EXAMPLES",
    "BESKID_FAULTS",
    "BESKID_NO_SUCH",
    "BESKID_RANDOM",
    "BESKID_SCENE",
    "BESKID_TEST_HEAPS",
    "BESKID_TEST_RUNTIME",
    "BESKID_TEST_SECONDS",
    "BESKID_TEST_SEEDS",
    "BESKID_UNITS",
}
"""Variables that only tests and tools of the project read."""

ARGUMENTS = {
    "string": '"a"',
    "i64": "0",
    "u64": "n",
    "f64": "0.5",
    "any": '"a"',
    "any[]": "bytes",
    "u8[]": "bytes",
    "i64[]": "numbers",
    "string[]": "texts",
}

# Environment variables --------------------------------------------------------------------------------------------


def variables_in(folders: tuple[str, ...]) -> set[str]:
    """The quoted `BESKID_…` names in Python and C sources, and the other variables that they ask for."""
    found: set[str] = set()
    for folder in folders:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix not in (".py", ".c", ".h") or "generated" in path.parts or path.name == "environment.py":
                continue
            text = path.read_text(encoding="utf-8")
            found |= {name for name in re.findall(r'"(BESKID_[A-Z_]+)"', text) if not NOT_VARIABLES.match(name)}
            found |= set(re.findall(r'environ(?:ment)?(?:\.get\(|\[)"([A-Z_]+)"', text))
            found |= set(re.findall(r'^[A-Z_]+VARIABLE = "([A-Z_]+)"', text, re.MULTILINE))
    return found


def test_every_variable_that_the_compiler_reads_is_in_the_table() -> None:
    listed = {row.name for row in environment.COMPILER}
    # The oracle reads a variable of programs in their place; others are only set for programs, or kept as they were.
    assert variables_in(("src/beskid",)) - {"BESKID_GC_STRESS", "BESKID_GC_LIMIT", "LC_CTYPE"} == listed


def test_every_variable_that_the_runtime_reads_is_in_the_table() -> None:
    assert variables_in(("runtime/src",)) == {row.name for row in environment.PROGRAMS}


def test_the_page_of_environment_variables_is_current() -> None:
    assert (ROOT / "docs" / "reference" / "environment.md").read_text(encoding="utf-8") == environment.render_page()


def test_the_variables_that_documents_name_exist() -> None:
    known = {row.name for row in (*environment.COMPILER, *environment.PROGRAMS)} | DEVELOPMENT
    header = (ROOT / "runtime" / "include" / "beskid_abi.h").read_text(encoding="utf-8")
    unknown = {
        f"{page.relative_to(ROOT)}: {name}"
        for page in PAGES
        for name in re.findall(r"\bBESKID_[A-Z_]+[A-Z]\b", page.read_text(encoding="utf-8"))
        if name not in known and name not in header and not NOT_VARIABLES.match(name)
    }
    assert not unknown


# Commands and options ---------------------------------------------------------------------------------------------


def options_of(name: str) -> set[str]:
    (command,) = [each for each in COMMANDS if name in (each.name, *each.aliases)]
    parser = argparse.ArgumentParser(add_help=False)
    command.load().add_arguments(parser)
    found = {"--help", "-h"}
    pending = [parser]
    while pending:
        for action in pending.pop()._actions:
            found.update(action.option_strings)
            if isinstance(action, argparse._SubParsersAction):
                pending += action.choices.values()
    return found


def command_lines(text: str) -> list[list[str]]:
    """The words of each `beskid COMMAND …` in code spans and in fences, up to what ends a command."""
    code = [*re.findall(r"`(beskid [^`\n]+)`", text), *re.findall(r"^\$ (beskid .+)$", text, re.MULTILINE)]
    return [re.split(r"[;|>#&]| -- ", line)[0].split() for line in code]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_commands_and_options_that_documents_show_exist(page: Path) -> None:
    names = {name for command in COMMANDS for name in (command.name, *command.aliases)}
    wrong: list[str] = []
    for words in command_lines(page.read_text(encoding="utf-8")):
        if len(words) < 2 or words[1].startswith("-"):
            continue
        if words[1] not in names:
            wrong.append(" ".join(words))
            continue
        known = options_of(words[1])
        given = [word.partition("=")[0].rstrip(",.)]") for word in words[2:] if word.startswith("--")]
        wrong += [f"{words[1]} {option}" for option in given if option not in known]
    assert not wrong


def test_the_page_of_the_command_line_has_every_option() -> None:
    page = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## beskid (\w+)\n(.*?)(?=^## )", page, re.MULTILINE | re.DOTALL))
    assert list(sections) == [command.name for command in COMMANDS]


def test_every_command_has_a_transcript() -> None:
    files = [*(ROOT / "tests" / "cli").glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    shown = {command for file in files for command in _shown_commands(file.read_text(encoding="utf-8"))}
    missing = {command.name for command in COMMANDS} - shown
    assert not missing


def _shown_commands(text: str) -> list[str]:
    """The commands of the command lines in fences, also after a pipe or in a condition."""
    lines = re.findall(r"^\$ (.+)$", text, re.MULTILINE)
    return [name for line in lines for name in re.findall(r"\bbeskid (\w+)", line)]


def test_every_command_is_in_the_first_five_minutes() -> None:
    page = (ROOT / "docs" / "guide" / "first-five-minutes.md").read_text(encoding="utf-8")
    missing = {command.name for command in COMMANDS} - set(re.findall(r"\bbeskid (\w+)", page))
    assert not missing


# Builtins ---------------------------------------------------------------------------------------------------------


def codes_of_call(row: SourceBuiltin, folder: Path) -> set[str]:
    """The codes that lowering a call of the builtin reports."""
    call = f"{row.name}({', '.join(ARGUMENTS[parameter] for parameter in row.params)})"
    statement = f"u8[] made = {call}" if row.returns == "any[]" else call
    program = folder / "call.bd"
    program.write_text(
        "unit main() {\n    u8[] bytes = [];\n    string[] texts = [];\n    i64[] numbers = [];\n    u64 n = 1;\n"
        f"    {statement};\n}}\n",
        encoding="utf-8",
    )
    resolved = resolve_input(program, None, None, folder)
    assert not isinstance(resolved, ResolveFailure)
    session = Session(resolved, CompileOptions(), {"XDG_CACHE_HOME": str(folder)})
    session.lowered()
    return {each.code for each in session.diagnostics if not each.code.is_warning}


def test_the_reference_lists_exactly_the_builtins_that_can_be_called(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "reference" / "abi.md").read_text(encoding="utf-8")
    specs = {spec.symbol: spec for spec in BUILTIN_SPECS}
    wrong: dict[str, set[str]] = {}
    for row in SOURCE_BUILTINS:
        written = f"`{row.name}({', '.join(row.params)}) -> {row.returns}`"
        is_listed = written in page
        assert is_listed is not specs[row.symbol].takes_address
        found = codes_of_call(row, tmp_path)
        if found != (set() if is_listed else {E2001}):
            wrong[row.name] = found
    assert not wrong


# Numbers in prose -------------------------------------------------------------------------------------------------


def test_the_number_of_llvms_functions_in_the_page_of_code_generation() -> None:
    source = Path(thin.__file__).read_text(encoding="utf-8")
    words = {4: "four", 5: "five", 6: "six"}
    page = (ROOT / "docs" / "internals" / "codegen.md").read_text(encoding="utf-8")
    count = len(set(re.findall(r"\bLLVMPY_\w+", source)))
    assert f"calls {words[count]} of its C functions" in page


# Layers -----------------------------------------------------------------------------------------------------------


def test_the_pure_layers_touch_only_what_the_page_names() -> None:
    """Modules of the pure layers that import what reaches files, processes, the clock or the machine."""
    page = (ROOT / "docs" / "internals" / "index.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| [^|]* \| (no|only [^|]*) \|$", page, re.MULTILINE)
    impure = re.compile(
        r"^\s*(?:import|from) (?:os|pathlib|subprocess|tempfile|shutil|time|socket|random|ctypes)\b", re.MULTILINE
    )
    named: set[str] = set()
    found: set[str] = set()
    for layers, touches in rows:
        for layer in re.findall(r"\w+", layers):
            folder = ROOT / "src" / "beskid" / layer
            named |= set(re.findall(r"`([\w/]+\.py)`", touches))
            found |= {
                path.relative_to(folder.parent).as_posix()
                for path in folder.rglob("*.py")
                if impure.search(path.read_text(encoding="utf-8"))
            }
    assert found == named
