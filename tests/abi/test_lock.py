"""The golden lock holds what is shipped; a change against it is classified and answered with what to do."""

from __future__ import annotations

import re

import pytest
from tests.abi.edits import EDITS, ROOT, TEXT, edited
from tools.breaks import CLAUSES

from beskid.abi.compare import Change, LockError, compare, lock_text, refusals, surface_of_lock
from beskid.abi.contract import parse_contract
from beskid.abi.generate import CONTRACT_PATH, LOCK_PATH, generated_files, migration_note
from beskid.abi.upkeep import NOTE_SECTIONS, check_against, check_tree, new_version, unfinished

LOCK = (ROOT / LOCK_PATH).read_text(encoding="utf-8")
CONTRACT = parse_contract(TEXT)
VERSION, LEVEL = CONTRACT.version, CONTRACT.level

NEW_FUNCTION = """
[[function]]
name = "extra"
params = []
returns = "I64"
collects = false
panics = false
since = SINCE
meaning = "Extra."
"""


class Tree:
    """A working tree in memory, at first the real one."""

    def __init__(self) -> None:
        self.texts: dict[str, str | None] = {}

    def read(self, path: str) -> str | None:
        if path in self.texts:
            return self.texts[path]
        file = ROOT / path
        return file.read_text(encoding="utf-8") if file.exists() else None

    def contract(self, text: str) -> Tree:
        """With another contract, and what is derived from it."""
        self.texts |= {CONTRACT_PATH: text, **generated_files(text)}
        return self


NOTE = "# From ABI version 2 to 3\n" + "".join(
    f"\n## {title}\n\nA sentence that says what there is to say.\n" for title in NOTE_SECTIONS
)


def released(text: str) -> str:
    """With the last level released."""
    return text.replace('date = "unreleased"', 'date = "2026-12-01"', 1)


def with_next_level(text: str) -> str:
    """With the next level, which is not released."""
    entry = f'[[history]]\nlevel = {LEVEL + 1}\ndate = "unreleased"\nadds = "More."\nwhy = "It is needed."\n\n'
    head, mark, rest = released(text).partition("[[constant]]\n")
    return raised(head + entry + mark + rest, level=LEVEL + 1)


def raised(text: str, version: int = VERSION, level: int = LEVEL) -> str:
    text = re.sub(r"^version = \d+$", f"version = {version}", text, count=1, flags=re.MULTILINE)
    return re.sub(r"^level = \d+$", f"level = {level}", text, count=1, flags=re.MULTILINE)


def test_the_working_tree_keeps_its_contract() -> None:
    findings = check_tree(Tree().read)
    assert not findings.problems, "\n".join(findings.problems)
    assert not findings.updates


def test_the_lock_reads_back() -> None:
    surface = surface_of_lock(lock_text(CONTRACT))
    assert (surface.version, surface.level) == (VERSION, LEVEL)
    assert compare(lock_text(CONTRACT), CONTRACT).change is Change.NONE


def test_every_stable_row_is_in_the_lock() -> None:
    facts = surface_of_lock(LOCK).facts
    assert {f"function {function.symbol}" for function in CONTRACT.functions} <= facts.keys()
    assert {f"semantics {item.name}" for item in CONTRACT.semantics} <= facts.keys()
    assert {f"constant {item.name}" for item in CONTRACT.constants if not item.draft} <= facts.keys()
    stable = [struct for struct in CONTRACT.structs if not struct.draft]
    fields = {f"field {struct.name}.{field.name}" for struct in stable for field in struct.fields if not field.draft}
    assert fields <= facts.keys()


def test_every_clause_names_its_test_and_has_an_edit_that_breaks_it() -> None:
    for item in CONTRACT.semantics:
        path, _, name = item.test.partition("::")
        assert f"def {name.partition('[')[0]}(" in (ROOT / path).read_text(encoding="utf-8")
        assert f"test {item.name} = {item.test}\n" in LOCK
    assert CLAUSES.keys() == {item.name for item in CONTRACT.semantics}


