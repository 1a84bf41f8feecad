// Edits an edition in a browser, as a person would; see `run`.
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const require = createRequire(join(resolve(process.env.TOOLS), "node_modules", "x.js"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const shots = process.argv[2] === "--shots" ? process.argv[3] : null;

let failed = 0;
const hold = (holds, what) => {
  console.log(`${holds ? "ok  " : "FAIL"} ${what}`);
  failed += holds ? 0 : 1;
};

const SOURCE = `# 周刊

你好，这里是猫写的周刊。

1、[一只猫](https://cat.example/%A2)

三只猫一起写代码。

2、[一条狗](https://dog.example/)

狗什么也没说。
`;
const EDITION = `# 週刊

こんにちは、猫の週刊です。

1、[猫が一匹](https://cat.example/%A3)

三匹の猫がコードを書いています。

2、[犬が一匹](https://dog.example/)

犬は何も言いませんでした。
`;
const folder = mkdtempSync(join(tmpdir(), "nekoyaku-edit-"));
// What is not saved is kept beside an edition: nothing is served from the repository.
const HOSTILE = ["hostile.md", "hostile.ja.md"].map((name) => {
  copyFileSync(join("tests/review", name), join(folder, name));
  return join(folder, name);
});
const [source, edition] = [join(folder, "周刊.md"), join(folder, "周刊.ja.md")];
const program = resolve(process.env.NEKOYAKU);
const servers = [];

// The program, as it serves a pair, and the address that it printed.
async function serve(pair, port = 0) {
  const server = spawn(program, ["review", "--serve", "--no-memory", "--lang", "ja", "--port", String(port), ...pair]);
  servers.push(server);
  const address = await new Promise((done, broken) => {
    server.stdout.once("data", (line) => done(String(line).trim()));
    server.once("exit", (code) => broken(new Error(`it ended with ${code}`)));
  });
  return { address, end: () => new Promise((done) => { server.removeAllListeners("exit"); server.once("exit", done); server.kill("SIGINT"); }) };
}
const begin = () => { writeFileSync(source, SOURCE); writeFileSync(edition, EDITION); };
const there = () => readFileSync(edition, "utf8");
const until = async (what, holds) => {
  const end = Date.now() + 10000;
  while (!(await holds()) && Date.now() < end) await new Promise((done) => setTimeout(done, 50));
  hold(await holds(), what);
};

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });
const said = [];
async function open(address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) said.push(message.text()); });
  page.on("pageerror", (error) => said.push(String(error)));
  await page.goto(address);
  await page.waitForSelector(".row");
  return page;
}
const block = (page, text) => page.locator(".row", { hasText: text }).first();
const write = async (page, text, value) => {
  await block(page, text).locator(".pair.seen .cell").last().dblclick();
  await page.locator("textarea").fill(value);
};
const errors = (page) => page.locator("#counts .error").innerText();

