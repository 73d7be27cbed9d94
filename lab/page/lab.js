// The lab's page: runs the attacks on Airlock's half, follows those on the unsafe half, has answers judged, keeps progress here.
import { attacks } from "/lab/attacks.js";
import { letter } from "/lab/careless.js";

/** Where progress is kept, on this device alone. */
const KEPT = "airlock.lab";
/** How often the unsafe half is asked what its tab reported and what the bill is: about as often as a person looks. */
const PERIOD_MS = 1_500;

const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const byId = (id) => one(`[data-testid="${id}"]`);

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? {};
  } catch {
    return {};
  }
}

const { theme } = read("airlock.settings");
if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;

/** `solved`: names of attacks whose answer was right, `fixed`: of those whose right change was chosen; `unsafe` and `ours`: what came of each attack, by name. */
const progress = { visit: "", solved: [], fixed: [], unsafe: {}, ours: {}, ...read(KEPT) };

function keep() {
  try {
    localStorage.setItem(KEPT, JSON.stringify(progress));
  } catch {
    // A full or closed storage: the progress lasts as long as the page.
  }
}

const sections = all("[data-attack]");

/** Shows what came of one attack on one half, in its section and in the table. */
function show(name, half, outcome) {
  const words = half === "unsafe" ? ["Stolen", "Not stolen"] : ["Stolen", "Held"];
  const word = outcome ? words[outcome.is_stolen ? 0 : 1] : "Not tried yet";
  const place = one(`[data-attack="${name}"] [data-half="${half}"]`);
  place.dataset.outcome = outcome ? word.toLowerCase() : "";
  one(".outcome", place).textContent = word;
  const lines = one("pre", place);
  lines.hidden = !outcome;
  lines.textContent = outcome?.lines.join("\n") ?? "";
  const cell = one(`[data-row="${name}"] [data-half="${half}"]`);
  cell.textContent = word.toLowerCase().replace(" yet", "");
  cell.dataset.outcome = place.dataset.outcome;
}

function showAll() {
  for (const { dataset } of sections) {
    const name = dataset.attack;
    show(name, "unsafe", progress.unsafe[name]);
    show(name, "ours", progress.ours[name]);
    if (progress.solved.includes(name)) byId(`verdict-${name}`).textContent = "Right: solved.";
  }
  byId("progress").textContent = `${progress.solved.length} of ${sections.length} solved, ${progress.fixed.length} fixed`;
}

