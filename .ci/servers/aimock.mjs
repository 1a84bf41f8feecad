// An aimock that answers every request, each model in its own way.
//
// Usage: node aimock.mjs FOLDER-OF-NODE-MODULES; prints its address, and runs until stdin ends.
//
// `right` answers at once. `limited`, `failed`, `malformed`, `disconnected` have aimock's chaos for
// a request that comes for the first time, and answer when it is sent again. `endless` is limited
// for ever, and `slow` answers after two seconds.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(pathToFileURL(`${process.argv[2]}/`));
const { LLMock } = await import(pathToFileURL(require.resolve("@copilotkit/aimock")).href);

const chaos = {
  limited: { rateLimitRate: 1 },
  failed: { dropRate: 1 },
  malformed: { malformedRate: 1 },
  disconnected: { disconnectRate: 1 },
};

const user = (request) => String(request.messages.at(-1).content);

// One reading of a request is one coming: aimock may look at it more than once.
const comings = new Map();
const first = new WeakMap();
const comesFirst = (request) => {
  if (!first.has(request)) {
    const known = JSON.stringify([request.model, user(request)]);
    first.set(request, !comings.has(known));
    comings.set(known, true);
  }
  return first.get(request);
};

// Kana for each Chinese character: what verification takes for a translation, and tells from the source.
const translated = (text) => text.replace(/\p{Script=Han}/gu, "ア");

// An object of texts, or lines `=== b0 ===` with a text below each: both stay what they are.
const answer = (request) => {
  const asked = user(request).split("Translate:\n").at(-1);
  return { content: translated(asked) };
};

const mock = new LLMock({ port: 0, host: "127.0.0.1", logLevel: "silent" });
for (const [model, fault] of Object.entries(chaos)) {
  mock.on({ model, predicate: comesFirst }, { content: "" }, { chaos: fault });
  mock.on({ model }, answer);
}
mock.on({ model: "endless" }, { content: "" }, { chaos: { rateLimitRate: 1 } });
mock.on({ model: "slow" }, answer, { chaos: { latencyMs: 2000 } });
mock.on({ model: "right" }, answer);

console.log(await mock.start());
process.stdin.resume();
process.stdin.on("end", () => mock.stop().then(() => process.exit(0)));
