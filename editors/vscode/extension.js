// Starts `beskid lsp` for Beskid files, and offers the commands of a project as tasks.
"use strict";

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

const COMMANDS = ["check", "run", "build", "test"];

let client;

function command() {
  return vscode.workspace.getConfiguration("beskid").get("path") || "beskid";
}

async function start() {
  const log = vscode.workspace.getConfiguration("beskid").get("log");
  const server = { command: command(), args: log ? ["lsp", "--log", log] : ["lsp"] };
  const files = [{ scheme: "file", language: "beskid" }, { scheme: "untitled", language: "beskid" }];
  client = new LanguageClient("beskid", "Beskid", { run: server, debug: server }, { documentSelector: files });
  try {
    await client.start();
  } catch (error) {
    const help = "Install it with `pip install 'beskid[lsp]'`, or set `beskid.path`.";
    vscode.window.showErrorMessage(`The language server of Beskid does not start: ${error.message}. ${help}`);
  }
}

async function stop() {
  const running = client;
  client = undefined;
  if (running !== undefined) {
    await running.stop();
  }
}

function tasks() {
  return COMMANDS.map((name) => {
    const execution = new vscode.ShellExecution(command(), name === "check" ? [name, "--message-format", "short"] : [name]);
    const definition = { type: "beskid", command: name };
    return new vscode.Task(definition, vscode.TaskScope.Workspace, name, "beskid", execution, ["$beskid"]);
  });
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("beskid.restart", async () => {
      await stop();
      await start();
    }),
    vscode.tasks.registerTaskProvider("beskid", { provideTasks: tasks, resolveTask: () => undefined }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };
