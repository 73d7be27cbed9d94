// Judges the corpus with the module that lies beside this file. Node and Chromium both run it.

import init, { apply, Memo, preflight, redact } from "./preflight.js";

/** How much is handed over at a time, in characters: what the developer tools carry without ado. */
const BATCH = 1_000_000;

/** Everything that the module says of one case, as JSON. */
function judge(memo, { request, policy, now }) {
    const report = preflight(request, policy, now);
    const trim = memo.trim(request, policy, now);
    return JSON.stringify({
        report,
        remembered: memo.check(request, policy, now),
        costs: memo.compare(request, policy, now),
        trim,
        mended: report.findings.map(({ fix }) => fix && apply(fix, request)),
        trimmed: trim && apply(trim.fix, request),
        redacted: request.messages.map(({ content }) => redact(content)),
    });
}

/** Judges every line of the corpus; `module` is what holds the module's code, where it is not found by itself. */
export async function judgeAll(corpus, module) {
    await init(module && { module_or_path: module });
    const memo = new Memo();
    return corpus.trimEnd().split("\n").map((line) => judge(memo, JSON.parse(line)));
}

/** The first of `verdicts`, as many as go together. */
export function take(verdicts) {
    const batch = [];
    let size = 0;
    while (verdicts.length > 0 && (size === 0 || size + verdicts[0].length < BATCH)) {
        size += verdicts[0].length;
        batch.push(verdicts.shift());
    }
    return batch;
}
