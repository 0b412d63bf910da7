"""The plots of the page of measurements, and what the file for citations says."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import yaml
from tools.plots import COLORS, plot, ratios, with_plots

from beskid import __version__

ROOT = Path(__file__).resolve().parents[2]
TABLE = """\
| program | beskid | gcc -O2 | go | live | goal |
|---|---:|---:|---:|---:|---|
| fib | 200 ms | 100 ms (2.00) | 400 ms (0.50) | – | ≤ 1.0 × go |
| maps | 50.0 MB | – | 25 MB (2.00) | 3 MB |  |
| tiny | 0.1 ms | 5 ms | 5 ms | – | |
"""


def test_a_table_is_read() -> None:
    assert ratios(TABLE) == (["gcc -O2", "go"], {"fib": [0.5, 2.0], "maps": [None, 0.5]})


def test_more_peers_than_colors_and_columns_in_another_order() -> None:
    peers = [f"peer {number}" for number in range(len(COLORS) + 1)]
    table = f"| beskid | program | {' | '.join(peers)} |\n|---|\n| 100 ms | fib |{' 50 ms |' * len(peers)}\n"
    assert ratios(table) == (peers, {"fib": [0.5] * len(peers)})
    assert plot("title", table).count("<title>") == len(peers)


def test_the_page_has_its_plots() -> None:
    page = with_plots((ROOT / "bench" / "README.md").read_text(encoding="utf-8"))
    pictures = [ElementTree.fromstring(line) for line in page.splitlines() if line.startswith("<svg")]
    assert len(pictures) == 2
    for picture in pictures:
        assert len(list(picture.iter("{http://www.w3.org/2000/svg}title"))) > 20


def test_the_citation_is_of_this_version() -> None:
    found = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (found["version"], found["license"]) == (__version__, "Apache-2.0")
    assert {"cff-version", "message", "title", "authors"} <= set(found)
