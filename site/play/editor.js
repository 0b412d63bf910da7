// The editor: CodeMirror in a shadow root, so that its styles need no exception from the content security policy.

import {
  EditorState,
  EditorView,
  HighlightStyle,
  StreamLanguage,
  autocompletion,
  bracketMatching,
  closeBrackets,
  defaultKeymap,
  drawSelection,
  highlightActiveLine,
  history,
  historyKeymap,
  hoverTooltip,
  indentUnit,
  indentWithTab,
  keymap,
  lineNumbers,
  lintGutter,
  setDiagnostics,
  syntaxHighlighting,
  tags,
} from "./codemirror.js";
import { ESCAPE, RULES } from "./tokens.js";

const escape = new RegExp(ESCAPE, "y");
const rules = RULES.map(([style, pattern]) => [style, new RegExp(pattern, "y")]);

// What encloses a place: a block comment, a string, or the braces of a hole in a string.
function startState() {
  return { stack: [] };
}

function inString(stream, state) {
  if (stream.eat('"')) {
    state.stack.pop();
    return "string";
  }
  if (stream.match("${")) {
    state.stack.push("hole");
    return "operator";
  }
  escape.lastIndex = stream.pos;
  const found = escape.exec(stream.string);
  if (found) {
    stream.pos += found[0].length;
    return "escape";
  }
  stream.next();
  stream.eatWhile(/[^"\\$]/);
  return "string";
}

function token(stream, state) {
  const inner = state.stack.at(-1);
  if (inner === "comment") {
    if (stream.skipTo("*/")) {
      stream.match("*/");
      state.stack.pop();
    } else {
      stream.skipToEnd();
    }
    return "comment";
  }
  if (inner === "string") {
    return inString(stream, state);
  }
  if (stream.eatSpace()) {
    return null;
  }
  if (stream.match("/*")) {
    state.stack.push("comment");
    return "comment";
  }
  if (stream.eat('"')) {
    state.stack.push("string");
    return "string";
  }
  if (inner && stream.eat("{")) {
    state.stack.push("brace");
    return "punctuation";
  }
  if (inner && stream.eat("}")) {
    state.stack.pop();
    return inner === "hole" ? "operator" : "punctuation";
  }
  for (const [style, pattern] of rules) {
    pattern.lastIndex = stream.pos;
    const found = pattern.exec(stream.string);
    if (found && found[0]) {
      stream.pos += found[0].length;
      return style;
    }
  }
  stream.next();
  return null;
}

const language = StreamLanguage.define({
  name: "beskid",
  startState,
  copyState: (state) => ({ stack: [...state.stack] }),
  token,
  languageData: { commentTokens: { line: "//" }, closeBrackets: { brackets: ["(", "[", "{", '"'] } },
  tokenTable: {
    escape: tags.escape,
    type: tags.typeName,
    function: tags.function(tags.variableName),
    constant: tags.bool,
  },
});

const colors = HighlightStyle.define([
  { tag: [tags.keyword, tags.bool], color: "var(--keyword)" },
  { tag: tags.typeName, color: "var(--type)" },
  { tag: [tags.string, tags.escape], color: "var(--string)" },
  { tag: tags.number, color: "var(--number)" },
  { tag: tags.comment, color: "var(--comment)" },
  { tag: tags.function(tags.variableName), color: "var(--function)" },
]);

const look = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--page)", color: "var(--text)" },
  ".cm-content": { fontFamily: "ui-monospace, monospace", fontSize: "15px", caretColor: "var(--text)" },
  ".cm-scroller": { overflow: "auto" },
  ".cm-gutters": { backgroundColor: "var(--side)", color: "var(--quiet)", borderColor: "var(--line)" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent) 8%, transparent)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 30%, transparent)",
  },
  ".cm-tooltip": { backgroundColor: "var(--side)", color: "var(--text)", borderColor: "var(--line)", maxWidth: "36rem" },
  ".cm-tooltip pre": { margin: ".3rem .6rem", whiteSpace: "pre-wrap", fontFamily: "ui-monospace, monospace" },
});

/** Makes the editor in an element. `on` has `change()`, `run()`, and the requests `hover` and `complete`. */
export function makeEditor(element, text, on) {
  const root = element.attachShadow({ mode: "open" });
  const hover = hoverTooltip(async (view, place) => {
    const found = await on.hover(view.state.doc.toString(), place);
    if (!found) {
      return null;
    }
    return { pos: found.from, end: found.to, above: true, create: () => ({ dom: description(found) }) };
  });
  const complete = async (context) => {
    if (!context.explicit && !context.matchBefore(/[\w.:]+$/)) {
      return null;
    }
    const found = await on.complete(context.state.doc.toString(), context.pos);
    return found && { from: found.from, options: found.items.map(option), validFor: found.isComplete ? /^\w*$/ : undefined };
  };
  const state = EditorState.create({
    doc: text,
    extensions: [
      keymap.of([
        { key: "Mod-Enter", run: () => (on.run(), true) },
        ...defaultKeymap,
        ...historyKeymap,
        indentWithTab,
      ]),
      lineNumbers(), lintGutter(), history(), drawSelection(), highlightActiveLine(), bracketMatching(), closeBrackets(),
      indentUnit.of("    "), language, syntaxHighlighting(colors), look, hover, autocompletion({ override: [complete] }),
      EditorView.contentAttributes.of({ "aria-label": "Program text", tabindex: "0" }),
      EditorView.updateListener.of((update) => update.docChanged && on.change()),
    ],
  });
  const view = new EditorView({ state, parent: root, root });
  return {
    view,
    text: () => view.state.doc.toString(),
    replace: (value) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } }),
    apply: (edits) => view.dispatch({ changes: changesOf(edits) }),
    select: (from, to) => {
      view.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true });
      view.focus();
    },
    show: (problems) => view.dispatch(setDiagnostics(view.state, problems.map((each) => mark(view, each)))),
  };
}

function changesOf(edits) {
  return edits.map((edit) => ({ from: edit.from, to: edit.to, insert: edit.text }));
}

function option(item) {
  return { label: item.label, type: item.kind.split(" ")[0], detail: item.detail, apply: (view, _, from, to) => insert(view, item, from, to) };
}

// Writes the name, and the import that it needs. The cursor goes behind the name.
function insert(view, item, from, to) {
  const changes = view.state.changes([...changesOf(item.edits), { from, to, insert: item.label }]);
  view.dispatch({ changes, selection: { anchor: changes.mapPos(to, 1) } });
}

function mark(view, problem) {
  const length = view.state.doc.length;
  const from = Math.min(problem.from, length);
  return {
    from,
    to: Math.min(Math.max(problem.to, from), length),
    severity: problem.severity,
    message: [`${problem.code}: ${problem.message}`, problem.label, problem.help && `help: ${problem.help}`].filter(Boolean).join("\n"),
    actions: problem.fixes.map((fix) => ({
      name: fix.title,
      apply: (target) => target.dispatch({ changes: changesOf(fix.edits) }),
    })),
  };
}

function description(found) {
  const box = document.createElement("div");
  for (const text of [found.code, found.documentation]) {
    if (text) {
      const part = document.createElement("pre");
      part.textContent = text;
      box.append(part);
    }
  }
  return box;
}
