// A chat page without a framework: Airlock's preflight in the tab, Airlock's server behind it.

import init, { apply, Memo } from "./preflight/preflight.js";

const NANO_USD = 1e9;
const byId = (id) => document.getElementById(id);
const [conversation, composer, model, draft, estimate, findings, send] =
    ["conversation", "composer", "model", "draft", "estimate", "findings", "send"].map(byId);

/** What was said so far, as the server wants it. */
let messages = [];
/** What the server says of this caller. */
let session;
/** When it said so, by this tab's clock. */
let askedAt;
/** Remembers the conversation between two keystrokes. */
let memo;
let isAnswering = false;

/** The server's time, in milliseconds since 1970: budgets turn over and models retire by it. */
const now = () => Math.round(session.now + performance.now() - askedAt);

/** What Send would send. */
const request = () => ({
    model: model.value,
    messages: [...messages, { role: "user", content: draft.value }],
});

/** Judges the draft and shows the verdict. */
function judge() {
    const judged = request();
    const report = memo.check(judged, session.policy, now());
    const isEmpty = draft.value.trim() === "";
    send.disabled = isAnswering || isEmpty || report.is_blocked;
    estimate.textContent = isEmpty || !report.estimate ? "" : describe(report);
    findings.replaceChildren(...(isEmpty ? [] : report.findings.map((finding) => item(finding, judged))));
}

function describe({ estimate: { input, worst_case }, route }) {
    const cost = `${input.low} to ${input.high} tokens, at most $${(worst_case / NANO_USD).toFixed(6)}`;
    return route ? `${cost}. ${route.model}: ${route.why}` : cost;
}

/** A finding with a button that mends it and, where it has a place in the draft, one that shows it. */
function item(finding, judged) {
    const item = document.createElement("li");
    item.dataset.severity = finding.severity;
    item.dataset.rule = finding.rule;
    item.textContent = `${finding.what} ${finding.why}`;
    const { fix, place } = finding;
    if (fix) {
        item.append(button("Fix", () => take(apply(fix, judged))));
    }
    if (place?.utf16 && place.message === messages.length) {
        item.append(button("Show", () => {
            draft.focus();
            draft.setSelectionRange(place.utf16.start, place.utf16.end);
        }));
    }
    return item;
}

function button(name, act) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = name;
    button.addEventListener("click", act);
    return button;
}

/** Makes a mended request the one on the screen. */
function take(mended) {
    model.value = mended.model;
    messages = mended.messages.slice(0, -1);
    draft.value = mended.messages.at(-1)?.content ?? "";
    judge();
}

/** Adds a paragraph to what is on the screen. */
function say(role, text) {
    const paragraph = document.createElement("p");
    paragraph.dataset.role = role;
    paragraph.textContent = text;
    conversation.append(paragraph);
    return paragraph;
}

/** Sends the draft and shows the answer as it comes. */
async function ask() {
    const asked = request();
    isAnswering = true;
    draft.value = "";
    say("user", asked.messages.at(-1).content);
    const answer = say("assistant", "");
    judge();
    try {
        const response = await fetch("/api/chat", {
            method: "POST",
            headers: { "content-type": "application/json", "idempotency-key": crypto.randomUUID() },
            body: JSON.stringify(asked),
        });
        if (!response.ok) {
            throw problem(await response.json());
        }
        for await (const { name, data } of events(response.body)) {
            if (name === "delta") answer.textContent += data.text;
            if (name === "usage") session.policy.budget_left = data.budget_left_nano_usd;
            if (name === "error") throw problem(data);
        }
        messages = [...asked.messages, { role: "assistant", content: answer.textContent }];
    } catch (error) {
        say("error", error.message);
        draft.value ||= asked.messages.at(-1).content;
    }
    isAnswering = false;
    judge();
}

/** The server's words for what went wrong. */
const problem = ({ title, detail, fix }) => new Error([title, detail, fix].filter(Boolean).join(". "));

/** The events of a stream, one after the other. */
async function* events(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        const blocks = (rest + value).split("\n\n");
        rest = blocks.pop();
        for (const block of blocks) {
            const field = (name) => block.match(new RegExp(`^${name}: ?(.*)$`, "m"))?.[1];
            if (field("data")) yield { name: field("event"), data: JSON.parse(field("data")) };
        }
    }
}

[session] = await Promise.all([fetch("/api/session").then((answer) => answer.json()), init()]);
askedAt = performance.now();
memo = new Memo();
for (const id of [...session.policy.models, "auto"]) {
    model.append(new Option(id, id));
}
draft.addEventListener("input", judge);
model.addEventListener("change", judge);
composer.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
});
document.documentElement.dataset.ready = "";
