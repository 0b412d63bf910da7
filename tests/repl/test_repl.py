"""`beskid repl`: entries of a pipe with what they print, a session on a terminal, and long sessions."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests import limits
from tests.garbage import garbage, states_of
from tests.lang.case import ENGINES, Case, Outcome, find_cases, problems, read_case
from tests.terminals import SECONDS, open_terminal

from beskid.driver.embedding import EmbedRequest
from beskid.driver.outputs import SESSION_START
from beskid.embed import make_cell
from beskid.embed.module import Module
from beskid.embed.types import Types
from beskid.ide.completion import Completions
from beskid.repl.lines import ReadlineLines, candidates
from beskid.repl.reading import entries_of, read_entry
from beskid.repl.session import MAX_SHOWN, EntryError, Session
from beskid.source.text import SourceText
from beskid.syntax.lexer import tokenize
from beskid.syntax.tokens import Tokens

LANG = Path(__file__).resolve().parents[1] / "lang"
START = SESSION_START.decode()
ENTRIES = int(os.environ.get("BESKID_REPL_ENTRIES", "32"))
PROGRAMS = os.environ.get("BESKID_REPL_PROGRAMS", "")
"""`all` feeds every program of `tests/lang`."""
COMMAND = [sys.executable, "-m", "beskid", "repl"]


def piped(text: str, *words: str) -> subprocess.CompletedProcess[str]:
    return limits.run([*COMMAND, *words], input=text, capture_output=True, text=True, check=False)


TRANSCRIPT = """\
let xs = [3, 1, 2];
xs.Map(n => n * 10)
> [30, 10, 20]
i64 twice(i64 n) => n * 2;
twice(xs[1])
> 2
"text"
> "text"
let mut n = 1
n += 5;
let add = () => { n += 1; return n; };
add()
> 7
n
> 7
for x in xs {
    n += x;
}
add()
> 14
if n > 3 { "big" } else { "small" }
> "big"
{ let n = 3; n + xs.Len() }
> 6
type Point { i64 x, i64 y }
let p = Point { x: 1, y: n };
p.x = n * 2;
p
> Point { x: 28, y: 14 }
let x = 4;
Point { x, y: 1 }
> Point { x: 4, y: 1 }
let xs = xs.Len();
xs
> 3
PrintLine("printed ${xs}")
> printed 3
use Collections.Map;
let ages = Map.New<string, i64>();
ages.Set("Ada", 36);
ages
> {"Ada": 36}
unit grow(ref i64 value) { value += 100; }
grow(ref n);
n
> 114
:type ages
> Map<string, i64>
:type p.x + n
> i64
let a = 1; let b = 2; a + b
> 3
Option::Some(n)
> Option::Some(114)
1_000_000 * 1_000_000
> 1000000000000
"""


def test_values_are_printed_and_names_live_on() -> None:
    entries = "".join(line + "\n" for line in TRANSCRIPT.splitlines() if not line.startswith("> "))
    expected = "".join(line[2:] + "\n" for line in TRANSCRIPT.splitlines() if line.startswith("> "))
    done = piped(entries)
    assert (done.stdout, done.stderr, done.returncode) == (expected, "", 0)


def test_errors_and_panics_end_no_session() -> None:
    done = piped(
        'let mut n = 1;\nlet y = n.z;\n{ n = 2; Panic("on purpose"); }\nn\nunit f() { g(); }\n[1, 2][7]\n'
        "let n = missing;\nn\n"
    )
    assert done.stdout == "2\n2\n"
    assert done.returncode == 1
    assert "--> <entry 2>:1:9\n" in done.stderr
    assert "panic: on purpose   (1 frame, session goes on)\n" in done.stderr
    assert "`g`" in done.stderr
    assert "panic: index out of range: the length is 2 but the index is 7" in done.stderr
    assert "unknown value `missing`" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_exit_ends_the_session_with_its_status() -> None:
    done = piped("use System.Process;\n1\nProcess.Exit(7);\n2\n")
    assert (done.stdout, done.returncode) == ("1\n", 7)


def test_a_type_that_is_declared_again_takes_its_variables() -> None:
    before = "type P { i64 a }\nlet p = P { a: 1 };\nlet q = [p];\nlet n = 5;\n"
    done = piped(f"{before}type P {{ f64 b }}\nn\nP {{ b: 0.5 }}\np\n")
    assert done.stdout == "5\nP { b: 0.5 }\n"
    assert "note: `p` is forgotten" in done.stderr
    assert "note: `q` is forgotten" in done.stderr
    assert "unknown value `p`" in done.stderr


def test_long_values_are_cut() -> None:
    done = piped('"ab".Repeat(5000)\n')
    assert done.stdout == f'"{"ab" * 5000}'[:MAX_SHOWN] + f"… ({10002 - MAX_SHOWN:,} more characters)\n"


def test_commands(tmp_path: Path) -> None:
    saved = tmp_path / "saved.bd"
    entries = "i64 twice(i64 n) => n * 2;\nlet n = twice(4);\n/// Adds one.\ni64 next(i64 n) => n + 1;\n"
    done = piped(
        f"{entries}:save {saved}\n:doc next\n:time next(n)\n:ir twice(n)\n:asm twice(n)\n:reset\nn\n:load {saved}\nn\n"
        ":use Core.Hash.Crc32\n:help\n:no\n:type\n:quit\n1\n"
    )
    assert "i64 next(i64 n)\n\nAdds one.\n9   (" in done.stdout
    assert re.search(r"^9   \([\d.]+ (ns|us), [\d,]+ runs\)$", done.stdout, re.MULTILINE)
    assert "function @" in done.stdout
    assert ".text" in done.stdout
    assert "unknown value `n`" in done.stderr
    assert "\n8\n:type EXPRESSION" in done.stdout
    assert "no such command: `:no`" in done.stderr
    assert "expected `:type EXPRESSION`" in done.stderr
    assert done.stdout.rstrip().endswith("end the session")
    assert saved.read_text() == START + entries


@pytest.mark.parametrize(
    ("text", "is_complete"),
    [
        ("1 + 2", True),
        ("let x = 1", True),
        ("let x =", False),
        ("1 +", False),
        ("i64 f() {", False),
        ("f(1,", False),
        ("type P {\n    i64 x,\n}", True),
        ("/// About it.", False),
        ("let x = 1 2;", True),
        (") + 1", True),
        ("/* a\n", False),
        ('"a\n', False),
        ("use Core.String; let z", False),
        ("use Core.String; let z = 1", True),
        ("[Value]", False),
        ('[Export(Name: "twice")]', False),
        ("[Max]", True),
        ("1 <<", False),
        ("1 >=", False),
    ],
)
def test_where_an_entry_ends(text: str, is_complete: bool) -> None:
    assert read_entry("entry", text).is_complete == is_complete


def test_pasted_lines_are_entries() -> None:
    text = "i64 f(i64 n) {\n    return n;\n}\n\nlet x = [\n    1,\n];\nx\n"
    assert [each.strip() for each in entries_of(text.splitlines(keepends=True))] == [
        "i64 f(i64 n) {\n    return n;\n}", "let x = [\n    1,\n];", "x",
    ]  # fmt: skip


def named_case(name: str) -> Case:
    path = LANG / f"{name}.bd"
    return read_case(name, path, path)


def cases() -> list[Case]:
    """Return the programs with a `main` without arguments that end well."""
    if PROGRAMS != "all":
        return [named_case("values/without_fields")]
    return [
        case
        for case in find_cases(LANG)
        if "unit main() {" in case.entry.read_text(encoding="utf-8")
        and not (case.status or case.stderr or case.stdin or case.arguments or case.restrictions)
        and case.engines == ENGINES
    ]


def require(case: Case, done: subprocess.CompletedProcess[str]) -> None:
    assert problems(case, Outcome(done.stdout, done.stderr, done.returncode)) == []


@pytest.mark.parametrize("name", ["arrays/literals_and_elements", "closures/closures_keep_objects_alive"])
def test_a_program_entered_line_by_line(name: str) -> None:
    case = named_case(name)
    require(case, piped(f"{case.entry.read_text(encoding='utf-8')}\nmain()\n"))


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_program_that_is_loaded(case: Case) -> None:
    require(case, piped(f":load {case.entry}\nmain()\n"))


def test_long_sessions_stay_fast_and_small(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session()
    session.run("let mut total = 0;")
    session.run("let xs = [1, 2, 3];")
    compiled: list[int] = []
    memory = []

    def note(request: EmbedRequest, former: Types | None) -> tuple[Module, Types]:
        compiled.append(len(request.text or ""))
        return make_cell(request, former)

    monkeypatch.setattr("beskid.repl.session.make_cell", note)
    for number in range(ENTRIES):
        session.run(f"total += {number};")
        assert session.run(f"xs[{number % 3}] * {number}") == str((number % 3 + 1) * number)
        memory.append(limits.resident_bytes(os.getpid()))
    assert session.run("total") == str(ENTRIES * (ENTRIES - 1) // 2)
    # The programs around the entries do not grow with their number.
    assert len(compiled) == 2 * ENTRIES + 1
    assert max(compiled) - min(compiled) < 200
    quarter = ENTRIES // 4
    assert (memory[-1] - memory[quarter]) / (2 * (ENTRIES - quarter)) < 100_000


def test_the_types_of_former_cells_are_released() -> None:
    session = Session()
    for number in range(4):
        session.run(f"let mut n = {number};")
    session.time("n + 1")
    session.run("n += 1;")
    types = session._types
    assert types is not None
    assert sum("Cell" in name for name in types.classes) == 1
    assert session.run("n") == "4"


def test_what_was_checked_before_is_freed_without_the_garbage_collector() -> None:
    """Each completion checks a program, with thousands of symbols."""
    session = Session()
    session.run("let first = 1;")
    with garbage() as found:
        for _ in range(3):
            assert session.completions("fi", 2).items
            assert session.type_of("first") == "i64"
    assert states_of(found) == []


def test_a_failed_entry_changes_nothing() -> None:
    session = Session()
    session.run("i64 one() => 1;")
    with pytest.raises(EntryError):
        session.run("i64 one() => two();")
    assert session.run("one()") == "1"


# On a terminal


@dataclass
class Console:
    """A session on a terminal."""

    process: subprocess.Popen[bytes]
    type: Callable[[str], None]
    wait_for: Callable[[str], str]


@contextlib.contextmanager
def on_a_terminal(cache: Path, *words: str, without: str = "") -> Iterator[Console]:
    """Start a session on a terminal. `without` is a module that is not installed."""
    start = "import sys; sys.modules.update(dict.fromkeys(sys.argv.pop(1).split())); sys.argv[0] = 'beskid'\n"
    start += "from beskid.__main__ import main\nsys.exit(main())"
    environment = {**os.environ, "TERM": "xterm", "XDG_CACHE_HOME": str(cache)}
    command = [sys.executable, "-c", start, without, "repl", *words]
    with (
        open_terminal(is_plain=True) as terminal,
        limits.start(command, env=environment, start_new_session=True, **terminal.streams) as process,
    ):
        terminal.close_theirs()
        terminal.wait_for("(:help)")
        yield Console(process, terminal.type, terminal.wait_for)
        process.kill()


@pytest.mark.parametrize("without", ["", "prompt_toolkit", "prompt_toolkit readline"])
def test_a_session_on_a_terminal(tmp_path: Path, without: str) -> None:
    with on_a_terminal(tmp_path, without=without) as terminal:
        terminal.type("6 * 7\r")
        terminal.wait_for("42")
        terminal.type("i64 f(i64 n) {\rreturn n * 3;\r}\r")
        terminal.type("f(5)\r")
        terminal.wait_for("15")
        terminal.type("[1][4]\r")
        terminal.wait_for("(1 frame, session goes on)")
        terminal.type("use System.IO;\r")
        terminal.type("use System.Console;\r")
        keys = ("Console.ReadKey();", "Console.ReadKeyWithin(1 << 40);")
        for waiting in ("IO.Flush(); while true { }", "IO.ReadLine();", *keys):
            terminal.type(f'{{ Print("${{40 + 4}}!"); {waiting} }}\r')
            terminal.wait_for("44!")
            terminal.process.send_signal(signal.SIGINT)
            terminal.wait_for("interrupted")
        terminal.type('{ Print("${40 + 5}!"); IO.ReadLine() }\r')
        terminal.wait_for("45!")
        terminal.type("typed\r")
        terminal.wait_for('Option::Some("typed")')
        terminal.type(":quit\r")
        assert terminal.process.wait(SECONDS) == 0


def test_an_interrupt_while_a_program_prints_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(io.StringIO):
        def write(self, text: str) -> int:
            raise KeyboardInterrupt

    session = Session()
    session.run("use System.IO;")
    monkeypatch.setattr(sys, "stdout", Interrupted())
    with pytest.raises(KeyboardInterrupt):
        session.run('{ Print("before"); IO.Flush(); while true { } }')


def test_completion_on_a_terminal(tmp_path: Path) -> None:
    with on_a_terminal(tmp_path) as terminal:
        terminal.type("let numbers = [1, 2];\r")
        terminal.type("40 + 2\r")
        terminal.wait_for("\n42")
        terminal.type("numb\t")
        terminal.wait_for("numbers")
        terminal.type(".Len() + 50\r")
        terminal.wait_for("\n52")


def test_history_and_entries_survive_a_crash(tmp_path: Path) -> None:
    with on_a_terminal(tmp_path) as terminal:
        terminal.type("let kept = 17;\r")
        terminal.type("kept + 1\r")
        terminal.wait_for("\n18")
        terminal.process.kill()
    folder = tmp_path / "beskid" / "repl"
    (former,) = folder.glob("session-*.bd")
    assert former.read_text() == f"{START}let kept = 17;\nkept + 1\n"
    with on_a_terminal(tmp_path, without="") as terminal:
        terminal.type("\x1b[A\r")
        terminal.wait_for("unknown value `kept`")
        terminal.type(f":load {former}\r")
        terminal.wait_for("\n18")


def test_what_ends_before_it_is_complete_is_an_error(tmp_path: Path) -> None:
    saved = tmp_path / "saved.bd"
    for text in ("[1, 2", "foo(\n\n1+1\n", "let x =", "/// About it.", "1 } i64 q() { return 1"):
        session = Session()
        with pytest.raises(EntryError) as caught:
            session.run(text)
        assert caught.value.diagnostics, text
        assert session.saved() == ""
    done = piped(f"1\n:save {saved}\nfoo(\n\n1+1\n")
    assert (done.stdout, done.returncode, saved.read_text()) == ("1\n", 1, f"{START}1\n")
    assert "error[parse]" in done.stderr


def test_commands_used_wrongly_end_no_session(tmp_path: Path) -> None:
    itself = tmp_path / "itself.bd"
    itself.write_text(f"1\n:load {itself}\n2\n")
    lines = [":time // c", ":time foo(", ":type // c", ":ir // c"]
    lines += [":load ~nouser/x", f":load {itself}", ":save ~/saved.bd"]
    done = limits.run(
        COMMAND, input="\n".join([*lines, "3"]), capture_output=True, text=True, check=False,
        env={**os.environ, "HOME": str(tmp_path)},
    )  # fmt: skip
    assert (done.stdout, done.returncode) == ("1\n2\n3\n", 1), done.stderr
    assert done.stderr.count("expected one expression") == 3
    assert "~nouser/x is not known" in done.stderr
    assert "loads itself" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "saved.bd").read_text() == f"{START}1\n2\n"


def test_the_end_of_a_file_of_entries_ends_the_session(tmp_path: Path) -> None:
    file = tmp_path / "entries.bd"
    file.write_text("1\n:quit\n2\n")
    assert piped("3\n", str(file)).stdout == "1\n"


def test_lines_of_one_entry_are_read_in_linear_time(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def noted(source: SourceText) -> Tokens:
        read.append(len(source.text))
        return tokenize(source)

    monkeypatch.setattr("beskid.repl.reading.tokenize", noted)
    for line in ("    n += 1;\n", '    let s = "a${n}";\n', "// comment (\n"):
        lines = ["i64 f(i64 n) {\n", *[line] * 200, "    return n;\n", "}\n"]
        read.clear()
        assert len(list(entries_of(lines))) == 1
        assert sum(read) < 4 * len("".join(lines))


def test_strings_and_comments_of_several_lines_are_in_one_entry() -> None:
    text = 'let s = "one {\n";\nlet t = [/* {\n\n*/ 1,\n"}\n"];\n/* a\n\n b */ 1 +\n\n2\n'
    assert len(list(entries_of(text.splitlines(keepends=True)))) == 3


def test_no_name_of_an_entry_is_taken() -> None:
    session = Session()
    session.run("i64 Entry() => 5;")
    session.run("type Cell1 { i64 v }")
    session.run("let entryValue = Entry();")
    session.run("let cell1 = Cell1 { v: entryValue };")
    assert session.run("cell1.v + entryValue") == "10"


def test_saved_declarations_are_those_in_force() -> None:
    session = Session()
    for text in ("i64 f() => 1;", "i64 g() => f();", "i64 f() => 2;"):
        session.run(text)
    saved = session.saved()
    again = Session()
    again.run(saved)
    assert again.run("g()") == "2"


def test_declarations_and_what_follows_them_are_one_entry() -> None:
    session = Session()
    assert session.run("i64 f(i64 n) => n * 2; let x = f(4); x + 1") == "9"
    assert session.run("use Collections.Map; Map.New<i64, i64>().Count()") == "0"
    session.run("type P { i64 a } let p = P { a: 1 };")
    for text in ("i64 f(i64 n) => n; nope", "type P { f64 a } nope"):
        with pytest.raises(EntryError) as caught:
            session.run(text)
        (found,) = caught.value.diagnostics
        assert found.source.text[found.span.start : found.span.end] == "nope"
    assert session.run("f(p.a)") == "2"
    assert session.lost == []


def test_saved_declarations_may_refer_to_later_ones(tmp_path: Path) -> None:
    saved = tmp_path / "saved.bd"
    program = tmp_path / "program.bd"
    program.write_text("i64 first() => second();\n// A comment is no other entry.\ni64 second() => 5;\n")
    done = piped(
        f"let a = 1;\ni64 second() => 4;\n:load {program}\nfirst() + a\n:save {saved}\n:reset\n:load {saved}\n"
    )
    assert (done.stdout, done.stderr) == ("6\n6\n", "")
    assert saved.read_text().count("second() =>") == 1


def test_declarations_before_a_panic_are_saved(tmp_path: Path) -> None:
    saved = tmp_path / "saved.bd"
    done = piped(f"type P {{ i64 a }}\nlet p = P {{ a: 1 }};\ntype P {{ i64 b }} [1][4]\nP {{ b: 2 }}\n:save {saved}\n")
    assert done.stdout == "P { b: 2 }\n"
    assert "note: `p` is forgotten" in done.stderr and "panic" in done.stderr
    assert piped(f":load {saved}\n").stderr.count("error") == 0
    saved.unlink()
    done = piped(f"i64 f() => 5; let a = f(); let b = a; [1][4]\nlet c = b + 1;\nc\n:save {saved}\n")
    assert done.stdout == "6\n"
    done = piped(f":load {saved}\na + b + c\n")
    assert (done.stdout, done.stderr) == ("6\n16\n", "")


def test_warnings_of_an_entry_that_panics_are_shown() -> None:
    done = piped("let wide = 7000; { i32 narrow = wide; } [1][4];\n")
    assert "warning" in done.stderr and "panic" in done.stderr
    assert done.stderr.index("warning") < done.stderr.index("panic")


def test_an_attribute_waits_for_what_it_is_of() -> None:
    session = Session()
    assert session.read("[Audited]").is_complete
    session.run("attribute Audited(TypeDeclaration) { }")
    assert not session.read("[Audited]").is_complete
    done = piped("attribute Audited(TypeDeclaration) { }\n[Audited]\ntype P { i64 a }\nP { a: 1 }\n")
    assert (done.stdout, done.stderr) == ("P { a: 1 }\n", "")
    session.run("type Audited { i64 a }")
    assert session.read("[Audited]").is_complete
    session.run("attribute Audited(TypeDeclaration) { }")
    assert not session.read("[Audited]").is_complete
    session.reset()
    assert session.read("[Audited]").is_complete


def test_a_loaded_file_declares_an_attribute_again_as_a_value(tmp_path: Path) -> None:
    file = tmp_path / "entries.bd"
    file.write_text(
        "attribute Audited(TypeDeclaration) { }\nconst i64 Audited = 4;\nlet Other = 1;\n[Audited]\n[Other]\n"
    )
    done = piped(f":load {file}\n")
    assert (done.stdout, done.stderr) == ("[4]\n[1]\n", "")


def test_an_entry_that_changes_nothing_is_not_kept(tmp_path: Path) -> None:
    with on_a_terminal(tmp_path) as terminal:
        terminal.type("nope\r")
        terminal.wait_for("unknown value `nope`")
        assert not list((tmp_path / "beskid" / "repl").glob("session-*.bd"))
        terminal.type("6 * 7\r")
        terminal.wait_for("\n42")
        (kept,) = (tmp_path / "beskid" / "repl").glob("session-*.bd")
        kept.unlink()
        terminal.type("nope + 1\r")
        terminal.wait_for("unknown value `nope`")
        assert not kept.exists()


def test_completion_before_a_command() -> None:
    assert candidates(Session(), "", 0)[0] == 0
    assert candidates(Session(), ":t", 0)[0] == 0
    assert [label for label, _ in candidates(Session(), ":ty", 3)[1]] == ["type"]


def test_only_saved_sessions_are_replaced(tmp_path: Path) -> None:
    own, other = tmp_path / "own.bd", tmp_path / "other.bd"
    other.write_text("unit main() { }\n")
    done = piped(f"1\n:save {own}\n2\n:save {own}\n:save {other}\n:save {tmp_path}\n")
    assert own.read_text() == f"{START}1\n2\n"
    assert other.read_text() == "unit main() { }\n"
    assert "was not made by beskid\n  = help: name another file, or remove this one first\n" in done.stderr
    assert done.stderr.count("error: cannot write") == 2


def test_a_type_that_hides_an_imported_one_takes_its_variables() -> None:
    session = Session()
    session.run("use Collections.Map; let ages = Map.New<string, i64>();")
    session.run("use Collections.Map;")
    assert session.run("ages") == "{}"
    session.run("type Map { i64 a }")
    assert session.lost == ["ages"]
    assert session.run("Map { a: 1 }") == "Map { a: 1 }"


def test_a_variable_of_an_imported_contract_needs_its_import() -> None:
    session = Session()
    session.run('use Core.Contracts.Display; type P : Display { i64 a, pub string ToString() => "P"; }')
    session.run("Display shown = P { a: 1 };")
    session.run("type Display2 { i64 b }")
    assert session.variables["shown"].uses == ("use Core.Contracts.Display;",)
    assert session.run("shown.ToString()") == '"P"'


def test_readline_asks_for_one_candidate_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    readline = pytest.importorskip("readline")
    session = Session()
    session.run("let number = 1; let numbers = [1];")
    asked: list[str] = []
    completions = session.completions

    def noted(text: str, offset: int) -> Completions:
        asked.append(text)
        return completions(text, offset)

    monkeypatch.setattr(session, "completions", noted)
    monkeypatch.setattr(readline, "get_line_buffer", lambda: "numb")
    monkeypatch.setattr(readline, "get_endidx", lambda: 4)
    lines = ReadlineLines(session, "")
    assert [lines.complete("numb", state) for state in range(3)] == ["number", "numbers", None]
    assert asked == ["numb"]


def test_an_entry_with_an_error_runs_nothing() -> None:
    session = Session()
    session.run("let mut n = 1;")
    with pytest.raises(EntryError) as caught:
        session.run("n = 2; let a = n; let b = nope; a")
    (found,) = caught.value.diagnostics
    assert found.source.text[found.span.start : found.span.end] == "nope"
    assert session.run("n") == "1"
    assert "a" not in session.variables
    assert session.run("let a = 1; let a = a + 1; if a > 1 { n = 5; } a + n") == "7"
    assert session.run("let c = 1; for x in [c] { n += x; }") == ""


def test_a_history_that_cannot_be_written_ends_no_session(tmp_path: Path) -> None:
    with on_a_terminal(tmp_path) as terminal:
        shutil.rmtree(tmp_path / "beskid" / "repl")
        terminal.type("6 * 7\r")
        terminal.wait_for("\n42")
        terminal.type("let x = (\r\r")
        terminal.wait_for("error[parse]")
        terminal.type("6 * 8\r")
        terminal.wait_for("\n48")


def test_two_sessions_keep_their_entries(tmp_path: Path) -> None:
    with on_a_terminal(tmp_path) as one, on_a_terminal(tmp_path) as two:
        for terminal, text in ((one, "40 + 1"), (two, "50 + 1")):
            terminal.type(f"{text}\r")
            terminal.wait_for(f"\n{text[0]}1")
    kept = (tmp_path / "beskid" / "repl").glob("session-*.bd")
    assert {path.read_text() for path in kept} == {f"{START}40 + 1\n", f"{START}50 + 1\n"}
