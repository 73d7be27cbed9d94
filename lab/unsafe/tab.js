// The tab of the unsafe half: its chat, and the attacks on itself. What they come to is reported to the tab's own server.
import { attacks, spend } from "/attacks.js";
import { draw } from "/careless.js";

const wishes = new URLSearchParams(location.hash.slice(1));
const { claude } = document.documentElement.dataset;

// trunk's script says when the program is there.
const program = new Promise((done) => {
  if (globalThis.wasmBindings) return done(globalThis.wasmBindings);
  addEventListener("TrunkApplicationStarted", () => done(globalThis.wasmBindings), { once: true });
});

const words = (body) => body.content?.[0]?.text ?? body.error?.message ?? "No answer";

const ask = async (question) => (await program).ask(claude, question);

// What the attacks need to know of the place that they run in.
const place = {
  page: "/",
  ask: () => ask("Hello"),
  disguises: globalThis.disguises,
  say: (body, options) => fetch("/proxy", { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body), ...options }),
  dear: "claude-opus-5-5",
  loot: "/loot",
  hear: async (question) => words(JSON.parse(await ask(question))),
  thief: location.origin,
  airlock: wishes.get("airlock"),
  collected: async () => (await fetch("/collected")).json(),
};

async function run(item) {
  const name = item.dataset.attack;
  const button = item.querySelector("button");
  const shown = item.querySelector("pre");
  button.disabled = true;
  let { found, lines } = await attacks[name](place);
  if (found?.startsWith("sk-ant-")) lines = [...lines, ...(await spend(claude, found))];
  shown.textContent = (found ? [`Stolen: ${found}`, ...lines] : ["Nothing found", ...lines]).join("\n");
  shown.hidden = false;
  button.disabled = false;
  if (wishes.has("visit"))
    await fetch(`/reports/${wishes.get("visit")}/${name}`, {
      method: "POST",
      body: JSON.stringify({ is_stolen: Boolean(found), lines: found ? [`Found: ${found}`, ...lines] : lines }),
    });
  item.dataset.state = "done";
}

if (wishes.has("airlock")) {
  const back = document.querySelector("#back");
  back.href = `${wishes.get("airlock")}/lab`;
  back.hidden = false;
}

document.querySelector("#chat").addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = document.querySelector("#answer");
  answer.textContent = "Asking";
  await draw(words(JSON.parse(await ask(document.querySelector("#question").value))), answer);
});

const items = [...document.querySelectorAll("#attacks > li")];
for (const item of items) item.querySelector("button").addEventListener("click", () => run(item));

// What the lab's link asks for: one attack, or all, one after the other.
const wanted = items.filter(({ dataset }) => [dataset.attack, "all"].includes(wishes.get("run")));
wanted[0]?.scrollIntoView();
for (const item of wanted) await run(item);
