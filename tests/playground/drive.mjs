// Uses the playground as a visitor does, in Chromium, and prints a JSON object: the result of each step, "" when it
// went well.
//
// usage: node drive.mjs SITE SERVED MODULES CHROMIUM [PICTURES]
//
// SERVED is the address that `beskid serve` prints. SITE is sent at the speed of a network, so that the times count.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const [site, served, modules, executablePath, pictures] = process.argv.slice(2);
const address = `${site}play/`;
const { chromium } = createRequire(`${modules}/`)("playwright-core");
const axe = createRequire(`${modules}/`).resolve("axe-core/axe.min.js");

const results = {};
const complaints = [];
const foreign = [];
// Milliseconds.
const times = {};
const spent = {};
const WAIT = 20_000;
// Findings in what MkDocs-Material makes itself: its search, its buttons beside code, its frames around tables.
const OF_THE_THEME = ["aria-dialog-name", "landmark-unique", "scrollable-region-focusable", "empty-table-header"];
// Rows and entries of menus like those before them: looking at each takes most of the time.
const REPEATED = "tr:nth-child(n+8), .md-nav__item .md-nav__item:nth-child(n+8)";
// What depends on colors and widths.
const OF_THE_LOOK = ["color-contrast", "link-in-text-block", "scrollable-region-focusable"];
const PAGES = ["index.html", "library/Core.Text.html", "internals/index.html", "benchmarks.html"];

const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-quic"],
});
const context = await browser.newContext({ viewport: { width: 1400, height: 850 } });
const page = await context.newPage();
context.setDefaultTimeout(WAIT);
page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
page.on("pageerror", (error) => complaints.push(error.message));
context.on("request", (request) => {
  if (![site, served, "data:"].some((own) => request.url().startsWith(own))) {
    foreign.push(request.url());
  }
});

const state = () => page.textContent("#state");
const output = () => page.textContent("#output");
const waitFor = (pattern) =>
  page.waitForFunction((text) => new RegExp(text).test(document.getElementById("state").textContent), pattern.source);

function require(condition, message) {
  if (!condition) {
    throw new Error(message);
  }
}

async function write(text) {
  await page.click("#editor .cm-content");
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
}

async function runs(text) {
  await write(text);
  await page.click("#run");
  await waitFor(/^(Ended|Stopped|The program was not|Lesson)/);
}

async function measured(name, act) {
  const began = performance.now();
  await act();
  times[name] = Math.round(performance.now() - began);
}

async function step(name, act) {
  const began = performance.now();
  try {
    await act();
    results[name] = "";
  } catch (error) {
    results[name] = `${error.message.slice(0, 1500)} | state: ${await state().catch(() => "?")}`;
  }
  spent[name] = Math.round(performance.now() - began);
}

