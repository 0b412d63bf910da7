"""Latency of the language server, measured by a client over pipes: `python -m bench.editor [--lines N …]`.

For each size, a file of a generated project is opened and edited in a body. After each edit, hover, definition and
completion are asked for until the whole project is checked. Prints the median, of 100 values or more the 99th
percentile, and the worst value in milliseconds, the targets for the percentile on an idle machine, and the resident
memory of the server: at most 100 MiB for 10,000 lines and 150 for 20,000. The start, at most 600 ms, is also shown in
processor time, which other processes change less.
"""

from __future__ import annotations

import argparse
import itertools
import os
import statistics
import tempfile
import time
from pathlib import Path

from bench.large_programs import large_program
from tests.lsp.client import Client, position, serving

INTERACTIVE = ("textDocument/hover", "textDocument/definition", "textDocument/completion")
PAUSE = 0.02
SIZES = (1_000, 10_000, 20_000)
EDITS = 15


def publication(client: Client, version: int) -> None:
    """Wait for the first diagnostics of a version."""
    while True:
        for note in client.notes:
            if note.get("method") == "textDocument/publishDiagnostics" and note["params"].get("version") == version:
                return
        client.notes.append(client.receive())


def milliseconds(start: float) -> float:
    return (time.perf_counter() - start) * 1000


def resident_mebibytes(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def processor_milliseconds(process: int) -> float:
    """Return the processor time that a process has taken."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def shown(name: str, values: list[float], target: int = 0) -> str:
    """Return a row; the target is one for the 99th percentile."""
    late = ""
    if len(values) >= 100:
        late = f"   p99 {statistics.quantiles(values, n=100, method='inclusive')[98]:8.1f}"
    goal = f"   (target {target})" if target else ""
    return f"  {name:<28} median {statistics.median(values):8.1f}{late}   worst {max(values):8.1f}{goal}"


def is_answered(client: Client, number: int) -> bool:
    return any(note.get("id") == number and "method" not in note for note in client.notes)


LINES_OF_FILE = 250


def make_project(lines: int, folder: Path) -> int:
    """Write a project of files with `LINES_OF_FILE` lines; return the number of all lines."""
    root = folder / f"large{lines}" / "Src"
    root.mkdir(parents=True)
    (root.parent / "Project.proj").write_text(
        'project {\n    name = "Large"\n    version = "0.1.0"\n}\n\n'
        'target "app" {\n    kind = App\n    entry = "Part0.bd"\n}\n',
        encoding="utf-8",
    )
    text = large_program("beskid", LINES_OF_FILE)
    count = max(1, lines // text.count("\n"))
    for number in range(count):
        (root / f"Part{number}.bd").write_text(text, encoding="utf-8")
    return count * text.count("\n")


def measure(lines: int, folder: Path, edits: int) -> None:
    total = make_project(lines, folder)
    path = folder / f"large{lines}" / "Src" / "Part0.bd"
    text = path.read_text(encoding="utf-8")
    print(f"{total:,} lines")
    start = time.perf_counter()
    with serving() as client:
        client.initialize()
        taken = processor_milliseconds(client.process)
        print(f"  {'start to initialized':<28}        {milliseconds(start):8.1f}   ({taken:.0f} of the processor)")
        start = time.perf_counter()
        uri = client.open(path)
        publication(client, 1)
        print(f"  {'open to diagnostics':<28}        {milliseconds(start):8.1f}")
        client.ask("beskid/settled", None)
        where = text.index("return")
        line = text.count("\n", 0, where)
        column = where - text.rfind("\n", 0, where) - 1
        place = {"line": line, "character": column}
        edited: list[float] = []
        checked: list[float] = []
        hovered: list[float] = []
        asked: dict[str, list[float]] = {name: [] for name in INTERACTIVE}
        # A small project is checked after one request, so the requests go on where the edit before stopped.
        requests = itertools.cycle(INTERACTIVE)
        for number in range(edits):
            client.notes.clear()
            start = time.perf_counter()
            client.change(uri, " ", {"start": place, "end": place})
            publication(client, number + 2)
            edited.append(milliseconds(start))
            settled = client.request("beskid/settled", None)
            for name in requests:
                begin = time.perf_counter()
                client.ask(name, position(uri, line, column + 8))
                asked[name].append(milliseconds(begin))
                if is_answered(client, settled):
                    break
                # A person does not ask all the time; without a pause nothing else would happen.
                time.sleep(PAUSE)
            checked.append(milliseconds(start))
            start = time.perf_counter()
            client.ask("textDocument/hover", position(uri, line, column + 8))
            hovered.append(milliseconds(start))
        print(shown("edit to diagnostics", edited, 150))
        print(shown("edit to those of the project", checked))
        for name, values in asked.items():
            if values:
                print(shown(f"{name.rpartition('/')[2]}, while checking", values))
        print(shown("all requests, while checking", [each for values in asked.values() for each in values], 50))
        print(shown("hover, after checking", hovered))
        print(f"  {'memory':<28}        {resident_mebibytes(client.process):8.1f} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="*", default=SIZES)
    parser.add_argument("--edits", type=int, default=EDITS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for lines in options.lines:
            measure(lines, Path(folder), options.edits)


if __name__ == "__main__":
    main()
