"""Assigns documentation comments to declarations.

Takes the tokens and the indexes at which the parser asked for documentation. The text of a comment is not interpreted
here.
"""

from __future__ import annotations

from beskid.base.node import node
from beskid.syntax.tokens import DocumentationRun, Tokens


@node
class Documentation:
    """The documentation of one file.

    `attached` maps the offset of a declaration's first token, or of the token after its attributes, to the run directly
    before it. `module` is the run at the start of a file whose first item has a run of its own. `loose` lists the runs
    that
    document nothing, in text order.
    """

    attached: dict[int, DocumentationRun]
    module: DocumentationRun | None
    loose: list[DocumentationRun]


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
    return Documentation(attached, module, loose)
