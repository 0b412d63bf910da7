"""The site and its playground in Chromium: every step that `drive.mjs` takes as a visitor.

Among them are the looks: wide and narrow, light and dark, without a finding of axe-core.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tests import limits
from tools.node_packages import SITE, is_current
from tools.playground import MODULES
from tools.site import ROOT, broken_links, build, with_links

HERE = Path(__file__).parent
STEPS = re.findall(r'await step\("([^"]+)"', (HERE / "drive.mjs").read_text(encoding="utf-8"))
PROGRAMS = ("chromium", "node")
MISSING = [name for name in PROGRAMS if shutil.which(name) is None]
MEBIBYTES_COMPRESSED = 8


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, *words: object) -> None:
        """Nothing: the page's requests are no result."""


def test_links_that_lead_nowhere_are_found(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "index.html").write_text('<a href="a/b.html#here">', encoding="utf-8")
    (tmp_path / "a" / "b.html").write_text(
        '<p id="here"><a href="../index.html"><a href="../index.html#there"><img src="c.png"><a href="https://x.test/">',
        encoding="utf-8",
    )
    assert broken_links(tmp_path) == ["a/b.html: ../index.html#there", "a/b.html: c.png"]


def test_code_of_a_page_keeps_its_brackets() -> None:
    page = ROOT / "docs" / "guide" / "text.md"
    place = Path("guide/text.md")
    text = "`i64[](i64)` and [a](../../src/x.py)\n\n```\n[b](c.md)\n```\n[d](numbers.md#x)\n"
    known = {ROOT / "docs" / "guide" / "numbers.md": Path("guide/numbers.md")}
    moved = "`i64[](i64)` and a\n\n```\n[b](c.md)\n```\n[d](numbers.md#x)\n"
    assert with_links(text, page, place, known) == moved


@pytest.mark.skipif(bool(MISSING), reason=f"{', '.join(MISSING)} is not installed")
@pytest.mark.skipif(not is_current(SITE), reason="python -m tools.node_packages has not installed them")
@pytest.mark.timeout(400)
def test_the_site(tmp_path: Path) -> None:
    """One test, so that the site is built and visited once."""
    site = tmp_path / "site"
    build(site)
    folder = site / "play"
    # As a server sends them: compressed by it, where they are not.
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 9)) for path in folder.rglob("*") if path.is_file()}
    assert sum(sizes.values()) <= MEBIBYTES_COMPRESSED << 20, sizes
    results = visit(site)
    assert set(results) > set(STEPS)
    failed = [f"{name}: {result}" for name, result in results.items() if result]
    assert not failed, "\n".join(failed)


def visit(site: Path) -> dict[str, str]:
    """Return what went wrong in each step, nothing when it went well."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    chromium = shutil.which("chromium")
    assert chromium is not None
    try:
        done = limits.run(
            ["node", str(HERE / "drive.mjs"), f"http://127.0.0.1:{server.server_port}/", str(MODULES), chromium],
            timeout=280, capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        server.shutdown()
        server.server_close()
    assert done.returncode == 0, done.stderr
    results: dict[str, str] = json.loads(done.stdout)
    return results
