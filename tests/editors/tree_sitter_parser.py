"""Compiles the committed tree-sitter parser, and loads it for the tests."""

from __future__ import annotations

import ctypes
import functools
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.limits import run
from tree_sitter import Language, Node, Parser

FOLDER = Path(__file__).parents[2] / "editors" / "tree-sitter"


def compile_parser(library: Path) -> None:
    """Compile the parser as editors do."""
    source = FOLDER / "src"
    run(["gcc", "-shared", "-fPIC", "-O1", "-o", str(library), f"-I{source}", str(source / "parser.c")], check=True)


@functools.cache
def language() -> Language:
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "beskid.so"
        compile_parser(library)
        function = ctypes.CDLL(str(library)).tree_sitter_beskid
    function.restype = ctypes.c_void_p
    capsule = ctypes.pythonapi.PyCapsule_New
    capsule.restype = ctypes.py_object
    capsule.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
    return Language(capsule(function(), b"tree_sitter.Language", None))


@functools.cache
def parser() -> Parser:
    return Parser(language())


def nodes(root: Node) -> Iterator[Node]:
    """Yield a node and all nodes below it, in the order of the text."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def errors(root: Node) -> list[Node]:
    return [node for node in nodes(root) if node.is_error or node.is_missing]
