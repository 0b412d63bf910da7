"""The server: features of the protocol as questions to `beskid.ide`, answered on the worker thread."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from typing import TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from beskid import __version__
from beskid.analysis.names.import_fixes import import_fix
from beskid.driver.open_projects import OpenProject
from beskid.ide import actions, completion, navigation, refactor, rename, signatures, symbols
from beskid.ide.editor import Editor
from beskid.ide.snapshot import Place, Snapshot
from beskid.lsp import convert
from beskid.lsp.annotations import add_annotations
from beskid.lsp.commands import add_commands, end
from beskid.lsp.hierarchies import add_hierarchies
from beskid.lsp.positions import Positions, path_of, uri_of
from beskid.lsp.protocol import AnsweringProtocol
from beskid.lsp.pulling import Pulled, add_pulling
from beskid.lsp.scheduler import Worker
from beskid.source.diagnostics import Diagnostic, Edit
from beskid.source.text import SourceText, Span
from beskid.syntax.format import format_source

T = TypeVar("T")

SETTLED = "beskid/settled"
"""A request that is answered when nothing remains to be checked, for tests and measurements."""

WATCHED = ("**/*.bd", "**/*.proj", "**/*.bproj", "**/*.bws", "**/Project.lock")
"""The files whose changes on disk the client is asked to report."""


class BeskidServer(LanguageServer):
    """The connection to one client."""

    def __init__(self) -> None:
        super().__init__(
            "beskid",
            __version__,
            protocol_cls=AnsweringProtocol,
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
        )
        self.positions = Positions()
        self.editor = Editor(self._publish)
        self.worker = Worker(self.editor.work, self._crashed)
        self.shown: dict[str, list[Diagnostic]] = {}
        """The diagnostics that the client shows, by path."""
        self.versions: dict[str, int | None] = {}
        self.pulled = Pulled()
        """What the client asked for, if it asks for diagnostics."""
        self.processes: set[asyncio.subprocess.Process] = set()
        """The programs and tests that run."""
        self.was_shut_down = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def begin(self) -> None:
        """Start the worker; called on the thread that reads messages."""
        self._loop = asyncio.get_running_loop()
        self.worker.start()

    def stop(self) -> None:
        """Stop the worker, and end the programs and tests that run."""
        self.worker.stop()
        for process in self.processes:
            end(process)

    # On the worker thread ----------------------------------------------------------------------------------------

    def _publish(self, path: str, source: SourceText | None, found: list[Diagnostic]) -> None:
        own = [each for each in found if source is not None and each.source.path == source.path]
        if self._pulls(path):
            self._ask_to_pull(path, own)
            return
        if not own and not self.shown.get(path) and path not in self.versions:
            return
        if path in self.shown and self.shown[path] == own and all(each.source is source for each in own) and own:
            return
        self.shown[path] = own
        items = [convert.diagnostic(self.positions, self.uri_of_text, each) for each in own]
        params = types.PublishDiagnosticsParams(uri_of(path), items, self.versions.get(path))
        self._send(lambda: self.text_document_publish_diagnostics(params))

    def _pulls(self, path: str) -> bool:
        """Return whether the client asks for the diagnostics of a file.

        What a client says that it can do is not enough: some never ask.
        """
        if path in self.pulled:
            return True
        if not self.pulled or path not in self.versions:
            return False
        return self.editor.projects.project_of(path).source_of(path) is not None

    def _ask_to_pull(self, path: str, found: list[Diagnostic]) -> None:
        """Ask the client to pull again if it has other diagnostics of a file."""
        workspace = self.client_capabilities.workspace
        refreshing = workspace.diagnostics if workspace is not None else None
        if refreshing is None or not refreshing.refresh_support or not self.pulled.is_older(path, found):
            return
        self._send(lambda: self.workspace_diagnostic_refresh(None))

    def hand_over(self, path: str, found: list[Diagnostic]) -> str:
        """Note that the client pulls the diagnostics of a file; return the number of the state.

        What was pushed before is taken back, because clients keep both.
        """
        if self.shown.pop(path, None):
            params = types.PublishDiagnosticsParams(uri_of(path), [], self.versions.get(path))
            self._send(lambda: self.text_document_publish_diagnostics(params))
        return self.pulled.set(path, found)

    def uri_of_text(self, source: SourceText) -> str:
        for project in self.editor.projects.projects.values():
            path = project.path_of(source.path)
            if path:
                return uri_of(path)
        return uri_of(source.path)

    def _crashed(self, error: BaseException) -> None:
        text = "".join(traceback.format_exception(error))
        message = f"internal error in beskid lsp; this is a bug in beskid\n{text}"
        params = types.LogMessageParams(types.MessageType.Error, message)
        self._send(lambda: self.window_log_message(params))

    def _send(self, action: Callable[[], object]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(action)

    # On the thread of the connection -----------------------------------------------------------------------------

    async def ask(self, uri: str, question: Callable[[Snapshot, SourceText], T], otherwise: T) -> T:
        """Ask about a document on the worker thread. One that is not a Beskid text has the answer `otherwise`."""
        path = path_of(uri)

        def answer() -> T:
            snapshot = self.editor.snapshot(path)
            source = snapshot.project.source_of(path)
            return otherwise if source is None else question(snapshot, source)

        return await asyncio.wrap_future(self.worker.request(answer))

    def location(self, snapshot: Snapshot, place: Place) -> types.Location:
        path = snapshot.path_of(place.source)
        return types.Location(uri_of(path), self.positions.range(place.source, place.span))

    def locations(self, snapshot: Snapshot, places: list[Place]) -> list[types.Location]:
        return [self.location(snapshot, place) for place in places]

    def edits(self, snapshot: Snapshot, edits: list[Edit]) -> types.WorkspaceEdit:
        changes: dict[str, list[types.TextEdit]] = {}
        for edit in edits:
            uri = uri_of(snapshot.path_of(edit.source))
            changes.setdefault(uri, []).append(types.TextEdit(self.positions.range(edit.source, edit.span), edit.text))
        return types.WorkspaceEdit(changes=changes)


def make_server() -> BeskidServer:
    server = BeskidServer()
    _documents(server)
    _navigation(server)
    _editing(server)
    _outline(server)
    add_annotations(server)
    add_hierarchies(server)
    add_commands(server)
    return server


def _documents(server: BeskidServer) -> None:
    editor = server.editor

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        encoding = server.workspace.position_encoding
        server.positions.encoding = str(getattr(encoding, "value", encoding))
        document = params.capabilities.text_document
        if document is not None and document.diagnostic is not None:
            add_pulling(server)
        server.begin()

    @server.feature(types.INITIALIZED)
    def initialized(params: types.InitializedParams) -> None:
        workspace = server.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace is not None else None
        if watching is not None and watching.dynamic_registration:
            watchers = [types.FileSystemWatcher(glob) for glob in WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            registration = types.Registration("watch", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            server.client_register_capability(types.RegistrationParams([registration]))

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        path = path_of(document.uri)

        def apply() -> None:
            server.versions[path] = document.version
            editor.open(path, document.text)

        server.worker.change(apply)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        # The connection has applied the changes to its copy already.
        uri, version = params.text_document.uri, params.text_document.version
        path, text = path_of(uri), server.workspace.get_text_document(uri).source

        def apply() -> None:
            server.versions[path] = version
            editor.change(path, text)

        server.worker.change(apply)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        path = path_of(params.text_document.uri)

        def apply() -> None:
            editor.close(path)
            server.versions.pop(path, None)
            server.pulled.forget(path)

        server.worker.change(apply)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveTextDocumentParams) -> None:
        if not params.text_document.uri.endswith(".bd"):
            server.worker.change(editor.files_changed)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_files(params: types.DidChangeWatchedFilesParams) -> None:
        open_texts = set(editor.projects.texts)
        if any(path_of(change.uri) not in open_texts for change in params.changes):
            server.worker.change(editor.files_changed)

    @server.feature(SETTLED)
    async def settled(params: None) -> None:
        await asyncio.wrap_future(server.worker.settled())

    @server.feature(types.SHUTDOWN)
    def shutdown(params: None) -> None:
        server.was_shut_down = True
        server.stop()


def _navigation(server: BeskidServer) -> None:
    positions = server.positions

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        def question(snapshot: Snapshot, source: SourceText) -> types.Hover | None:
            found = navigation.hover(snapshot, source, positions.offset(source, params.position))
            return None if found is None else convert.hover(positions, source, found)

        return await server.ask(params.text_document.uri, question, None)

    async def definition(params: types.DefinitionParams | types.DeclarationParams) -> types.Location | None:
        def question(snapshot: Snapshot, source: SourceText) -> types.Location | None:
            place = navigation.definition(snapshot, source, positions.offset(source, params.position))
            return None if place is None else server.location(snapshot, place)

        return await server.ask(params.text_document.uri, question, None)

    server.feature(types.TEXT_DOCUMENT_DEFINITION)(definition)
    server.feature(types.TEXT_DOCUMENT_DECLARATION)(definition)

    @server.feature(types.TEXT_DOCUMENT_TYPE_DEFINITION)
    async def type_definition(params: types.TypeDefinitionParams) -> types.Location | None:
        def question(snapshot: Snapshot, source: SourceText) -> types.Location | None:
            place = navigation.type_definition(snapshot, source, positions.offset(source, params.position))
            return None if place is None else server.location(snapshot, place)

        return await server.ask(params.text_document.uri, question, None)

    @server.feature(types.TEXT_DOCUMENT_IMPLEMENTATION)
    async def implementation(params: types.ImplementationParams) -> list[types.Location]:
        def question(snapshot: Snapshot, source: SourceText) -> list[types.Location]:
            offset = positions.offset(source, params.position)
            return server.locations(snapshot, navigation.implementations(snapshot, source, offset))

        return await server.ask(params.text_document.uri, question, [])

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def references(params: types.ReferenceParams) -> list[types.Location]:
        def question(snapshot: Snapshot, source: SourceText) -> list[types.Location]:
            offset = positions.offset(source, params.position)
            declared = params.context.include_declaration
            return server.locations(snapshot, navigation.references(snapshot, source, offset, declared))

        return await server.ask(params.text_document.uri, question, [])

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    async def highlight(params: types.DocumentHighlightParams) -> list[types.DocumentHighlight]:
        def question(snapshot: Snapshot, source: SourceText) -> list[types.DocumentHighlight]:
            spans = navigation.highlights(snapshot, source, positions.offset(source, params.position))
            return [types.DocumentHighlight(positions.range(source, span)) for span in spans]

        return await server.ask(params.text_document.uri, question, [])


def _editing(server: BeskidServer) -> None:
    positions = server.positions

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=[".", ":"], resolve_provider=False)
    )
    async def complete(params: types.CompletionParams) -> types.CompletionList:
        def question(snapshot: Snapshot, source: SourceText) -> types.CompletionList:
            module = snapshot.require(source)
            found = completion.complete(snapshot, source, positions.offset(source, params.position))

            def use(path: str) -> types.TextEdit:
                assert module is not None
                edit = import_fix(module, path)[0].edits[0]
                return types.TextEdit(positions.range(source, edit.span), edit.text)

            return convert.completion_list(positions, source, found, use)

        return await server.ask(params.text_document.uri, question, types.CompletionList(False, []))

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepare_rename(params: types.PrepareRenameParams) -> types.Range | None:
        def question(snapshot: Snapshot, source: SourceText) -> types.Range | None:
            found = rename.renameable(snapshot, source, positions.offset(source, params.position))
            return positions.range(source, found.span)

        return await _refusable(server.ask(params.text_document.uri, question, None))

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def rename_symbol(params: types.RenameParams) -> types.WorkspaceEdit | None:
        def question(snapshot: Snapshot, source: SourceText) -> types.WorkspaceEdit | None:
            offset = positions.offset(source, params.position)
            found = rename.rename(snapshot, source, offset, params.new_name)
            return server.edits(snapshot, found)

        return await _refusable(server.ask(params.text_document.uri, question, None))

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    async def formatting(params: types.DocumentFormattingParams) -> list[types.TextEdit]:
        def question(snapshot: Snapshot, source: SourceText) -> list[types.TextEdit]:
            text = format_source(source).text
            if text is None or text == source.text:
                return []
            return [types.TextEdit(positions.range(source, Span(0, len(source.text))), text)]

        return await server.ask(params.text_document.uri, question, [])

    @server.feature(types.TEXT_DOCUMENT_SIGNATURE_HELP, types.SignatureHelpOptions(trigger_characters=["(", ","]))
    async def signature_help(params: types.SignatureHelpParams) -> types.SignatureHelp | None:
        def question(snapshot: Snapshot, source: SourceText) -> types.SignatureHelp | None:
            found = signatures.signature_help(snapshot, source, positions.offset(source, params.position))
            return None if found is None else convert.signature_help(found)

        return await server.ask(params.text_document.uri, question, None)

    kinds = [
        types.CodeActionKind.QuickFix,
        types.CodeActionKind.SourceFixAll,
        *_REFACTORINGS.values(),
    ]

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=kinds))
    async def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        def question(snapshot: Snapshot, source: SourceText) -> list[types.CodeAction]:
            return _actions(server, snapshot, source, params)

        return await server.ask(params.text_document.uri, question, [])


def _actions(
    server: BeskidServer, snapshot: Snapshot, source: SourceText, params: types.CodeActionParams
) -> list[types.CodeAction]:
    diagnostics = snapshot.finish()
    span = server.positions.span(source, params.range)
    found = [
        types.CodeAction(
            title=action.title,
            kind=types.CodeActionKind.QuickFix,
            diagnostics=[convert.diagnostic(server.positions, server.uri_of_text, action.diagnostic)]
            if action.diagnostic is not None
            else None,
            is_preferred=action.is_preferred,
            edit=server.edits(snapshot, list(action.edits)),
        )
        for action in actions.fixes(diagnostics, source, span)
    ]
    found += [
        types.CodeAction(
            title=action.title,
            kind=_REFACTORINGS[action.kind],
            edit=server.edits(snapshot, list(action.edits)),
        )
        for action in refactor.refactorings(snapshot, source, span)
    ]
    text = actions.fix_all(diagnostics, source)
    if text is not None:
        edit = server.edits(snapshot, [Edit(source, Span(0, len(source.text)), text)])
        found.append(types.CodeAction("fix all safe problems", types.CodeActionKind.SourceFixAll, edit=edit))
    only = params.context.only
    if only is None:
        return found
    return [each for each in found if each.kind is not None and any(_is_below(each.kind, kind) for kind in only)]


_REFACTORINGS = {
    actions.Kind.EXTRACT: types.CodeActionKind.RefactorExtract,
    actions.Kind.INLINE: types.CodeActionKind.RefactorInline,
    actions.Kind.REWRITE: types.CodeActionKind.RefactorRewrite,
}


def _is_below(kind: types.CodeActionKind | str, wanted: types.CodeActionKind | str) -> bool:
    kind, wanted = str(getattr(kind, "value", kind)), str(getattr(wanted, "value", wanted))
    return not wanted or kind == wanted or kind.startswith(wanted + ".")


async def _refusable(answer: Awaitable[T]) -> T:
    """Turn a refused rename into an error that the client shows."""
    try:
        return await answer
    except rename.RenameError as refusal:
        raise JsonRpcException(str(refusal), code=types.LSPErrorCodes.RequestFailed.value) from refusal


def _outline(server: BeskidServer) -> None:
    positions = server.positions

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def document_symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        def question(snapshot: Snapshot, source: SourceText) -> list[types.DocumentSymbol]:
            module = snapshot.module_of(source)
            if module is None or module.program is None:
                return []
            entries = symbols.outline(module.program)
            return [convert.document_symbol(positions, source, entry) for entry in entries]

        return await server.ask(params.text_document.uri, question, [])

    @server.feature(types.WORKSPACE_SYMBOL)
    async def workspace_symbols(params: types.WorkspaceSymbolParams) -> list[types.WorkspaceSymbol]:
        def answer() -> list[types.WorkspaceSymbol]:
            found: list[types.WorkspaceSymbol] = []
            for project in list(server.editor.projects.projects.values()):
                snapshot = server.editor.snapshot(project.key if not project.resolved.source_root else _any(project))
                for module in snapshot.world.loaded_modules():
                    path = snapshot.path_of(module.source)
                    if module.program is None or not project.is_own(path):
                        continue
                    for entry, container in symbols.flat(symbols.outline(module.program), ".".join(module.path)):
                        if params.query.lower() in entry.name.lower():
                            place = server.location(snapshot, Place(module.source, entry.name_span))
                            kind = convert.SYMBOL_KINDS[entry.kind]
                            found.append(
                                types.WorkspaceSymbol(place, entry.name, kind, container_name=container or None)
                            )
            return found

        return await asyncio.wrap_future(server.worker.request(answer))

    @server.feature(types.TEXT_DOCUMENT_FOLDING_RANGE)
    async def folding(params: types.FoldingRangeParams) -> list[types.FoldingRange]:
        def question(snapshot: Snapshot, source: SourceText) -> list[types.FoldingRange]:
            module = snapshot.module_of(source)
            if module is None or module.program is None:
                return []
            lines = [
                (source.position(span.start)[0] - 1, source.position(max(span.start, span.end - 1))[0] - 1)
                for span in symbols.folds(module.program)
            ]
            return [types.FoldingRange(first, last) for first, last in dict.fromkeys(lines)]

        return await server.ask(params.text_document.uri, question, [])

    @server.feature(types.TEXT_DOCUMENT_SELECTION_RANGE)
    async def selection(params: types.SelectionRangeParams) -> list[types.SelectionRange]:
        def question(snapshot: Snapshot, source: SourceText) -> list[types.SelectionRange]:
            module = snapshot.module_of(source)
            if module is None or module.program is None:
                return []
            found: list[types.SelectionRange] = []
            for position in params.positions:
                chain: types.SelectionRange | None = None
                offset = positions.offset(source, position)
                for span in reversed(symbols.selection_ranges(module.program, offset)):
                    chain = types.SelectionRange(positions.range(source, span), chain)
                found.append(chain or types.SelectionRange(types.Range(position, position)))
            return found

        return await server.ask(params.text_document.uri, question, [])


def _any(project: OpenProject) -> str:
    """Return the path of one of a project's own files."""
    tree = project.trees[project.resolved.package]
    return next(iter(tree.files.values())).path
