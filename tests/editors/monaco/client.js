// A small client of the language server for Monaco: texts, diagnostics, hover and completion over a web socket. The test
// reads `window.beskid`.
/* global monaco, require */

require.config({ paths: { vs: "node_modules/monaco-editor/min/vs" } });
require(["vs/editor/editor.main"], async () => {
  const uri = "file:///monaco/Main.bd";
  const socket = new WebSocket(`ws://${location.hostname}:${new URLSearchParams(location.search).get("port")}`);
  await new Promise((resolve) => { socket.onopen = resolve; });
  const waiting = new Map();
  let last = 0;
  const send = (message) => socket.send(JSON.stringify({ jsonrpc: "2.0", ...message }));
  const ask = (method, params) => new Promise((resolve) => {
    last += 1;
    waiting.set(last, resolve);
    send({ id: last, method, params });
  });

  monaco.languages.register({ id: "beskid", extensions: [".bd"] });
  const model = monaco.editor.createModel("", "beskid", monaco.Uri.parse(uri));
  const editor = monaco.editor.create(document.getElementById("editor"), {
    model, fontSize: 16, minimap: { enabled: false }, autoClosingBrackets: "never", autoClosingQuotes: "never",
    autoIndent: "none",
  });
  const span = (range) => ({
    startLineNumber: range.start.line + 1, startColumn: range.start.character + 1,
    endLineNumber: range.end.line + 1, endColumn: range.end.character + 1,
  });
  const place = (position) => ({
    textDocument: { uri }, position: { line: position.lineNumber - 1, character: position.column - 1 },
  });

  socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.method === "textDocument/publishDiagnostics") {
      const { diagnostics, version } = message.params;
      monaco.editor.setModelMarkers(model, "beskid", diagnostics.map((each) => ({
        ...span(each.range), code: each.code, message: each.message, source: each.source,
        severity: [0, 8, 4, 2, 1][each.severity ?? 1],
      })));
      window.beskid.version = version;
    } else if (message.id !== undefined && message.method !== undefined) {
      send({ id: message.id, result: null });
    } else if (waiting.has(message.id)) {
      waiting.get(message.id)(message.result);
      waiting.delete(message.id);
    }
  };

  monaco.languages.registerHoverProvider("beskid", {
    async provideHover(_, position) {
      const found = await ask("textDocument/hover", place(position));
      return found && { contents: [{ value: found.contents.value }] };
    },
  });
  monaco.languages.registerCompletionItemProvider("beskid", {
    triggerCharacters: [".", ":"],
    async provideCompletionItems(_, position) {
      const found = await ask("textDocument/completion", place(position));
      const word = model.getWordUntilPosition(position);
      const range = {
        startLineNumber: position.lineNumber, endLineNumber: position.lineNumber,
        startColumn: word.startColumn, endColumn: position.column,
      };
      const items = Array.isArray(found) ? found : found.items;
      return {
        suggestions: items.map((each) => ({
          label: each.label, kind: monaco.languages.CompletionItemKind.Method, insertText: each.label,
          detail: each.detail, range,
        })),
      };
    },
  });

  window.beskid = { editor, model, monaco, version: 0 };
  await ask("initialize", {
    processId: null, rootUri: null,
    capabilities: { textDocument: { hover: { contentFormat: ["markdown"] } } },
  });
  send({ method: "initialized", params: {} });
  const text = { uri, languageId: "beskid", version: 1, text: "" };
  send({ method: "textDocument/didOpen", params: { textDocument: text } });
  model.onDidChangeContent(({ changes, versionId }) => send({
    method: "textDocument/didChange",
    params: {
      textDocument: { uri, version: versionId },
      contentChanges: changes.map((each) => ({
        text: each.text,
        range: {
          start: { line: each.range.startLineNumber - 1, character: each.range.startColumn - 1 },
          end: { line: each.range.endLineNumber - 1, character: each.range.endColumn - 1 },
        },
      })),
    },
  }));
  document.title = "ready";
});