async function requireAccessible(accepted = [], rules = null) {
  await page.evaluate(await readFile(axe, "utf8"));
  const found = await page.evaluate((only) => globalThis.axe.run(only ? { runOnly: only } : {}), rules);
  const own = found.violations.filter((each) => !accepted.includes(each.id));
  const problems = own.map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => node.html).join(" ")}`);
  require(problems.length === 0, problems.join("\n"));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  require(!wide, "the page scrolls sideways");
}

async function picture(name) {
  if (pictures) {
    await page.screenshot({ path: `${pictures}/${name}.png` });
  }
}

await step("load", async () => {
  await measured("ready, cold", async () => {
    await page.goto(address);
    await waitFor(/^Ready/);
  });
});
await step("first page", async () => {
  await page.goto(`${site}index.html`);
  await measured("ready, warm", async () => {
    await page.click("text=Run it in the browser");
    await waitFor(/^Ready/);
  });
  await page.click("#run");
  await waitFor(/^Ended/);
  require((await output()).startsWith("Shape::Circle(1.0): 3.14\n"), `output ${await output()}`);
});
await step("run", async () => {
  await runs('unit main() {\n    PrintLine("one ${1 + 1} é😀");\n}\n');
  require((await output()) === "one 2 é😀\n", `output ${await output()}`);
  require(/status 0/.test(await state()), "status");
});
await step("error with fix", async () => {
  await write("i64 main() {\n    let count = 0;\n    count = 1;\n    return count;\n}\n");
  await measured("diagnostics", () => page.waitForSelector("#problems .fix"));
  require(/`count` is immutable/.test(await page.textContent("#problems")), "the problem is not listed");
  await page.click("#problems .fix");
  await page.waitForFunction(() => document.querySelectorAll("#problems .error").length === 0);
  await page.click("#run");
  await waitFor(/status 1/);
});
await step("explanation", async () => {
  await write("unit main() {\n    Missing();\n}\n");
  await page.waitForSelector("#problems button[title='Explain this code']");
  await page.click("#problems button[title='Explain this code']");
  await page.waitForSelector("#page:not([hidden])");
  require(/^# E\d+/.test(await page.textContent("#page")), "no page");
});
await step("input", async () => {
  await page.fill("#input", "first\nsecond\n");
  await runs('use System.IO;\n\nunit main() {\n    let line = IO.ReadLine().UnwrapOr("none");\n    PrintLine("<${line}>");\n}\n');
  require((await output()) === "<first>\n", `output ${await output()}`);
});
await step("panic", async () => {
  await runs("unit main() {\n    let numbers = [1, 2];\n    PrintLine(\"${numbers[numbers.Len()]}\");\n}\n");
  require(/panic: index out of range.*\n.*at main\.bd:3:/.test(await output()), `output ${await output()}`);
  require(/status 101/.test(await state()), "status");
});
await step("hover", async () => {
  await write("i64 Twice(i64 n) => n * 2;\n\nunit main() {\n    PrintLine(\"${Twice(2)}\");\n}\n");
  await page.hover("#editor .cm-line:nth-child(1) >> text=Twice");
  await page.waitForSelector("#editor .cm-tooltip");
  require(/i64 Twice\(i64 n\)/.test(await page.textContent("#editor .cm-tooltip")), "no declaration");
  await page.mouse.move(0, 0);
});
await step("format", async () => {
  await write('unit main(){PrintLine( "x" );}');
  await page.click("#format");
  await page.waitForFunction(() =>
    document.getElementById("editor").shadowRoot.querySelector(".cm-content").innerText.startsWith("unit main() {"),
  );
});
await step("ir", async () => {
  await page.click("#ir");
  await waitFor(/^The intermediate/);
  require(/^module "app"/.test(await output()), "no IR");
});
await step("endless recursion", async () => {
  await runs("i64 Down(i64 n) {\n    return Down(n + 1) + 1;\n}\n\ni64 main() {\n    return Down(0);\n}\n");
  require(/^panic: stack overflow/.test(await output()), `output ${(await output()).slice(0, 200)}`);
});
await step("huge output", async () => {
  await runs('unit main() {\n    while true {\n        PrintLine("0123456789012345678901234567890123456789");\n    }\n}\n');
  require(/wrote more than 1 MiB/.test(await output()), "the reason is not shown");
  require(/not run to its end/.test(await state()), "not ended");
  require((await output()).length < 300_000, "too much is shown");
});
await step("huge errors", async () => {
  await runs('unit main() {\n    while true {\n        PrintErrorLine("0123456789012345678901234567890123456789");\n    }\n}\n');
  require(/wrote more than 1 MiB/.test(await output()), "the reason is not shown");
  require((await output()).length < 300_000, "too much is shown");
});
await step("endless loop", async () => {
  await write('unit main() {\n    PrintLine("started");\n    mut n = 0;\n    while true {\n        n = n + 1;\n    }\n}\n');
  await page.click("#run");
  await page.waitForFunction(() => document.getElementById("output").textContent === "started\n");
  require(await page.isEnabled("#stop"), "Stop is not enabled");
  await measured("stop", async () => {
    await page.click("#stop");
    await waitFor(/^Stopped/);
  });
  await page.waitForSelector("#run:not([disabled])");
  await runs('unit main() {\n    PrintLine("again");\n}\n');
  require((await output()) === "again\n", `output ${await output()}`);
});
await step("share", async () => {
  await write('unit main() {\n    PrintLine("shared ✓");\n}\n');
  await page.click("#share");
  await waitFor(/link/);
  const link = page.url();
  require(/#code=[\w-]+$/.test(link), link);
  const other = await context.newPage();
  await other.goto(link);
  await other.waitForFunction(() =>
    document.getElementById("editor").shadowRoot.querySelector(".cm-content").innerText.includes("shared ✓"),
  );
  require((await other.textContent("#output")) === "", "a shared program ran by itself");
  await other.close();
});
await step("damaged link", async () => {
  // Deflated bytes that are not UTF-8.
  await page.goto(`${address}#code=y2gBAA`);
  await waitFor(/damaged/);
  await page.goto(`${address}#code=***`);
  await waitFor(/damaged/);
});
await step("examples", async () => {
  const names = await page.$$eval("#examples option", (all) => all.map((each) => each.value).filter((each) => each.startsWith("example/")));
  const { examples } = await (await page.request.get(`${address}programs.json`)).json();
  require(names.join() === examples.map((each) => `example/${each.name}`).join(), `examples ${names}`);
  for (const name of names) {
    await page.selectOption("#examples", name);
    await page.waitForFunction((wanted) => location.hash === `#${wanted}`, name);
    await page.click("#run");
    await waitFor(/^(Ended|The program was not)/);
    require(/status 0/.test(await state()), `${name}: ${await output()}`);
  }
});
await step("lessons", async () => {
  await page.goto(`${address}#tour/1`);
  await page.waitForSelector("#lesson:not([hidden])");
  const count = Number((await page.textContent("#lesson-number")).split(" ").at(-1));
  for (let number = 1; number <= count; number += 1) {
    await page.click("#run");
    await page.waitForFunction(() => /^(Lesson|Ended|The program was not)/.test(document.getElementById("state").textContent));
    require((await state()).startsWith(`Lesson ${number} `), `lesson ${number}: ${await output()}`);
    if (number < count) {
      await page.click("#next");
      await page.waitForFunction((next) => document.getElementById("lesson-number").textContent.startsWith(`${next} of`), number + 1);
    }
  }
});
await step("offline", async () => {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await context.setOffline(true);
  await page.goto(`${address}#tour/1`);
  await page.reload();
  await waitFor(/^Ready/);
  await page.click("#run");
  await waitFor(/^Lesson 1 /);
  await context.setOffline(false);
});
await step("served", async () => {
  await page.goto(served);
  await waitFor(/^Ready/);
  require(!(await page.isVisible("#share")), "a link to this machine can be shared");
  await runs('use System.IO;\n\nunit main() {\n    PrintLine("one ${1 + 1} é😀 ${IO.ReadLine()}");\n}\n');
  require((await output()) === "one 2 é😀 Option::None\n", `output ${await output()}`);
  require(/^Ended with status 0/.test(await state()), "status");
});
await step("served error", async () => {
  await write("i64 main() {\n    let count = 0;\n    count = 1;\n    return count;\n}\n");
  await page.click("#problems .fix");
  await page.waitForFunction(() => document.querySelectorAll("#problems .error").length === 0);
  await page.click("#run");
  await waitFor(/status 1/);
});
await step("served endless loop", async () => {
  await write('unit main() {\n    PrintLine("started");\n    mut n = 0;\n    while true {\n        n = n + 1;\n    }\n}\n');
  await page.click("#run");
  await page.waitForFunction(() => document.getElementById("output").textContent === "started\n");
  await page.click("#stop");
  await waitFor(/^Stopped/);
});
await step("served ir while running", async () => {
  await write('unit main() {\n    PrintLine("started");\n    mut n = 0;\n    while true {\n        n = n + 1;\n    }\n}\n');
  await page.evaluate(() => {
    document.getElementById("ir").click();
    document.getElementById("run").click();
  });
  await page.waitForFunction(() => document.getElementById("output").textContent.includes("started\n"));
  require((await output()) === "started\n", `output ${await output()}`);
  require(/^Running/.test(await state()), "status");
  await page.click("#stop");
  await waitFor(/^Stopped/);
});
await step("served huge output", async () => {
  await runs('unit main() {\n    while true {\n        PrintLine("0123456789012345678901234567890123456789");\n    }\n}\n');
  require(/wrote more than 1 MiB/.test(await output()), "the reason is not shown");
});
await step("quiet", async () => {
  require(complaints.length === 0, complaints.join("\n"));
  require(foreign.length === 0, foreign.join("\n"));
});
for (const [scheme, width] of [["light", 1400], ["dark", 1400], ["light", 420], ["dark", 420]]) {
  await step(`accessibility ${scheme} ${width}`, async () => {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 850 });
    await picture(`tour-${scheme}-${width}`);
    await requireAccessible();
  });
}
for (const name of PAGES) {
  await step(`page ${name}`, async () => {
    for (const [scheme, width, rules] of [["light", 1400, null], ["dark", 420, OF_THE_LOOK]]) {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 850 });
      await page.goto(site + name);
      await picture(`${name.replaceAll("/", "-")}-${scheme}-${width}`);
      await page.evaluate((rest) => document.querySelectorAll(rest).forEach((each) => each.remove()), REPEATED);
      await requireAccessible(OF_THE_THEME, rules);
    }
  });
}
await browser.close();
console.log(JSON.stringify({ results, times, spent }));
