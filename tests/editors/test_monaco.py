"""Monaco, the editor of Visual Studio Code, in Chromium: typing shows what `beskid check` reports."""

from __future__ import annotations

import json
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from tests.editors.web_socket import language_server
from tests.limits import run
from tools.node_packages import MONACO, SITE, is_current, packages_of

from beskid.driver.session import check_text

DRIVE = Path(__file__).parent / "monaco" / "drive.mjs"
TEXT = 'unit main() {\n    i64 wrong = "text 😀";\n    PrintLine("${wrong}");\n}\n'
MISSING = [name for name in ("chromium", "node") if shutil.which(name) is None]


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *words: Any) -> None:
        pass


@pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")
@pytest.mark.skipif(
    not (is_current(MONACO) and is_current(SITE)), reason="python -m tools.node_packages has not installed them"
)
def test_monaco_shows_what_check_reports(tmp_path: Path) -> None:
    chromium = shutil.which("chromium")
    assert chromium is not None
    pages = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(MONACO)))
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    try:
        with language_server() as port:
            address = f"http://127.0.0.1:{pages.server_port}/page.html?port={port}"
            words = [address, str(packages_of(SITE)), chromium, str(tmp_path / "monaco.png"), TEXT]
            done = run(["node", str(DRIVE), *words], capture_output=True, text=True, timeout=120)
    finally:
        pages.shutdown()
        pages.server_close()
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert shown["errors"] == [], shown.get("state")
    assert shown["text"] == TEXT
    expected = check_text("Main.bd", TEXT)
    assert [(each["code"], each["line"]) for each in shown["markers"]] == [(each.code, 2) for each in expected]
    # In UTF-16 units, as the browser counts: the emoji is two of them.
    line = TEXT.splitlines()[1]
    marker = shown["markers"][0]
    begin, end = line.index('"') + 1, len(line[: line.rindex('"') + 1].encode("utf-16-le")) // 2 + 1
    assert (marker["column"], marker["end"]) == (begin, end)
    assert marker["message"].startswith(expected[0].message)
    assert shown["squiggles"] > 0
    assert expected[0].message in shown["problem"]
    assert "PrintLine(string" in shown["hover"]
    assert {"Print", "PrintLine", "PrintError"} <= set(shown["completions"])
    assert (tmp_path / "monaco.png").stat().st_size > 5000
