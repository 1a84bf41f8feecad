// Takes pictures; see `run`.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const require = createRequire(join(resolve(process.env.TOOLS), "node_modules", "x.js"));
const { chromium } = require("playwright-core");
const [folder, to] = process.argv.slice(2);

// What a terminal makes of colours.
const colours = { 1: "font-weight:bold", 2: "opacity:.65", 31: "color:#ff7b85", 32: "color:#7fd88f", 33: "color:#f0c674", 34: "color:#7aa6ff", 36: "color:#7fd3e0" };
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const html = readFileSync(join(folder, "check.txt"), "utf8").split(/\x1b\[([\d;]*)m/).map((part, at) => {
  if (at % 2 === 0) return escaped(part);
  const styles = part.split(";").map((code) => colours[Number(code)]).filter(Boolean);
  return `</span><span style="${styles.join(";")}">`;
}).join("");
const terminal = join(folder, "check.html");
writeFileSync(terminal, `<!DOCTYPE html><meta charset="utf-8"><body style="margin:0;background:#1b1d23"><pre style="display:inline-block;margin:0;padding:18px 24px;font:15px/1.5 'DejaVu Sans Mono','Noto Sans Mono CJK JP',monospace;color:#e6e4df"><span style="color:#7fd88f">$</span> nekoyaku check docs/2024-02-17-weekly.md docs/ja/2024-02-17-weekly.md\n<span>${html}</span></pre>`);

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
await page.goto(pathToFileURL(join(folder, "docs/ja/2024-02-17-weekly.review.html")).href);
await page.keyboard.press("n");
await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
await page.screenshot({ path: join(to, "review.png") });
await page.goto(pathToFileURL(terminal).href);
await page.locator("pre").screenshot({ path: join(to, "check.png") });
await browser.close();
