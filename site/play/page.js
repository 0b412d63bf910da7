// The page: buttons, results, problems, examples and lessons.

import { Compiler, HOST } from "./compiler.js";
import { makeEditor } from "./editor.js";
import { pack, unpack } from "./share.js";

const PAUSE_BEFORE_CHECK = 50;
const SHOWN_OUTPUT = 200_000;
const FIRST = `unit main() {
    let name = "world";
    PrintLine("Hello, \${name}!");
}
`;

const element = (id) => document.getElementById(id);
const buttons = { run: element("run"), stop: element("stop"), format: element("format"), ir: element("ir") };

let isReady = false;
let isRunning = false;
let checking = 0;
let lessons = [];
let examples = [];
let lesson = -1;
let shown = { 1: 0, 2: 0 };
// What the program of an example gets besides its input.
let given = { arguments: [], files: {} };

const compiler = new Compiler((ready, error) => {
  isReady = ready;
  if (error) {
    say(`The compiler could not be loaded (${error}). Load the page again.`, "error");
  } else if (!isRunning) {
    say(ready ? HOST.ready : "Loading the compiler …");
  }
  update();
  if (ready) {
    check();
  }
});

const editor = makeEditor(element("editor"), FIRST, {
  change: () => {
    clearTimeout(checking);
    checking = setTimeout(check, PAUSE_BEFORE_CHECK);
  },
  run,
  hover: (text, place) => (isRunning || !isReady ? null : compiler.ask("hover", [text, place])),
  complete: (text, place) => (isRunning || !isReady ? null : compiler.ask("complete", [text, place])),
});

function say(text, kind = "") {
  element("state").textContent = text;
  element("state").className = kind;
}

function update() {
  buttons.run.disabled = buttons.format.disabled = buttons.ir.disabled = !isReady || isRunning;
  buttons.stop.disabled = !isRunning;
}

function report(error) {
  say(`Something went wrong in the page: ${error.message}`, "error");
}

async function check() {
  if (!isReady || isRunning) {
    return;
  }
  const text = editor.text();
  try {
    const problems = await compiler.ask("check", [text]);
    if (problems && text === editor.text()) {
      editor.show(problems);
      list(problems);
    }
  } catch (error) {
    report(error);
  }
}

function list(problems) {
  element("problems").replaceChildren(...problems.map(problemRow));
}

function problemRow(problem) {
  const row = document.createElement("li");
  const line = editor.view.state.doc.lineAt(Math.min(problem.from, editor.view.state.doc.length));
  const place = document.createElement("button");
  place.className = `place ${problem.severity}`;
  place.textContent = `${line.number}:${problem.from - line.from + 1} ${problem.message}`;
  place.onclick = () => editor.select(problem.from, problem.to);
  row.append(place);
  if (/^[EW]\d+$/.test(problem.code)) {
    const page = document.createElement("button");
    page.textContent = problem.code;
    page.title = "Explain this code";
    page.onclick = () => explain(problem.code);
    row.append(page);
  }
  for (const fix of problem.fixes) {
    const button = document.createElement("button");
    button.textContent = fix.title;
    button.className = "fix";
    button.onclick = () => editor.apply(fix.edits);
    row.append(button);
  }
  if (problem.label && problem.label !== problem.message) {
    const label = document.createElement("div");
    label.className = "quiet";
    label.textContent = problem.label;
    row.append(label);
  }
  if (problem.help) {
    const help = document.createElement("div");
    help.className = "quiet";
    help.textContent = `help: ${problem.help}`;
    row.append(help);
  }
  return row;
}

async function explain(code) {
  const found = await compiler.ask("explain", [code]).catch(report);
  if (found) {
    const text = document.createElement("pre");
    text.textContent = found.text;
    element("page").replaceChildren(text);
    element("page").hidden = false;
    element("page").scrollIntoView({ block: "nearest" });
  }
}

function clear() {
  element("output").replaceChildren();
  shown = { 1: 0, 2: 0 };
}

function write(text, kind = "") {
  const part = document.createElement("span");
  part.className = kind;
  part.textContent = text;
  element("output").append(part);
}

// Errors have a count of their own: they may follow a flood of output.
function writeOutput(text, descriptor) {
  if (shown[descriptor] <= SHOWN_OUTPUT) {
    shown[descriptor] += text.length;
    const isFull = shown[descriptor] > SHOWN_OUTPUT;
    write(isFull ? `${text}\n… more output is not shown\n` : text, descriptor === 2 ? "error" : "");
  }
}

