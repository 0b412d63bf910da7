"""Prints the modules of beskid that a page loads, one a line: `python -m tools.playground_modules`.

Everything that a page cannot have is made unavailable first, so that a compiler that needs it fails here: foreign code,
other processes, locks of files, and LLVM.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

UNAVAILABLE = frozenset(
    ("_ctypes", "_posixsubprocess", "ctypes", "fcntl", "llvmlite", "mmap", "multiprocessing", "resource", "subprocess")
)
_PROGRAM = """
use System.Environment;

enum Shape { Circle(f64 radius), Square(f64 side), }

f64 Area(Shape shape) => match shape {
    Shape::Circle(radius) => radius * radius * 3.0,
    Shape::Square(side) => side * side,
};

unit main() {
    mut total = 0.0;
    for shape in [Shape::Circle(1.0), Shape::Square(2.0)] {
        total = total + Area(shape);
    }
    PrintLine("${total} ${Environment.Arguments().Len()}");
    let line = ReadLine().UnwrapOr("");
    PrintLine("${[1, 2, 3][line.Len()]}");
}
"""


class _Refusal(MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name.partition(".")[0] in UNAVAILABLE:
            raise ImportError(f"a page has no module {name}")
        return None


def main() -> None:
    sys.meta_path.insert(0, _Refusal())
    for name in [each for each in sys.modules if each.partition(".")[0] in UNAVAILABLE]:
        del sys.modules[name]
    del os.fork
    from beskid.playground.workbench import Workbench

    shown: list[bytes] = []
    bench = Workbench(lambda _, data: shown.append(data))
    for text in (_PROGRAM, "unit main() { lett }", "unit main() { Unknown(); }"):
        bench.check(text)
        bench.format(text)
        bench.intermediate(text)
        bench.hover(text, len(text) // 2)
        bench.complete(text, len(text) // 2)
        bench.run(text, "abcd\n", ["one"], {"file": "text"})
    bench.explain("E1206")
    assert b"panic: index out of range" in b"".join(shown), shown
    print("\n".join(sorted(name for name in sys.modules if name.partition(".")[0] == "beskid")))


if __name__ == "__main__":
    main()
