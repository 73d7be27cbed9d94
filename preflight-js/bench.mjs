// Measures what a keystroke costs with the module under Node, with all that goes in and comes out: `cargo xtask bench --preflight` runs
// it after the native bench, whose conversation and table these are. `node bench.mjs FOLDER` runs it alone.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const folder = resolve(process.argv[2]);
const { initSync, Memo } = await import(`${folder}/preflight.js`);
initSync({ module: readFileSync(`${folder}/preflight_bg.wasm`) });

const DRAFTS = [4_000, 100_000];
const MESSAGES = 100;
const KEYSTROKES = 1_000;
const PASSAGE = `The second engine would not start, so the ferry left an hour late.
let total: u64 = rows.iter().map(|row| row.price_cents * row.count).sum();
Die Überfahrt dauerte länger als sonst, und niemand wusste, warum.
2026-03-14,Northport,48.25,1073,0.331

`;
const NOW = Date.UTC(2026, 10, 23);
const policy = {
    models: ["claude-haiku-5-5", "claude-opus-5-5"], output_tokens_max: 16_384, output_tokens_default: 4_096, messages_max: 2_000,
    request_bytes_max: 512 * 1_024, system_bytes: 1_000, budget_left: null, on_secret: "block",
    prompt_caching: true,
};

for (const bytes of DRAFTS) {
    const messages = Array.from({ length: MESSAGES }, (_, index) => (
        { role: index % 2 ? "assistant" : "user", content: PASSAGE.repeat(8) }
    ));
    const draft = { role: "user", content: PASSAGE.repeat(bytes / PASSAGE.length + 1).slice(0, bytes) };
    const request = { model: "claude-haiku-5-5", messages: [...messages, draft] };
    const memo = new Memo();
    const times = [];
    for (let stroke = 0; stroke < KEYSTROKES; stroke++) {
        draft.content += "x";
        const begun = performance.now();
        memo.check(request, policy, NOW);
        times.push((performance.now() - begun) * 1_000);
    }
    times.sort((one, other) => one - other);
    const at = (permille) => `${times[Math.floor((KEYSTROKES - 1) * permille / 1_000)].toFixed(1)}µs`;
    console.log(`| ${bytes} B | a keystroke, the module in Node | ${at(500)} | ${at(990)} |`);
}
