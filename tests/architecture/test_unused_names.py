"""No name of the compiler is unused: vulture looks for uses in the compiler, its tests and its tools."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from tests.limits import run

ROOT = Path(__file__).parents[2]

ALLOWED = {
    "__getattr__": "called by Python for a name of the package that is not loaded yet",
    "__dir__": "called by Python to list names",
    "__setattr__": "called by Python to assign to an attribute of a value of an enum",
    "__signature__": "read by `inspect`",
    "external_attr": "an attribute of an entry of an archive",
    "load_ipython_extension": "called by IPython",
    "_render_traceback_": "called by IPython to show an exception",
    "get_completions": "called by prompt_toolkit",
    "complete_event": "a parameter that prompt_toolkit passes by its name",
    "filenames": "an attribute of a lexer that Pygments reads",
    "data_layout": "an attribute of llvmlite",
    "string_literals": "a part of the artifact that the foundation documents name",
    "option_string": "a parameter that argparse passes by its name",
    "allocation": "a parameter of functions in a table",
    "optional_dest": "called by the table of roles in ir/copy.py",
    **dict.fromkeys(("ENVIRONMENT", "BUILD"), "a subject of a page, found by its text"),
}
"""Names that vulture does not see used, with the reason."""

ALLOWED_FILES = {
    "src/beskid/ir/oracle/arithmetic.py": "called by the Python code that the oracle generates",
    "src/beskid/_debug/gdb.py": "called by gdb",
    "src/beskid/_debug/beskid_lldb.py": "called by lldb",
    "src/beskid/serve/server.py": "called by the HTTP server of Python's library",
}

_FINDING = re.compile(r"^(src/beskid/[^:]+):\d+: unused [\w ]+ '(\w+)'", re.MULTILINE)


def _unused(*paths: str) -> set[tuple[str, str]]:
    # The language server registers its features by decorators.
    command = [sys.executable, "-m", "vulture", "--ignore-decorators", "@server.feature", *paths]
    result = run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode in (0, 3), result.stderr
    return {(each[1], each[2]) for each in _FINDING.finditer(result.stdout) if "/generated/" not in each[1]}


def test_every_name_is_used() -> None:
    found = _unused("src/beskid", "tests", "tools", "packaging/runtime")
    assert [each for each in sorted(found) if each[1] not in ALLOWED and each[0] not in ALLOWED_FILES] == []
    assert sorted(set(ALLOWED) - {name for _, name in found}) == [], "these are used: delete their rows"
