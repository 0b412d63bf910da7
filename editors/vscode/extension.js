// Starts `beskid lsp` for Beskid files, and offers tasks, tests and debugging.
"use strict";

const { execFile } = require("node:child_process");
const path = require("node:path");
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

const COMMANDS = ["check", "run", "build", "test"];
const NO_PROGRAM = "Set `program` to a Beskid file or to the folder of a project, for example `${file}`.";

let client;

function setting(name) {
  return vscode.workspace.getConfiguration("beskid").get(name);
}

function command() {
  return setting("path") || "beskid";
}

function newTask(words, name) {
  const execution = new vscode.ShellExecution(command(), words);
  const definition = { type: "beskid", command: words[0], arguments: words.slice(1) };
  return new vscode.Task(definition, vscode.TaskScope.Workspace, name, "beskid", execution, ["$beskid"]);
}

// The server's commands run in a terminal here, where a program can be answered and stopped.
function executeCommand(name, words, next) {
  const needed = { "beskid.run": 1, "beskid.test": 2 }[name];
  if (needed !== undefined && (words === undefined || words.length < needed)) {
    // From a key binding or another extension: the lenses have the arguments.
    vscode.window.showErrorMessage(`${name} needs ${needed === 1 ? "a file" : "a file and the name of a test"}.`);
    return undefined;
  }
  const file = needed === undefined ? "" : vscode.Uri.parse(words[0]).fsPath;
  if (name === "beskid.run") {
    return vscode.tasks.executeTask(newTask(["run", file], `run ${path.basename(file)}`));
  }
  if (name === "beskid.test") {
    return vscode.tasks.executeTask(newTask(["test", file, "--exact", "--filter", words[1]], `test ${words[1]}`));
  }
  return next(name, words);
}

async function start() {
  const log = setting("log");
  const server = { command: command(), args: log ? ["lsp", "--log", log] : ["lsp"] };
  const options = {
    documentSelector: [{ scheme: "file", language: "beskid" }, { scheme: "untitled", language: "beskid" }],
    middleware: { executeCommand },
  };
  client = new LanguageClient("beskid", "Beskid", { run: server, debug: server }, options);
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
  if (running === undefined) {
    return;
  }
  // A client that starts is stopped when it runs, and one that could not start must not be: that is an error.
  if (running.needsStop()) {
    await running.start().catch(() => {});
  }
  if (running.isRunning()) {
    await running.stop();
  }
}

function tasks() {
  return COMMANDS.map((name) => newTask(name === "check" ? [name, "--message-format", "short"] : [name], name));
}

// Runs `beskid test` with these arguments and returns the tests that it prints, or an error with what it says.
function testsOf(words, folder) {
  return new Promise((resolve, reject) => {
    execFile(command(), ["test", ...words], { cwd: folder, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      let tests;
      try {
        ({ tests } = JSON.parse(stdout));
      } catch {
        // Without JSON there is an error, which is reported below.
      }
      if (Array.isArray(tests)) {
        resolve(tests);
      } else {
        reject(new Error(stderr || (error ? error.message : "beskid test printed no tests")));
      }
    });
  });
}

// The test explorer: tests of each folder of the workspace, found by `beskid test --list`.
function makeTests() {
  const controller = vscode.tests.createTestController("beskid", "Beskid");

  async function refresh() {
    const found = [];
    for (const folder of vscode.workspace.workspaceFolders || []) {
      const root = folder.uri.fsPath;
      let listed;
      try {
        listed = await testsOf(["--list", "--json"], root);
      } catch {
        // A program with errors: the tests of the last good state stay.
        found.push(...[...controller.items].map(([, item]) => item).filter((item) => item.id.startsWith(`${root}\n`)));
        continue;
      }
      for (const each of listed) {
        const uri = vscode.Uri.file(path.resolve(root, each.file));
        const id = [root, each.file, each.qualified_name].join("\n");
        const item = controller.createTestItem(id, each.qualified_name, uri);
        item.range = new vscode.Range(each.line - 1, 0, each.line - 1, 0);
        item.tags = each.tags.map((tag) => new vscode.TestTag(tag));
        found.push(item);
      }
    }
    controller.items.replace(found);
  }

  async function run(request, token) {
    const run = controller.createTestRun(request);
    const chosen = request.include || [...controller.items].map(([, item]) => item);
    for (const item of chosen.filter((each) => !(request.exclude || []).includes(each))) {
      if (token.isCancellationRequested) {
        break;
      }
      const [folder, file, name] = item.id.split("\n");
      run.started(item);
      try {
        const tests = await testsOf([file, "--json", "--exact", "--filter", name], folder);
        report(run, item, tests.find((each) => each.outcome !== "filtered_out"));
      } catch (error) {
        run.errored(item, new vscode.TestMessage(error.message));
      }
    }
    run.end();
  }

  controller.refreshHandler = refresh;
  controller.resolveHandler = (item) => (item === undefined ? refresh() : undefined);
  controller.createRunProfile("Run", vscode.TestRunProfileKind.Run, run, true);
  const watching = vscode.workspace.onDidSaveTextDocument((document) => {
    if (document.languageId === "beskid") {
      refresh();
    }
  });
  return [controller, watching];
}