async function json(address, options) {
  const answer = await fetch(address, options);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

const post = (address, body) => json(address, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

let unsafeHalf = "";

/** Asks how the visit stands; begins one where the server knows none, as after its restart. */
async function look() {
  const known = progress.visit && (await fetch(`/api/lab/visits/${progress.visit}`));
  const visit = known && known.ok ? await known.json() : await post("/api/lab/visits", {});
  if (visit.visit !== progress.visit) progress.visit = visit.visit;
  if (visit.unsafe_half !== unsafeHalf) {
    unsafeHalf = visit.unsafe_half;
    showLinks();
  }
  Object.assign(progress.unsafe, visit.reports);
  const { requests, dollars } = visit.bill;
  byId("bill").textContent = `The thieves' bill: ${dollars} in ${requests} requests`;
  keep();
  showAll();
}

function showLinks() {
  const address = (run) => `${unsafeHalf}/#${new URLSearchParams({ visit: progress.visit, airlock: location.origin, ...(run && { run }) })}`;
  const page = byId("unsafe-page");
  page.href = address();
  page.hidden = false;
  for (const { dataset } of sections) byId(`run-unsafe-${dataset.attack}`).href = address(dataset.attack);
  byId("run-unsafe-all").href = address("all");
  one("[data-letter]").textContent = letter(unsafeHalf, "My booking code is 4711. Sum up this letter.");
  one("[data-collected]").href = `${unsafeHalf}/collected`;
}

async function follow() {
  if (!document.hidden) {
    try {
      await look();
    } catch {
      byId("progress").textContent = "The server does not answer; this page tries again";
    }
  }
  setTimeout(follow, PERIOD_MS);
}

/** Sends a body to Airlock as its own page does. */
const say = (body, options) =>
  fetch("/api/chat", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...options,
  });

async function ask() {
  const answer = await say({ model: "claude-haiku-5-5", messages: [{ role: "user", content: "Hello" }] });
  await answer.body?.cancel();
}

/** Asks through Airlock, and gives the answer's words. */
async function hear(question) {
  const answer = await say({ model: "claude-haiku-5-5", messages: [{ role: "user", content: question }] });
  if (answer.status === 429) throw new Error(`the burst of another attack has used up the limits, as it should; again in ${answer.headers.get("retry-after")} s`);
  if (!answer.ok) throw new Error(`Airlock refused the question, ${answer.status}`);
  const events = (await answer.text()).matchAll(/^event: delta\ndata: (.*)$/gm);
  return [...events].map(([, data]) => JSON.parse(data).text).join("");
}

/** What the attacks need to know of Airlock's page. */
const place = () => ({
  page: "/",
  ask,
  say,
  disguises: { "the page": ask },
  dear: "claude-fable-5-1",
  loot: `${unsafeHalf}/loot`,
  hear,
  thief: unsafeHalf,
  // The policy lets this page ask its own server alone, which asks the thief's.
  collected: async () => (await json(`/api/lab/visits/${progress.visit}`)).collected,
});

async function runOnAirlock(name) {
  const button = byId(`run-ours-${name}`);
  button.disabled = true;
  try {
    // The chat's own way in: without a session nothing is answered, which would prove too little.
    await json("/api/session");
    const { found, lines } = await attacks[name](place());
    progress.ours[name] = { is_stolen: Boolean(found), lines: found ? [`Found: ${found}`, ...lines] : lines };
    keep();
    showAll();
  } catch (error) {
    one(`[data-attack="${name}"] [data-half="ours"] .outcome`).textContent = `Could not be run: ${error.message}`;
  }
  button.disabled = false;
}

async function check(name, event) {
  event.preventDefault();
  const verdict = byId(`verdict-${name}`);
  const answer = byId(`answer-${name}`).value;
  try {
    const { is_right } = await post("/api/lab/answers", { attack: name, answer });
    verdict.textContent = is_right ? "Right: solved." : "That is not it. The hints may help.";
    if (is_right && !progress.solved.includes(name)) progress.solved.push(name);
    keep();
    showAll();
  } catch {
    verdict.textContent = "The server did not answer. Try again.";
  }
}

/** Has the server judge a change; the right one leads to what stops the attack. */
async function choose(name, button) {
  const because = byId(`because-${name}`);
  try {
    const opinion = await post("/api/lab/fixes", { attack: name, choice: Number(button.dataset.choice) });
    button.dataset.verdict = opinion.is_right ? "right" : "wrong";
    because.textContent = `${opinion.is_right ? "Right." : "No."} ${opinion.because}`;
    if (!opinion.is_right) return;
    byId(`stop-${name}`).open = true;
    if (!progress.fixed.includes(name)) progress.fixed.push(name);
    keep();
    showAll();
  } catch {
    because.textContent = "The server did not answer. Try again.";
  }
}

for (const section of sections) {
  const name = section.dataset.attack;
  byId(`run-ours-${name}`).addEventListener("click", () => runOnAirlock(name));
  for (const button of all(".change", section)) button.addEventListener("click", () => choose(name, button));
  one("form", section).addEventListener("submit", (event) => check(name, event));
}
byId("copy-letter")?.addEventListener("click", async () => {
  await navigator.clipboard.writeText(one("[data-letter]").textContent);
  byId("copy-letter").textContent = "Copied";
});
byId("all")?.addEventListener("click", async () => {
  // The burst comes last, since it uses up the limits that the others ask under.
  const names = sections.map(({ dataset }) => dataset.attack).filter((name) => name !== "proxy");
  for (const name of [...names, "proxy"]) await runOnAirlock(name);
});
byId("print")?.addEventListener("click", () => print());
byId("forget")?.addEventListener("click", () => {
  localStorage.removeItem(KEPT);
  location.reload();
});

// A closed lab has no attacks, and nothing to follow.
if (sections.length > 0) {
  showAll();
  follow();
}
