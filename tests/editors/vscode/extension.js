// Activates the extension against a small model of the editor and prints what it registers and starts.
"use strict";

const fs = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const seen = { commands: [], tasks: [], started: [], executed: [], tests: [], results: [], messages: [] };
const command = process.argv[3];
const folders = process.argv.slice(4);
let controller;

class Task {
  constructor(definition, scope, name, source, execution) {
    Object.assign(this, { definition, name, execution });
  }
}

const items = new Map();
const resolvers = {};
const registered = {};
const settings = { path: command };
const clients = [];
let canStart = true;
let held = Promise.resolve();
const vscode = {
  Task,
  TaskScope: { Workspace: 1 },
  TestRunProfileKind: { Run: 1 },
  TestTag: class { constructor(id) { this.id = id; } },
  TestMessage: class { constructor(text) { this.text = text; } },
  Range: class { constructor(line) { this.line = line; } },
  ShellExecution: class { constructor(program, words) { this.words = [program, ...words]; } },
  Uri: { file: (name) => ({ fsPath: name }), parse: (text) => ({ fsPath: new URL(text).pathname }) },
  workspace: {
    getConfiguration: () => ({ get: (name) => settings[name] }),
    workspaceFolders: folders.map((folder) => ({ uri: { fsPath: folder } })),
    onDidSaveTextDocument: () => ({}),
  },
  window: { showErrorMessage: (text) => seen.messages.push(text) },
  commands: { registerCommand: (name, run) => { seen.commands.push(name); registered[name] = run; } },
  debug: { registerDebugConfigurationProvider: (type, provider) => { resolvers[type] = provider; } },
  tasks: {
    registerTaskProvider: (_, provider) => seen.tasks.push(...provider.provideTasks().map((task) => task.name)),
    executeTask: (task) => seen.executed.push(task.execution.words.slice(1)),
  },
  tests: {
    createTestController: () => {
      controller = {
        items: { replace: (found) => { items.clear(); found.forEach((each) => items.set(each.id, each)); } },
        createTestItem: (id, label, uri) => ({ id, label, uri }),
        createRunProfile: (_, __, run) => { controller.run = run; },
        createTestRun: () => ({
          started: () => {}, end: () => {},
          passed: (item) => seen.results.push([item.label, "passed"]),
          skipped: (item) => seen.results.push([item.label, "skipped"]),
          failed: (item) => seen.results.push([item.label, "failed"]),
          errored: (item, message) => seen.results.push([item.label, message.text]),
        }),
      };
      controller.items[Symbol.iterator] = () => items.entries();
      return controller;
    },
  },
};
// As the client of the library: it starts once, and while it starts it can only be waited for.
class LanguageClient {
  constructor(id, name, server, options) {
    seen.started.push([id, server.run.args, Object.keys(options.middleware)]);
    clients.push(this);
    this.state = "initial";
  }
  start() {
    this.starting ??= this.launch();
    return this.starting;
  }
  async launch() {
    this.state = "starting";
    await held;
    this.state = canStart ? "running" : "failed";
    if (!canStart) {
      throw new Error("spawn beskid ENOENT");
    }
  }
  needsStop() { return this.state === "starting" || this.state === "running"; }
  isRunning() { return this.state === "running"; }
  async stop() {
    if (!this.isRunning()) {
      throw new Error("Client is not running and can't be stopped.");
    }
    this.state = "stopped";
  }
}
const client = { LanguageClient };

const load = Module._load;
Module._load = (name, ...rest) =>
  name === "vscode" ? vscode : name === "vscode-languageclient/node" ? client : load(name, ...rest);

async function main() {
  const extension = require(process.argv[2]);
  await extension.activate({ subscriptions: [] });
  extension.executeCommand("beskid.test", ["file:///a/b.bd", "M::name"], undefined);
  extension.executeCommand("beskid.run", ["file:///a/b.bd"], undefined);
  await controller.resolveHandler(undefined);
  seen.tests = [...items.values()].map((item) => [item.label, item.range.line]);
  await controller.run({}, { isCancellationRequested: false });
  // The first folder has an error now: its tests stay, and those of the others are found again.
  fs.writeFileSync(path.join(folders[0], "a", "Main.bd"), "unit main() { wrong(); }");
  await controller.refreshHandler();
  seen.kept = [...items.values()].map((item) => item.label);
  const program = path.join(path.dirname(folders[0]), "single.bd");
  const wanted = { type: "beskid", request: "launch", name: "one", program, args: ["a"] };
  seen.configuration = await resolvers.beskid.resolveDebugConfigurationWithSubstitutedVariables(undefined, wanted);
  settings.debugger = "lldb";
  seen.lldb = await resolvers.beskid.resolveDebugConfigurationWithSubstitutedVariables(undefined, wanted);
  if (seen.messages.length > 0) {
    throw new Error(seen.messages.join("\n"));
  }
  // What is missing is said, and a server that did not start can be started again.
  const incomplete = { type: "beskid", request: "launch", name: "two" };
  seen.incomplete = await resolvers.beskid.resolveDebugConfigurationWithSubstitutedVariables(undefined, incomplete);
  await registered["beskid.debug"]();
  extension.executeCommand("beskid.run", undefined, undefined);
  extension.executeCommand("beskid.test", ["file:///a/b.bd"], undefined);
  canStart = false;
  await registered["beskid.restart"]();
  canStart = true;
  await registered["beskid.restart"]();
  // A second restart stops the server that the first one is starting.
  let release;
  held = new Promise((resolve) => { release = resolve; });
  const first = registered["beskid.restart"]();
  await new Promise(setImmediate);
  seen.waiting = clients.at(-1).state;
  const second = registered["beskid.restart"]();
  release();
  await Promise.all([first, second]);
  seen.restarted = seen.started.splice(1).length;
  await extension.deactivate();
  seen.ended = clients.map((each) => each.state);
  console.log(JSON.stringify(seen));
}

main();