async function run() {
  if (!isReady || isRunning) {
    return;
  }
  isRunning = true;
  update();
  clear();
  element("page").hidden = true;
  say("Running …");
  const decoders = { 1: new TextDecoder(), 2: new TextDecoder() };
  const began = performance.now();
  try {
    const found = await compiler.ask("run", [editor.text(), element("input").value, given.arguments, given.files], (descriptor, bytes) =>
      writeOutput(decoders[descriptor].decode(bytes, { stream: true }), descriptor),
    );
    finish(found, Math.round(performance.now() - began));
  } catch (error) {
    isRunning = false;
    report(error);
  }
  update();
  check();
}

function finish(found, milliseconds) {
  isRunning = false;
  if (found === null) {
    say("Stopped.");
  } else if (found.status === null) {
    write(found.message, "error");
    say("The program was not run to its end.", "error");
  } else {
    say(`Ended with status ${found.status} after ${milliseconds} ms${HOST.how}.`);
    passLesson();
  }
}

function passLesson() {
  const current = lessons[lesson];
  if (current && element("output").textContent === current.expected) {
    say(`Lesson ${lesson + 1} prints what it should. Change it, or go on.`);
  }
}

buttons.run.onclick = run;
buttons.stop.onclick = () => compiler.stop();
buttons.format.onclick = async () => {
  const text = editor.text();
  const found = await compiler.ask("format", [text]).catch(report);
  if (found && found.text === null) {
    say("A program with syntax errors cannot be formatted.", "error");
  } else if (found && text === editor.text() && found.text !== text) {
    editor.replace(found.text);
  }
};
buttons.ir.onclick = async () => {
  const text = editor.text();
  const found = await compiler.ask("intermediate", [text]).catch(report);
  if (found && text === editor.text() && !isRunning) {
    clear();
    write(found.text);
    say("The intermediate representation after all passes: what both back ends compile.");
  }
};
element("share").onclick = async () => {
  const fragment = await pack(editor.text());
  if (fragment === null) {
    say("The program is too long for a link.", "error");
    return;
  }
  history.replaceState(null, "", `#code=${fragment}`);
  try {
    await navigator.clipboard.writeText(location.href);
    say("The link is copied. It holds the program; nothing is stored.");
  } catch {
    say("The address of this page is the link. It holds the program; nothing is stored.");
  }
};

function showLesson(number) {
  lesson = Math.min(Math.max(number, 0), lessons.length - 1);
  const current = lessons[lesson];
  element("lesson").hidden = false;
  document.querySelector("main").classList.add("with-lesson");
  // The texts are made with the page; no text of a visitor gets here.
  element("lesson-text").innerHTML = current.html;
  element("lesson-text").scrollTop = 0;
  element("lesson-number").textContent = `${lesson + 1} of ${lessons.length}`;
  element("previous").disabled = lesson === 0;
  element("next").disabled = lesson === lessons.length - 1;
  element("input").value = current.input;
  clear();
  editor.replace(current.code);
}

element("previous").onclick = () => (location.hash = `#tour/${lesson}`);
element("next").onclick = () => (location.hash = `#tour/${lesson + 2}`);

function leaveLesson() {
  lesson = -1;
  element("lesson").hidden = true;
  document.querySelector("main").classList.remove("with-lesson");
}

function give(values) {
  given = values;
  const names = values.arguments.map((name) => `${name} (${values.files[name].trimEnd().split("\n").length} lines)`).join(", ");
  element("given").textContent = names && `The program gets the file ${names}.`;
}

async function follow() {
  give({ arguments: [], files: {} });
  const [, kind, rest] = /^#(code=|tour\/|example\/)(.*)$/s.exec(location.hash) ?? [null, "", ""];
  if (kind === "tour/") {
    showLesson((Number.parseInt(rest, 10) || 1) - 1);
    return;
  }
  leaveLesson();
  if (kind === "example/") {
    const found = examples.find((each) => each.name === rest);
    if (found) {
      editor.replace(found.code);
      element("input").value = found.input;
      give(found);
    }
  } else if (kind === "code=") {
    try {
      editor.replace(await unpack(rest));
    } catch {
      say("The program in the link is damaged.", "error");
    }
  }
}

async function begin() {
  const found = await (await fetch(new URL("./programs.json", import.meta.url))).json();
  ({ lessons, examples } = found);
  const menu = element("examples");
  menu.append(new Option("…", ""), new Option("Tour", "tour/1"));
  menu.append(...examples.map((each) => new Option(each.name, `example/${each.name}`)));
  menu.onchange = () => {
    if (menu.value) {
      location.hash = `#${menu.value}`;
    }
    menu.value = "";
  };
  await follow();
}

addEventListener("hashchange", follow);
begin().catch(report);
element("share").hidden = !HOST.canShare;
if (HOST.offline) {
  navigator.serviceWorker?.register(HOST.offline).catch(() => {
    // Without it the page needs a network at its next visit, and is otherwise the same.
  });
}
