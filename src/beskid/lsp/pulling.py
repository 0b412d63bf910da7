"""Diagnostics for clients that ask for them (`textDocument/diagnostic`, `workspace/diagnostic`).

The server pushes until it is asked for the first time, and then takes back what it pushed. It asks the client to pull
again when the check of the whole program found something else than what the client has.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from lsprotocol import types

from beskid.lsp import convert
from beskid.lsp.positions import path_of, uri_of
from beskid.source.diagnostics import Diagnostic

if TYPE_CHECKING:
    from beskid.lsp.server import BeskidServer

Reports = list[types.WorkspaceFullDocumentDiagnosticReport | types.WorkspaceUnchangedDocumentDiagnosticReport]


class Pulled:
    """What the client has of each file, by path, and the number of that state."""

    __slots__ = ("_count", "_states")

    def __init__(self) -> None:
        self._states: dict[str, tuple[list[Diagnostic], str]] = {}
        self._count = 0

    def __bool__(self) -> bool:
        return self._count > 0

    def __contains__(self, path: str) -> bool:
        return path in self._states

    def is_older(self, path: str, found: list[Diagnostic]) -> bool:
        """Return whether the client has other diagnostics of a file than these."""
        return path in self._states and self._states[path][0] != found

    def forget(self, path: str) -> None:
        self._states.pop(path, None)

    def set(self, path: str, found: list[Diagnostic]) -> str:
        """Note what the client gets; return the number of the state, which is the old one if nothing changed."""
        known = self._states.get(path)
        if known is not None and known[0] == found:
            return known[1]
        self._count += 1
        self._states[path] = (found, str(self._count))
        return str(self._count)


def add_pulling(server: BeskidServer) -> None:
    """Register the features, for a client that has them."""

    def items(found: list[Diagnostic]) -> list[types.Diagnostic]:
        return [convert.diagnostic(server.positions, server.uri_of_text, each) for each in found]

    options = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True, identifier="beskid")

    @server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)
    async def of_document(
        params: types.DocumentDiagnosticParams,
    ) -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
        path = path_of(params.text_document.uri)

        def answer() -> types.RelatedFullDocumentDiagnosticReport | types.RelatedUnchangedDocumentDiagnosticReport:
            found = server.editor.diagnostics_of(path)
            number = server.hand_over(path, found)
            if number == params.previous_result_id:
                return types.RelatedUnchangedDocumentDiagnosticReport(number)
            return types.RelatedFullDocumentDiagnosticReport(items(found), result_id=number)

        return await asyncio.wrap_future(server.worker.request(answer))

    @server.feature(types.WORKSPACE_DIAGNOSTIC)
    async def of_workspace(params: types.WorkspaceDiagnosticParams) -> types.WorkspaceDiagnosticReport:
        known = {path_of(each.uri): each.value for each in params.previous_result_ids}

        def answer() -> types.WorkspaceDiagnosticReport:
            reports: Reports = []
            # What the client has of a file that has no diagnostics any more goes away.
            now = {**{path: [] for path in known}, **server.editor.all_diagnostics()}
            for path, found in now.items():
                number = server.hand_over(path, found)
                uri, version = uri_of(path), server.versions.get(path)
                if number == known.get(path):
                    reports.append(types.WorkspaceUnchangedDocumentDiagnosticReport(uri, number, version=version))
                else:
                    full = types.WorkspaceFullDocumentDiagnosticReport
                    reports.append(full(uri, items(found), version=version, result_id=number))
            return types.WorkspaceDiagnosticReport(reports)

        # Checking a whole program must not hold up requests.
        await asyncio.wrap_future(server.worker.settled())
        return await asyncio.wrap_future(server.worker.request(answer))
