// Types into the page as a user does, in Chromium, and prints what the editor shows as a JSON object.
//
// usage: node drive.mjs ADDRESS MODULES CHROMIUM PICTURE TEXT

import { createRequire } from "node:module";

const [address, modules, executablePath, picture, text] = process.argv.slice(2);
const { chromium } = createRequire(`${modules}/`)("playwright-core");
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--disable-quic"],
});
const shown = { errors: [] };
const page = await browser.newPage({ viewport: { width: 900, height: 500 } });
try {
  page.setDefaultTimeout(30_000);
  page.on("pageerror", (error) => shown.errors.push(error.message));
  page.on("console", (message) => message.type() === "error" && shown.errors.push(message.text()));
  await page.goto(address);
  await page.waitForFunction(() => document.title === "ready");
  await page.click("#editor .view-lines");
  await page.keyboard.type(text);
  const markers = () => page.evaluate(() => window.beskid.monaco.editor.getModelMarkers({}).map(
    ({ code, message, startLineNumber, startColumn, endColumn }) =>
      ({ code, message, line: startLineNumber, column: startColumn, end: endColumn })));
  await page.waitForFunction(() => {
    const { model, monaco, version } = window.beskid;
    return version === model.getVersionId() && monaco.editor.getModelMarkers({}).length > 0;
  });
  shown.markers = await markers();
  shown.text = await page.evaluate(() => window.beskid.model.getValue());
  shown.squiggles = await page.locator(".squiggly-error").count();
  const hovered = async (line, column, expected) => {
    const place = await page.evaluate(([lineNumber, column]) =>
      window.beskid.editor.getScrolledVisiblePosition({ lineNumber, column }), [line, column]);
    await page.mouse.move(place.left + 2, place.top + place.height / 2);
    const hover = page.locator(".monaco-hover:visible", { hasText: expected }).first();
    await hover.waitFor();
    return hover.innerText();
  };
  const [{ code, line, column }] = shown.markers;
  shown.problem = await hovered(line, column + 2, code);
  await page.screenshot({ path: picture });
  shown.hover = await hovered(3, 8, "PrintLine(");
  await page.keyboard.press("Control+End");
  await page.keyboard.type("unit other() { Pri");
  await page.locator(".suggest-widget.visible .monaco-list-row").first().waitFor();
  shown.completions = await page.locator(".suggest-widget.visible .monaco-list-row .label-name").allInnerTexts();
} catch (error) {
  shown.errors.push(error.message.slice(0, 1500));
  shown.state = await page.evaluate(() => [
    document.title, window.beskid?.version, window.beskid?.model.getVersionId(), window.beskid?.model.getValue(),
  ]);
  await page.screenshot({ path: picture });
} finally {
  await browser.close();
}
console.log(JSON.stringify(shown));