function report(run, item, result) {
  if (result === undefined) {
    run.errored(item, new vscode.TestMessage("There is no such test any more."));
    return;
  }
  const milliseconds = result.seconds * 1000;
  if (result.outcome === "passed") {
    run.passed(item, milliseconds);
  } else if (result.outcome === "skipped") {
    run.skipped(item);
  } else {
    run.failed(item, new vscode.TestMessage(result.output), milliseconds);
  }
}

// Debugs the program of the active file.
async function debug() {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || editor.document.languageId !== "beskid" || editor.document.isUntitled) {
    vscode.window.showErrorMessage("No Beskid file is open. Open and save the program to debug.");
    return;
  }
  const program = editor.document.uri.fsPath;
  const wanted = { type: "beskid", request: "launch", name: `debug ${path.basename(program)}`, program };
  await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(editor.document.uri), wanted);
}

// Runs `beskid` with these words. Returns what it prints, or undefined after showing its error.
async function answer(words, folder) {
  const [error, text] = await new Promise((resolve) => {
    execFile(command(), words, { cwd: folder }, (error, stdout, stderr) =>
      resolve([error ? stderr || error.message : "", stdout]),
    );
  });
  if (error) {
    vscode.window.showErrorMessage(error);
    return undefined;
  }
  return text.trim();
}

// Builds the program of a configuration, and returns that of the chosen debugger; undefined if it cannot be built.
async function resolveDebugConfiguration(_folder, wanted) {
  const source = wanted.program;
  if (typeof source !== "string" || source === "") {
    // Also what F5 asks for in a folder without a launch.json.
    vscode.window.showErrorMessage(`The launch configuration has no program. ${NO_PROGRAM}`);
    return undefined;
  }
  const folder = path.extname(source) === ".bd" ? path.dirname(source) : source;
  const program = path.join(folder, "obj", path.basename(source, ".bd"));
  const built = await answer(["build", source, "-O0", "-g", "-o", program], folder);
  const type = setting("debugger") || "cppdbg";
  const option = type === "lldb" ? "--lldb-file" : "--gdb-file";
  const printers = built === undefined ? undefined : await answer(["debug", option], folder);
  return printers === undefined ? undefined : configuration(type, wanted, program, folder, printers);
}

// Files have paths relative to the folder of the program in its debug information.
function configuration(type, wanted, program, folder, printers) {
  const { name, args = [], cwd = folder } = wanted;
  const base = { type, request: "launch", name, program, args, cwd };
  if (type === "lldb") {
    return { ...base, sourceMap: { ".": folder }, preRunCommands: [`command script import "${printers}"`] };
  }
  const setupCommands = [
    { text: `-interpreter-exec console "source ${printers}"` },
    { text: "-enable-pretty-printing", ignoreFailures: true },
    { text: `-environment-directory "${folder}"` },
  ];
  return { ...base, MIMode: "gdb", externalConsole: false, setupCommands };
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("beskid.restart", async () => {
      await stop();
      await start();
    }),
    vscode.commands.registerCommand("beskid.debug", debug),
    vscode.debug.registerDebugConfigurationProvider("beskid", {
      resolveDebugConfigurationWithSubstitutedVariables: resolveDebugConfiguration,
    }),
    vscode.tasks.registerTaskProvider("beskid", { provideTasks: tasks, resolveTask: () => undefined }),
    ...makeTests(),
  );
  await start();
}

module.exports = { activate, deactivate: stop, executeCommand };
