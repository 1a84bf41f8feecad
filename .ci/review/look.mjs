// Opens pages and looks at them; see `run`.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(resolve(process.env.TOOLS), "node_modules", "x.js"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const args = process.argv.slice(2);
let shots = null;
if (args[0] === "--shots") { shots = args[1]; args.splice(0, 2); mkdirSync(shots, { recursive: true }); }
const given = args.length > 0;
const paths = given ? args : [
  "examples/2024-02-17-weekly.md", "examples/ja/2024-02-17-weekly.md",
  "tests/review/hostile.md", "tests/review/hostile.ja.md",
];

let failed = 0;
const hold = (holds, what) => {
  console.log(`${holds ? "ok  " : "FAIL"} ${what}`);
  failed += holds ? 0 : 1;
};

const folder = mkdtempSync(join(tmpdir(), "nekoyaku-review-"));
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
try {
  for (let at = 0; at < paths.length; at += 2) await look(paths[at], paths[at + 1], at / 2);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
process.exit(failed > 0 ? 1 : 0);

async function look(source, edition, number) {
  const file = join(folder, `${number}.html`);
  try {
    execFileSync(process.env.NEKOYAKU, ["review", source, edition, "-o", file, "--no-memory", "--lang", "ja"], { stdio: "pipe" });
  } catch (error) {
    // Exit code 1 says that there are findings.
    if (error.status !== 1) throw new Error(String(error.stderr));
  }
  console.log(`== ${edition}, ${statSync(file).size} bytes`);
  for (const [name, width, height, scheme] of [
    ["desktop-light", 1280, 900, "light"], ["desktop-dark", 1280, 900, "dark"],
    ["phone-light", 390, 844, "light"], ["phone-dark", 390, 844, "dark"],
  ]) {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, permissions: ["clipboard-read", "clipboard-write"] });
    const page = await context.newPage();
    const [said, asked] = [[], []];
    page.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") said.push(message.text()); });
    page.on("pageerror", (error) => said.push(String(error)));
    page.on("request", (request) => asked.push(request.url()));
    page.on("dialog", (dialog) => { said.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
    const url = pathToFileURL(file).href;
    const began = performance.now();
    await page.goto(url);
    const took = performance.now() - began;
    // What is not seen is not laid out: all of it is looked at once.
    await page.evaluate(async () => {
      for (let at = 0; at < document.documentElement.scrollHeight; at += innerHeight) {
        scrollTo(0, at);
        await new Promise(requestAnimationFrame);
      }
      scrollTo(0, 0);
    });
    if (shots) {
      await page.screenshot({ path: join(shots, `${number}-${name}.png`) });
      await page.evaluate(() => document.getElementById("document").scrollIntoView({ behavior: "instant" }));
      await page.screenshot({ path: join(shots, `${number}-${name}-text.png`) });
      await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    hold(wide <= 0, `${name}: nothing runs out at the side (${wide} px), shown in ${took.toFixed(0)} ms`);
    if (name.startsWith("desktop")) await use(page, name);
    // Put in by the browser's driver, which a page's policy does not bind.
    const found = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ["violations"] })`);
    const serious = found.violations.filter((one) => ["serious", "critical"].includes(one.impact));
    hold(serious.length === 0 && found.passes.length > 10, `${name}: axe-core finds nothing serious`);
    for (const one of serious) {
      console.log(`     ${one.id}: ${one.help} (${one.nodes.length})`);
      for (const node of one.nodes.slice(0, 3)) console.log(`       ${node.target} ${node.html.slice(0, 160)} ${(node.any[0]?.message || "").slice(0, 160)}`);
    }
    if (name === "desktop-light") await apart(page, file, number);
    hold(await page.evaluate(() => window.hacked === undefined), `${name}: nothing of the texts ran`);
    hold(page.url().split("#")[0] === url, `${name}: the page is still there`);
    hold(said.length === 0, `${name}: the console is empty ${said.join(" | ").slice(0, 400)}`);
    hold(asked.every((one) => one.split("#")[0] === url), `${name}: nothing was asked for ${asked.filter((one) => one.split("#")[0] !== url).slice(0, 4).join(" ")}`);
    await context.close();
  }
}

// On paper, without a place to remember in, and with pictures.
async function apart(page, file, number) {
  await page.emulateMedia({ media: "print" });
  const printed = await page.evaluate(() => ({
    tools: getComputedStyle(document.querySelector(".tools")).display,
    hidden: [...document.querySelectorAll(".row")].filter((row) => getComputedStyle(row).contentVisibility !== "visible").length,
  }));
  hold(printed.tools === "none" && printed.hidden === 0, "on paper there are no buttons, and all blocks");
  if (shots) await page.pdf({ path: join(shots, `${number}.pdf`), format: "A4" });
  await page.emulateMedia({ media: "screen" });

  const context = await browser.newContext();
  await context.addInitScript(() => Object.defineProperty(window, "localStorage", { get() { throw new Error("there is none"); } }));
  const other = await context.newPage();
  const [broken, asked] = [[], []];
  other.on("pageerror", (error) => broken.push(String(error)));
  await other.route(/^https?:/, (route) => { asked.push(route.request().resourceType()); return route.fulfill({ contentType: "image/svg+xml", body: "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='30'/>" }); });
  await other.goto(pathToFileURL(file).href);
  await other.keyboard.press("j");
  await other.keyboard.press("r");
  hold(await other.locator(".row.done").count() === 1 && broken.length === 0, `without a place to remember in, all else works ${broken}`);
  const wanted = await other.locator(".row:not(details *) img[data-src^=http]").count();
  hold(asked.length === 0, "no picture is asked for before somebody wants it");
  await other.keyboard.press("i");
  if (wanted) {
    await other.locator("img[src^=http]").first().scrollIntoViewIfNeeded();
    await other.waitForFunction(() => [...document.images].some((image) => image.naturalWidth === 40));
    hold(asked.every((kind) => kind === "image"), `i shows pictures, and asks for nothing else (${asked.length})`);
  }
  await context.close();
}

async function use(page, name) {
  const current = () => page.evaluate(() => document.activeElement.id);
  const findings = await page.locator(".finding").count();
  if (findings > 1) {
    await page.keyboard.press("n");
    const first = await current();
    await page.keyboard.press("n");
    const second = await current();
    await page.keyboard.press("p");
    hold(first.startsWith("f") && second.startsWith("f") && first !== second && (await current()) === first, `${name}: n and p go from finding to finding`);
  } else {
    await page.keyboard.press("j");
  }
  await page.keyboard.press("r");
  hold(await page.locator(".row.done").count() === 1, `${name}: r marks a block as read`);
  await page.keyboard.press("c");
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  hold(/:\d+$/.test(copied), `${name}: c copies the line (${copied})`);
  await page.keyboard.press("v");
  hold(await page.locator(".raw").first().isVisible(), `${name}: v shows what is written`);
  await page.keyboard.press("v");
  await page.keyboard.press("?");
  hold(await page.locator("#keys").isVisible(), `${name}: ? says what the keys do`);
  await page.keyboard.press("Escape");
  const term = page.locator(".row:not(details *) .seen .term").first();
  if (await term.count()) {
    await term.focus();
    hold(await page.locator("#tip").isVisible(), `${name}: a term with the focus shows its entry`);
  }
  await page.reload();
  hold(await page.locator(".row.done").count() === 1, `${name}: what was read is remembered`);
  await page.evaluate(() => localStorage.clear());
}
