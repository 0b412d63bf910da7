"""The server and the client of pytest-lsp, which checks every message against the protocol's types."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

TEXT = 'i64 twice(i64 n) => n * 2;\n\nunit main() {\n    i64 wrong = "x";\n    PrintLine("${twice(wrong)}");\n}\n'


@pytest_lsp.fixture(config=ClientServerConfig(server_command=[sys.executable, "-m", "beskid", "lsp"]))  # type: ignore[untyped-decorator]
async def client(lsp_client: LanguageClient) -> AsyncIterator[None]:
    capabilities = client_capabilities("neovim")
    await lsp_client.initialize_session(types.InitializeParams(capabilities=capabilities))
    yield
    await lsp_client.shutdown_session()


@pytest.mark.asyncio
async def test_a_typed_dialogue(client: LanguageClient, tmp_path: Path) -> None:
    uri = (tmp_path / "main.bd").as_uri()
    document = types.TextDocumentItem(uri, "beskid", 1, TEXT)
    client.text_document_did_open(types.DidOpenTextDocumentParams(document))
    await client.wait_for_notification("textDocument/publishDiagnostics")
    (found,) = client.diagnostics[uri]
    assert (found.code, found.severity) == ("E1206", types.DiagnosticSeverity.Error)
    where = types.TextDocumentIdentifier(uri)
    hover = await client.text_document_hover_async(types.HoverParams(where, types.Position(4, 18)))
    assert hover is not None and isinstance(hover.contents, types.MarkupContent)
    assert "i64 twice(i64 n)" in hover.contents.value
    edit = await client.text_document_rename_async(types.RenameParams(where, types.Position(0, 5), "double"))
    assert edit is not None and edit.changes is not None
    assert [each.new_text for each in edit.changes[uri]] == ["double", "double"]
    symbols = await client.text_document_document_symbol_async(types.DocumentSymbolParams(where))
    assert [each.name for each in symbols or ()] == ["twice", "main"]
    change = types.TextDocumentContentChangePartial(
        range=types.Range(types.Position(3, 16), types.Position(3, 19)), text="1"
    )
    version = types.VersionedTextDocumentIdentifier(2, uri)
    client.text_document_did_change(types.DidChangeTextDocumentParams(version, [change]))
    await client.wait_for_notification("textDocument/publishDiagnostics")
    assert not client.diagnostics[uri]
