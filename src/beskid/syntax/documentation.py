"""Assigns documentation comments to declarations.

Takes the tokens and the indexes at which the parser asked for documentation. It does not interpret the text.
"""

from __future__ import annotations

from bisect import bisect_left

from beskid.base.node import node
from beskid.syntax.tokens import DocumentationRun, Tokens


@node
class Documentation:
    """The documentation of one file.

    `attached` maps the offset of a declaration's first token, or of the token after its attributes, to the run directly
    before it; `places` lists these offsets in text order. `module` is the run at the start of a file whose first item
    has its own run. `loose` lists the runs that document nothing, in text order.
    """

    attached: dict[int, DocumentationRun]
    places: list[int]
    module: DocumentationRun | None
    loose: list[DocumentationRun]

    def run_of(self, start: int, attributes_end: int, name_start: int) -> DocumentationRun | None:
        """Return the documentation of the declaration at `start`: before it, or between its attributes and its name.

        `attributes_end` is -1 for a declaration without attributes.
        """
        found = self.attached.get(start)
        if found is not None or attributes_end < 0:
            return found
        behind = bisect_left(self.places, attributes_end)
        is_own = behind < len(self.places) and self.places[behind] <= name_start
        return self.attached[self.places[behind]] if is_own else None


def documentation_of(tokens: Tokens, documented: set[int]) -> Documentation:
    """Assign the documentation runs.

    `documented` contains the indexes of the tokens whose documentation the parser used.
    """
    attached: dict[int, DocumentationRun] = {}
    module: DocumentationRun | None = None
    loose: list[DocumentationRun] = []
    last = {run.before: run for run in tokens.runs}
    for run in tokens.runs:
        if run is last[run.before] and run.before in documented:
            attached[tokens.starts[run.before]] = run
        elif run is tokens.runs[0] and run.before == 0:
            module = run
        else:
            loose.append(run)
    return Documentation(attached, sorted(attached), module, loose)