try {
  if (shots) mkdirSync(shots, { recursive: true });
  begin();
  let server = await serve([source, edition]);
  let page = await open(server.address);

  hold((await errors(page)).endsWith("1"), "what is wrong is told");
  await page.keyboard.press("n");
  await page.keyboard.press("a");
  await until("a takes the fix, and it is not wrong any more", async () => (await errors(page)).endsWith("0"));
  hold(there() === EDITION, "nothing is written before it is saved");
  await page.keyboard.press("u");
  await until("u takes it back", async () => (await errors(page)).endsWith("1"));
  await page.keyboard.press("n");
  await page.keyboard.press("a");
  await until("a takes it again", async () => (await errors(page)).endsWith("0"));

  await block(page, "三匹の猫").click();
  await page.keyboard.press("e");
  const area = page.locator("textarea");
  hold(await area.inputValue() === "三匹の猫がコードを書いています。", "e opens what is written");
  await area.press("End");
  await page.keyboard.type("猫は９匹です[壊れた](https://evil.example/)。");
  await until("what is typed is checked", async () => !(await errors(page)).endsWith("0"));
  hold(await area.evaluate((area) => area === document.activeElement), "and the text keeps the focus");
  if (shots) await page.screenshot({ path: join(shots, "edit-light.png") });
  const violations = async () => {
    const found = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ["violations"] })`);
    return found.violations.filter((one) => ["serious", "critical"].includes(one.impact)).map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
  };
  let serious = await violations();
  hold(serious.length === 0, `axe-core finds nothing serious while a person writes ${serious}`);
  await area.fill("三匹の猫が\n\nコードを書いています。");
  await until("a block that is divided is told", async () => (await page.locator(".row.split textarea").count()) === 1);
  hold(await area.evaluate((area) => area === document.activeElement), "and the text keeps the focus");
  await area.fill("");
  await until("a block without a text is missing", async () => (await page.locator(".row.missing").count()) === 1);
  await area.fill("三匹の猫がコードを書いているところです。");
  await until("and is there again", async () => (await page.locator(".row.missing").count()) === 0 && (await errors(page)).endsWith("0"));
  await page.keyboard.press("Escape");
  hold(await page.locator("textarea").count() === 0, "Escape ends it");
  await page.keyboard.press("Control+s");
  const mine = EDITION.replace("%A3", "%A2").replace("書いています", "書いているところです");
  await until("Ctrl+S saves, and nothing else is changed", async () => there() === mine);

  // Somebody else writes into the file.
  writeFileSync(edition, mine.replace("犬は何も", "イヌは何も"));
  await until("a file that was changed is shown", async () => (await block(page, "イヌは何も").count()) === 1);
  await write(page, "こんにちは", "こんばんは、猫の週刊です。");
  writeFileSync(edition, mine.replace("犬は何も", "いぬは何も"));
  await page.keyboard.press("Control+s");
  const both = mine.replace("犬は何も", "いぬは何も").replace("こんにちは", "こんばんは");
  await until("what two wrote in two places is brought together", async () => there() === both);
  await until("and is shown", async () => (await block(page, "いぬは何も").count()) === 1);

  await write(page, "こんばんは", "おはよう、猫の週刊です。");
  const theirs = both.replace("こんばんは", "やあ");
  writeFileSync(edition, theirs);
  await page.keyboard.press("Control+s");
  await until("what two wrote in one place is asked for", async () => page.locator("#conflict").isVisible());
  hold(there() === theirs, "and nothing was written");
  if (shots) await page.screenshot({ path: join(shots, "conflict-light.png") });
  serious = await violations();
  hold(serious.length === 0, `axe-core finds nothing serious in the question ${serious}`);
  await page.locator("#conflict button").last().click();
  await page.locator("#save").click();
  await page.locator("#settle").click();
  await until("what was chosen is written", async () => there() === both.replace("こんばんは", "おはよう"));

  // The network goes and comes.
  await page.context().setOffline(true);
  await write(page, "おはよう", "またね、猫の週刊です。");
  await until("that there is no connection is said", async () => page.locator("#lost").isVisible());
  if (shots) await page.screenshot({ path: join(shots, "lost-light.png") });
  await page.context().setOffline(false);
  await until("that there is one again is seen", async () => !(await page.locator("#lost").isVisible()));
  hold(await page.locator("textarea").inputValue() === "またね、猫の週刊です。", "and nothing is lost");
  await page.keyboard.press("Control+s");
  await until("and can be saved", async () => there() === both.replace("こんばんは", "またね"));
  await page.keyboard.press("Escape");

  // The program goes and comes.
  await write(page, "またね", "さようなら、猫の週刊です。");
  await until("it was told", async () => !(await page.locator("#save").isDisabled()));
  await new Promise((done) => setTimeout(done, 500));
  const port = Number(new URL(server.address).port);
  await server.end();
  await until("that the program ended is said", async () => page.locator("#lost").isVisible());
  server = await serve([source, edition], port);
  await until("that another one was started is said", async () => page.locator("#renewed").isVisible());
  const again = await open(server.address);
  await until("what was not saved is offered", async () => again.locator("#before").isVisible());
  if (shots) await again.screenshot({ path: join(shots, "before-light.png") });
  await again.locator("#take").click();
  await until("and taken up", async () => (await block(again, "さようなら").count()) === 1);
  await again.keyboard.press("Control+s");
  await until("and saved", async () => there() === both.replace("こんばんは", "さようなら"));

  // What others wrote is not undone with what one wrote oneself.
  await write(again, "さようなら", "お元気で、猫の週刊です。");
  const one = there();
  writeFileSync(edition, one.replace("いぬは何も", "わんこは何も"));
  await again.keyboard.press("Control+s");
  await until("what two wrote is together again", async () => there() === one.replace("いぬは何も", "わんこは何も").replace("さようなら", "お元気で"));
  await until("and is shown again", async () => (await block(again, "わんこ").count()) === 1);
  await again.keyboard.press("u");
  await again.waitForTimeout(500);
  await again.keyboard.press("Control+s");
  await again.waitForTimeout(500);
  hold(there().includes("わんこは何も"), "u does not undo what others wrote");

  // The file is changed in the instant in which somebody begins to write.
  let slow = 0;
  await again.route("**/check", async (route) => {
    const response = await route.fetch();
    await new Promise((done) => setTimeout(done, slow));
    await route.fulfill({ response });
  });
  slow = 1000;
  const before = there();
  writeFileSync(edition, before.replace("# 週刊\n", "# 週刊\n\nだれかの段落。\n"));
  await again.waitForRequest("**/check");
  await write(again, "わんこ", "わんこは寝ていました。");
  await again.waitForTimeout(3000);
  slow = 0;
  await again.locator("textarea").press("End");
  await again.keyboard.type("すやすや。");
  await again.keyboard.press("Control+s");
  const asleep = before.replace("わんこは何も言いませんでした。", "わんこは寝ていました。すやすや。").replace("# 週刊\n", "# 週刊\n\nだれかの段落。\n");
  await until("what was begun while the file was read anew goes where it belongs", async () => there() === asleep);
  await again.keyboard.press("Escape");

  // A block is opened while what was typed in another one is looked at.
  for (const [text, value] of [["わんこ", "わんこは寝ています。"], ["お元気で", "こんにちは、猫の週刊です。"], ["三匹の猫", "三匹の猫が書いています。"]]) {
    slow = 150;
    await write(again, text, value).catch(() => hold(false, `${text} is opened`));
    await again.waitForTimeout(150);
  }
  slow = 0;
  await again.keyboard.press("Escape");
  await again.keyboard.press("Control+s");
  await until("three blocks written one after the other are saved", async () => ["わんこは寝ています。", "こんにちは、猫", "三匹の猫が書い"].every((part) => there().includes(part)));
  hold(!said.some((text) => text.includes("TypeError")), `no script fails ${said.filter((text) => text.includes("Error")).join(" | ").slice(0, 300)}`);

  // Line ends stay as they are where nobody writes, and a file ends as it did.
  const mixed = EDITION.replace("# 週刊\n", "# 週刊\r\n").replace("三匹の猫がコード", "三匹の猫が\nコード");
  writeFileSync(edition, mixed);
  await until("a text with two kinds of line ends is shown", async () => (await block(again, "コードを書いています").count()) === 1);
  await write(again, "書いています", "三匹の猫が\nコードを書きました。");
  await again.keyboard.press("Control+s");
  await until("and stays so", async () => there() === mixed.replace("書いています", "書きました"));
  await again.keyboard.press("Escape");
  const short = EDITION.slice(0, EDITION.indexOf("\n\n犬は") + 1);
  writeFileSync(edition, short);
  await until("a text without its last paragraph is shown", async () => (await again.locator(".row.missing").count()) === 1);
  await again.locator(".row.missing .edit").click();
  await again.locator("textarea").fill("犬は何も言いませんでした。");
  await again.keyboard.press("Control+s");
  await until("what is put at the end is a paragraph, and its line ends", async () => there() === EDITION);
  await again.keyboard.press("Escape");

  // What is offered is there until it was taken or dropped.
  await write(again, "こんにちは", "大事な仕事。");
  await again.waitForTimeout(800);
  await again.reload();
  await until("what was not saved is offered again", async () => again.locator("#before").isVisible());
  await block(again, "三匹の猫").locator(".pair.seen .cell").last().dblclick();
  await again.waitForTimeout(500);
  await again.keyboard.press("Escape");
  await again.waitForTimeout(500);
  await again.locator("#take").click();
  await until("and not lost by looking elsewhere first", async () => (await block(again, "大事な仕事。").count()) === 1);
  await again.keyboard.press("Control+s");
  await until("and is saved", async () => there() === EDITION.replace("こんにちは、猫の週刊です。", "大事な仕事。"));

  // Another page in the same browser.
  const elsewhere = await (await browser.newContext()).newPage();
  const status = (path, heads) => new Promise((done) => {
    const asked = request({ port, path, method: "POST", headers: heads, host: "127.0.0.1" }, (answer) => { answer.resume(); done(answer.statusCode); });
    asked.end("{}");
  });
  const own = new URL(server.address);
  hold(await status("/AAAAAAAAAAAAAAAAAAAAAA/state", { Origin: own.origin }) === 403, "without the token: 403");
  hold(await status(`${own.pathname}state`, { Origin: "http://evil.example" }) === 403, "from another origin: 403");
  const other = await serve(HOSTILE);
  await elsewhere.goto(other.address);
  const stolen = await elsewhere.evaluate((address) => fetch(`${address}state`, { method: "POST", body: "{}" }).then((answer) => answer.status, () => "refused"), server.address);
  hold(stolen === "refused", "a page of another server gets nothing");
  said.length = 0;

  // A hostile pair, in the dark, on a phone, edited.
  const hostile = await open(other.address, { viewport: { width: 390, height: 844 }, colorScheme: "dark" });
  const asked = [];
  hostile.on("request", (one) => asked.push(one.url()));
  await hostile.locator(".row .edit").first().click();
  await hostile.locator("textarea").press("End");
  await hostile.keyboard.type("<img src=x onerror=alert(1)><script>window.hacked=1</script>");
  await new Promise((done) => setTimeout(done, 1000));
  hold(await hostile.evaluate(() => window.hacked === undefined), "nothing of a hostile pair ran");
  hold(asked.every((one) => one.startsWith(new URL(other.address).origin)), `nothing was asked of others ${asked}`);
  const wide = await hostile.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  hold(wide <= 0, `nothing runs out at the side (${wide} px)`);
  if (shots) await hostile.screenshot({ path: join(shots, "edit-phone-dark.png") });
  hold(said.length === 0, `the console is empty ${said.join(" | ").slice(0, 400)}`);
} finally {
  for (const server of servers) server.kill("SIGKILL");
  await browser.close();
  rmSync(folder, { recursive: true });
}
process.exit(failed > 0 ? 1 : 0);