@pytest.mark.parametrize("name", EDITS)
def test_a_breaking_change_needs_a_version_and_a_note(name: str) -> None:
    text = edited(EDITS[name])
    findings = check_tree(Tree().contract(text).read)
    assert findings.change is Change.BREAKING
    assert not findings.updates
    assert any(f"breaking: {EDITS[name].reported}" in problem for problem in findings.problems)
    assert all("breaking" in problem and "beskid abi bump" in problem for problem in findings.problems)
    tree = Tree().contract(raised(text, VERSION + 1))
    assert f"write {migration_note(VERSION + 1)}" in check_tree(tree.read).problems[0]
    tree.texts[migration_note(VERSION + 1)] = NOTE
    findings = check_tree(tree.read)
    assert list(findings.updates) == [LOCK_PATH]
    tree.texts[LOCK_PATH] = findings.updates[LOCK_PATH]
    assert not check_tree(tree.read).problems


def test_an_addition_needs_a_level_and_an_update_of_the_lock() -> None:
    findings = check_tree(Tree().contract(released(TEXT) + NEW_FUNCTION.replace("SINCE", str(LEVEL))).read)
    assert findings.change is Change.ADDITIVE
    assert not findings.updates
    assert "additive: function extra is new" in findings.problems[0]
    assert f"raise `level` in runtime/abi.toml to {LEVEL + 1}" in findings.problems[0]
    tree = Tree().contract(with_next_level(TEXT) + NEW_FUNCTION.replace("SINCE", str(LEVEL + 1)))
    findings = check_tree(tree.read)
    assert list(findings.updates) == [LOCK_PATH]
    assert "run `beskid abi check --update`" in findings.problems[0]
    tree.texts |= findings.updates
    assert not check_tree(tree.read).problems


def test_an_addition_to_an_unreleased_level_states_it() -> None:
    row = '[[constant]]\nname = "EXTRA"\nvalue = 1\nmeaning = "Extra."\n{}\n[[constant]]\n'
    silent = Tree().contract(TEXT.replace("[[constant]]\n", row.format(""), 1))
    assert f"write `since = {LEVEL}` in its row" in check_tree(silent.read).problems[0]
    stated = Tree().contract(TEXT.replace("[[constant]]\n", row.format(f"since = {LEVEL}\n"), 1))
    assert list(check_tree(stated.read).updates) == [LOCK_PATH]


FAULTY_NOTES = {
    "x": "it needs one section `## What changed`",
    "": "it does not exist",
    NOTE + "\nTo be written: more.\n": "it still has `To be written:`",
    NOTE.replace("## Why\n\nA sentence that says what there is to say.", "## Why\n"): "`## Why` is empty",
    NOTE.replace("## What to do", "## To do"): "it needs one section `## What to do`",
    NOTE + "\n## Why\n\nBecause it is written here twice.\n": "it needs one section `## Why`",
}


@pytest.mark.parametrize("note", FAULTY_NOTES)
def test_a_migration_note_has_all_sections(note: str) -> None:
    assert FAULTY_NOTES[note] in unfinished(note)
    tree = Tree().contract(raised(edited(EDITS["another number"]), VERSION + 1))
    tree.texts[migration_note(VERSION + 1)] = note
    findings = check_tree(tree.read)
    assert not findings.updates
    assert "no finished migration note" in findings.problems[0]


def test_a_finished_migration_note_lacks_nothing() -> None:
    assert unfinished(NOTE) == ""


def test_an_earlier_lock_finds_what_an_edited_lock_hides() -> None:
    text = edited(EDITS["another number"])
    tree = Tree().contract(text)
    tree.texts[LOCK_PATH] = lock_text(parse_contract(text))
    assert not check_tree(tree.read).problems
    findings = check_against(tree.read, LOCK, "v1")
    assert EDITS["another number"].reported in findings.problems[0]
    assert findings.problems[0].startswith("since v1: breaking")
    assert not check_against(Tree().read, LOCK, "v1").problems


