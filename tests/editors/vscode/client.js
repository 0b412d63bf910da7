// A client made of the protocol library of Visual Studio Code: opens a file with an error and prints what it is told.
"use strict";

const { spawn } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { createRequire } = require("node:module");
const { pathToFileURL } = require("node:url");

const [extension, python, file] = process.argv.slice(2);
const load = createRequire(`${extension}/extension.js`);
const protocol = load("vscode-languageserver-protocol/node");

async function main() {
  const server = spawn(python, ["-m", "beskid", "lsp"], { stdio: ["pipe", "pipe", "inherit"] });
  const reader = new protocol.StreamMessageReader(server.stdout);
  const writer = new protocol.StreamMessageWriter(server.stdin);
  const connection = protocol.createProtocolConnection(reader, writer);
  const uri = pathToFileURL(file).href;
  const textDocument = { uri };
  const text = readFileSync(file, "utf8");
  const shown = new Promise((resolve) => {
    connection.onNotification(protocol.PublishDiagnosticsNotification.type, (params) => resolve(params.diagnostics));
  });
  connection.listen();
  const capabilities = { textDocument: { publishDiagnostics: {} } };
  const started = await connection.sendRequest(protocol.InitializeRequest.type, {
    processId: process.pid, rootUri: null, capabilities,
  });
  await connection.sendNotification(protocol.InitializedNotification.type, {});
  await connection.sendNotification(protocol.DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: "beskid", version: 1, text },
  });
  const position = { line: 3, character: 17 };
  const ask = (request, params) => connection.sendRequest(request.type, { textDocument, ...params });
  const diagnostics = await shown;
  const hover = await ask(protocol.HoverRequest, { position });
  const lenses = await ask(protocol.CodeLensRequest, {});
  const tokens = await ask(protocol.SemanticTokensRequest, {});
  const renamed = await ask(protocol.RenameRequest, { position, newName: "doubled" });
  const whole = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
  const hints = await ask(protocol.InlayHintRequest, { range: whole });
  const calls = await ask(protocol.CallHierarchyPrepareRequest, { position });
  const callers = await connection.sendRequest(protocol.CallHierarchyIncomingCallsRequest.type, { item: calls[0] });
  await connection.sendRequest(protocol.ShutdownRequest.type);
  const status = new Promise((resolve) => server.on("exit", resolve));
  await connection.sendNotification(protocol.ExitNotification.type);
  console.log(JSON.stringify({
    server: started.serverInfo.name,
    diagnostics: diagnostics.map((each) => each.code),
    hover: hover.contents.value,
    lenses: lenses.map((each) => each.command.title),
    tokens: tokens.data.length / 5,
    renamed: renamed.changes[uri].length,
    hints: hints.map((each) => each.label),
    callers: callers.map((each) => each.from.name),
    status: await status,
  }));
}

main();
