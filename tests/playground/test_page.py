"""The site and its playground in Chromium: every step that `drive.mjs` takes as a visitor.

Among them are the looks: wide and narrow, light and dark, without a finding of axe-core.
"""

from __future__ import annotations

import gzip
import json
import re
import shutil
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from pathlib import Path
from typing import Any

import pytest
from tests import limits
from tests.serve.visitor import visit
from tools.node_packages import SITE, is_current
from tools.playground import MODULES
from tools.site import ROOT, broken_links, build, with_links
from tools.vendored import FILE, bundle

HERE = Path(__file__).parent
STEPS = re.findall(r'await step\("([^"]+)"', (HERE / "drive.mjs").read_text(encoding="utf-8"))
PROGRAMS = ("chromium", "node")
MISSING = [name for name in PROGRAMS if shutil.which(name) is None]
MEBIBYTES_COMPRESSED = 8


BITS_PER_SECOND = 50_000_000
PIECE = 1 << 14
DRIVE_SECONDS = 280
MAX_MILLISECONDS = {"ready, cold": 60_000, "ready, warm": 60_000, "diagnostics": 30_000, "stop": 20_000}
"""Not the targets, which bench/README.md has, but signs of a mistake."""


class _Network:
    """All answers together take the time of a network of `BITS_PER_SECOND`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._free = 0.0

    def send(self, data: bytes, output: BufferedIOBase) -> None:
        for start in range(0, len(data), PIECE):
            piece = data[start : start + PIECE]
            with self._lock:
                self._free = max(time.monotonic(), self._free) + 8 * len(piece) / BITS_PER_SECOND
                pause = self._free - time.monotonic()
            time.sleep(max(pause, 0))
            output.write(piece)


class _Handler(SimpleHTTPRequestHandler):
    """Sends files as a server of static files does: compressed, and to be kept."""

    protocol_version = "HTTP/1.1"

    def __init__(self, compressed: dict[Path, bytes], network: _Network, *words: Any, **settings: Any) -> None:
        self.compressed = compressed
        self.network = network
        super().__init__(*words, **settings)

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        data = self.compressed.get(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        if data is None:
            data = path.read_bytes()
        else:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.network.send(data, self.wfile)

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
def test_the_site(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One test, so that the site is built and visited once."""
    assert bundle() == FILE.read_text(encoding="utf-8"), "run python -m tools.vendored"
    site = tmp_path / "site"
    build(site)
    folder = site / "play"
    # As a server sends them: compressed by it, where they are not.
    compressed = {path: gzip.compress(path.read_bytes(), 6) for path in folder.rglob("*") if path.is_file()}
    sizes = {path.name: len(data) for path, data in compressed.items()}
    assert sum(sizes.values()) <= MEBIBYTES_COMPRESSED << 20, sizes
    with visit(tmp_path, timeout=DRIVE_SECONDS) as local:
        found = drive(site, compressed, f"http://127.0.0.1:{local.port}{local.path}")
    results, times = found["results"], found["times"]
    with capsys.disabled():
        print(f"\nthe playground at {BITS_PER_SECOND // 1_000_000} Mbit/s, in milliseconds: {times}")
    assert set(results) > set(STEPS)
    failed = [f"{name}: {result}" for name, result in results.items() if result]
    assert not failed, "\n".join(failed)
    assert {name: each for name, each in times.items() if each > MAX_MILLISECONDS[name]} == {}
    assert set(times) == set(MAX_MILLISECONDS)


def drive(site: Path, compressed: dict[Path, bytes], served: str) -> dict[str, Any]:
    """Return what went wrong in each step, nothing when it went well, and times."""
    handler = partial(_Handler, compressed, _Network(), directory=str(site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    chromium = shutil.which("chromium")
    assert chromium is not None
    try:
        done = limits.run(
            ["node", str(HERE / "drive.mjs"), address, served, str(MODULES), chromium],
            timeout=DRIVE_SECONDS, capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        server.shutdown()
        server.server_close()
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
