"""The points of a program whose coverage is measured: its functions, and the code that begins on its lines.

Takes a typed program; returns the counters of the points in the sources of the package that is compiled, tests left
out. A statement is a point, and so is the value of an arm of `match` or of a block. Lowering adds 1 to the counter of a
point where its code begins, in each instance of a generic function. Statements after one that control never passes, as
`return` or an `if` whose branches both return, and a value after it are not points, since nothing can run them.
"""

from __future__ import annotations

from collections.abc import Iterator

from beskid.analysis import typed
from beskid.analysis.types.flow import block_diverges, diverges
from beskid.base.node import field_names, is_node, value
from beskid.source.text import Span


@value
class FilePoints:
    """The counters of the code that begins on each line, and of each function with its name and its line."""

    path: str
    lines: tuple[tuple[int, tuple[int, ...]], ...]
    functions: tuple[tuple[str, int, int], ...]


@value
class Points:
    """`counters` has the number of each point by the path of its file and its offset there."""

    files: tuple[FilePoints, ...]
    counters: dict[tuple[str, int], int]


def find_points(program: typed.TypedProgram) -> Points:
    """Return the points in the order of their files and places. Linear in the size of the program."""
    functions = [symbol for symbol in program.functions() if not symbol.is_test]
    sources = {symbol.source.path: symbol.source for symbol in functions}
    starts: dict[str, set[int]] = {path: set() for path in sources}
    names: dict[str, dict[int, str]] = {path: {} for path in sources}
    for symbol in functions:
        path = symbol.source.path
        names[path][symbol.name_span.start] = symbol.display_name()
        starts[path].update([span.start for span in _points_of(program.body(symbol).body)])
    counters: dict[tuple[str, int], int] = {}
    files: list[FilePoints] = []
    for path in sorted(sources):
        lines: dict[int, list[int]] = {}
        found: list[tuple[str, int, int]] = []
        for start in sorted(starts[path] | names[path].keys()):
            counter = counters.setdefault((path, start), len(counters))
            line, _ = sources[path].position(start)
            if start in starts[path]:
                lines.setdefault(line, []).append(counter)
            if start in names[path]:
                found.append((names[path][start], line, counter))
        files.append(FilePoints(path, tuple([(line, tuple(held)) for line, held in lines.items()]), tuple(found)))
    return Points(tuple(files), counters)


def _points_of(body: typed.Block) -> Iterator[Span]:
    waiting: list[object] = [body]
    while waiting:
        node = waiting.pop()
        match node:
            case typed.Block():
                for statement in node.statements:
                    yield statement.span
                    waiting.append(statement)
                    # Whether the last one leaves is of no interest, and asking it in nested blocks would not be linear.
                    if statement is not node.statements[-1] and diverges(statement):
                        break
                continue
            case typed.MatchArm() if not isinstance(node.body, typed.BlockValue):
                yield node.body.span
            case typed.BlockValue() if node.value is not None:
                if block_diverges(node.block):
                    waiting.append(node.block)
                    continue
                yield node.value.span
            case tuple():
                waiting += node
                continue
            case _:
                pass
        kind = type(node)
        if is_node(kind) and kind.__module__ == typed.__name__:
            waiting += [getattr(node, name) for name in field_names(kind)]