def test_a_lock_without_names_of_parameters_is_compared_as_far_as_it_goes() -> None:
    """Locks before level 9 list kinds and forms of parameters."""
    earlier = surface_of_lock(FORMER_LOCK)
    comparison = compare(FORMER_LOCK, CONTRACT)
    assert comparison.change is Change.ADDITIVE
    assert not [item for item in comparison.differences if item.clause in earlier.facts]
    swapped = FORMER_LOCK.replace(
        "str_find(Ptr string, Ptr string, I64 I64)", "str_find(Ptr string, I64 I64, Ptr string)"
    )
    assert [item.clause for item in compare(swapped, CONTRACT).differences if item.before] == ["function str_find"]


FORMER_LOCK = """# The golden lock of the runtime contract; `beskid abi check --update` extends it.
version 2
level 8
function 000 beskid_runtime_abi_version() -> I32 I32, since 0
function 001 alloc(Ptr size, Ptr descriptor?) -> Ptr object, since 0, collects panics fresh
function 048 str_find(Ptr string, Ptr string, I64 I64) -> I64 I64, since 1, memory(read) willreturn
field BeskidStr.len at 8, 8 bytes, uint64_t
constant INTEROP_TAG_TEXT_AT = 2
"""


def test_a_change_of_the_draft_part_is_not_a_change_of_the_lock() -> None:
    row = 'name = "EXTRA"\nvalue = {}\nmeaning = "Extra."\nstability = "{}"\n\n[[constant]]\n'
    for value in (1, 2):
        draft = parse_contract(TEXT.replace("[[constant]]\n", "[[constant]]\n" + row.format(value, "draft"), 1))
        assert compare(LOCK, draft).change is Change.NONE
        stable = parse_contract(TEXT.replace("[[constant]]\n", "[[constant]]\n" + row.format(value, "stable"), 1))
        assert compare(LOCK, stable).change is Change.ADDITIVE


def test_version_and_level_never_fall() -> None:
    for text in (raised(TEXT, VERSION - 1), with_next_level(TEXT)):
        contract = parse_contract(text)
        falls = refusals(compare(LOCK, contract), "")
        assert (falls == []) == (contract.version == VERSION)
    lock = LOCK.replace(f"level {LEVEL}\n", f"level {LEVEL + 1}\n", 1)
    assert "the level decreases" in refusals(compare(lock, CONTRACT), "")[0]


@pytest.mark.parametrize("path", [*sorted(generated_files(TEXT)), LOCK_PATH, CONTRACT_PATH])
def test_a_missing_or_edited_file_is_noticed(path: str) -> None:
    tree = Tree()
    tree.texts[path] = None
    assert any(path in problem for problem in check_tree(tree.read).problems)
    tree.texts[path] = f"{Tree().read(path)}edited by hand\n"
    assert any(path in problem for problem in check_tree(tree.read).problems)


def test_other_texts_are_not_locks() -> None:
    for text in ("", "version 2\n", "version two\nlevel 1\n", "version 2\nlevel 1\nnonsense\n"):
        with pytest.raises(LockError):
            surface_of_lock(text)


def test_a_bump_writes_everything_but_the_reasons() -> None:
    texts = new_version(edited(EDITS["another number"]), LOCK)
    assert f"version = {VERSION + 1}" in texts[CONTRACT_PATH]
    assert f"BESKID_RUNTIME_ABI_VERSION = {VERSION + 1}" in texts["src/beskid/abi/generated/numbers.py"]
    assert f"BESKID_RUNTIME_ABI_VERSION UINT32_C({VERSION + 1})" in texts["runtime/include/beskid_abi.h"]
    note = texts[migration_note(VERSION + 1)]
    assert "constant STATUS_PANIC" in note
    assert unfinished(note)
    assert unfinished(None)
    tree = Tree()
    tree.texts |= texts
    assert "no finished migration note" in check_tree(tree.read).problems[0]
    tree.texts[migration_note(VERSION + 1)] = note.replace("To be written:", "Because:")
    assert list(check_tree(tree.read).updates) == [LOCK_PATH]
