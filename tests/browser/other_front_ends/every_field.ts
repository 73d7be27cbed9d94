// Uses every field of every type and every function, as a page in TypeScript would. It is only compiled.

import init, { apply, initSync, Memo, preflight, redact, utf16 } from "./preflight.js";
import type {
    ChatMessage, ChatRequest, Effort, Estimate, Finding, Fix, ModelCost, OnSecret, Place, Policy, Preflight, Role, Route, Rule, Severity,
    Span, TokenRange, Trim,
} from "./preflight.js";

const roles: Record<Role, true> = { user: true, assistant: true };
const efforts: Record<Effort, true> = { low: true, medium: true, high: true, xhigh: true, max: true };
const choices: Record<OnSecret, true> = { block: true, redact: true, warn: true };
const severities: Record<Severity, number> = { info: 0, warn: 1, block: 2 };

const message: ChatMessage = { role: "user", content: "Hello" };
const short: ChatRequest = { model: "auto", messages: [message] };
const whole: ChatRequest = { model: "auto", messages: [message], max_tokens: 5, effort: "low" };
const policy: Policy = {
    models: ["a"], output_tokens_max: 1, output_tokens_default: 1, messages_max: 1, request_bytes_max: 1, system_bytes: 0,
    budget_left: null, on_secret: "block", prompt_caching: true,
};

// @ts-expect-error: it is called max_tokens.
const misspelt: ChatRequest = { ...short, model: "auto", messages: [], max_token: 5 };
// @ts-expect-error: a system prompt is the server's.
const other: ChatMessage = { role: "system", content: "" };
// @ts-expect-error: no such choice.
const forgiving: Policy = { ...policy, on_secret: "ignore" };

function words(fix: Fix): string {
    switch (fix.change) {
        case "use_model": return fix.model;
        case "leave_out_effort": return "";
        case "cap_output": return fix.max_tokens.toFixed();
        case "redact": return `${fix.message} ${length(fix.span)} ${fix.with}`;
        case "leave_out_message": return fix.message.toFixed();
        case "drop_oldest": return fix.messages.toFixed();
        default: return fix satisfies never;
    }
}

const length = ({ start, end }: Span): number => end - start;
const range = ({ low, likely, high }: TokenRange): number => low + likely + high;

function sum({ input, input_bound, output_likely, output_max, likely, worst_case }: Estimate): number {
    return range(input) + input_bound + output_likely + output_max + likely + worst_case;
}

function found({ rule, severity, place, what, why, fix }: Finding): string {
    const name: Rule = rule;
    return [name, severities[severity], place && where(place), what, why, fix && words(fix)].join(" ");
}

const where = ({ message, span, utf16 }: Place): number => message + (span ? length(span) : 0) + (utf16 ? length(utf16) : 0);
const routed = ({ model, why, instead }: Route): string => `${model} ${why} ${instead?.model} ${instead?.likely.toFixed()}`;
const cost = ({ model, estimate }: ModelCost): string => `${model} ${sum(estimate)}`;
const trimmed = ({ messages, tokens, saved, fix }: Trim): string => `${messages + tokens + saved} ${words(fix)}`;

export async function all(bytes: BufferSource): Promise<string[]> {
    await init();
    initSync({ module: bytes });
    const memo = new Memo();
    const report: Preflight = preflight(whole, policy, Date.now());
    const { is_blocked, findings, estimate, route }: Preflight = memo.check(short, policy, 0);
    const trim: Trim | null = memo.trim(short, policy, 0);
    const fixes = report.findings.flatMap(({ fix }) => (fix ? [apply(fix, whole)] : []));
    const span: Span = utf16("text", { start: 0, end: 1 });
    memo.free();
    return [
        String(is_blocked), ...findings.map(found), ...memo.compare(short, policy, 0).map(cost), estimate ? sum(estimate).toFixed() : "",
        route ? routed(route) : "", trim ? trimmed(trim) : "", ...fixes.map(({ model }) => model), redact("text"), length(span).toFixed(),
    ];
}

export const kept = [roles, efforts, choices, misspelt, other, forgiving];
