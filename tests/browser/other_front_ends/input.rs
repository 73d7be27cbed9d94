//! What JavaScript hands in: the right things in any form that `fetch` would send alike, and everything else refused in words.

use super::module::in_node;

/// A request and a policy that nothing is wrong with, under those names.
const SOUND: &str = "
const policy = { models: ['claude-haiku-5-5'], output_tokens_max: 1000, output_tokens_default: 500, messages_max: 9,
    request_bytes_max: 524288, system_bytes: 0, budget_left: null, on_secret: 'block', prompt_caching: false };
const request = { model: 'claude-haiku-5-5', messages: [{ role: 'user', content: 'Hello' }] };
const now = 1795435200000;
";

/// Expressions, each beside a part of the error that it must throw.
const REFUSED: [(&str, &str); 14] = [
    ("check(undefined, policy, now)", "request: is missing"),
    ("check(() => request, policy, now)", "request: is missing"),
    ("check(request, null, now)", "policy: invalid type: null"),
    (
        "check({ ...request, max_token: 5 }, policy, now)",
        "request: unknown field `max_token`",
    ),
    (
        "check({ ...request, max_tokens: 1.5 }, policy, now)",
        "request: invalid type: floating point `1.5`",
    ),
    (
        "check({ ...request, messages: [{ role: 'system', content: '' }] }, policy, now)",
        "request: unknown variant `system`",
    ),
    (
        "check({ ...request, model: '\\ud83d' }, policy, now)",
        "request: ",
    ),
    (
        "check(request, { ...policy, budget_left: 5n }, now)",
        "policy: ",
    ),
    (
        "check((() => { const it = {}; it.it = it; return it; })(), policy, now)",
        "request: ",
    ),
    (
        "check({ toJSON() { throw new Error('mine'); } }, policy, now)",
        "request: mine",
    ),
    (
        "check({ toJSON() { throw null; } }, policy, now)",
        "request: ",
    ),
    ("check(request, policy, NaN)", "now_ms: invalid type: null"),
    (
        "check(request, { ...policy, system_bytes: 2 ** 53 }, now)",
        "2^53 - 1",
    ),
    (
        "preflight.apply({ change: 'everything' }, request)",
        "fix: unknown variant `everything`",
    ),
];

#[test]
fn what_is_no_request_policy_moment_or_fix_is_an_error_in_words_and_the_module_goes_on() {
    let attempts = REFUSED.map(|(expression, _)| format!("attempt(() => {expression});"));
    let attempts = attempts.join("\n");
    let said = in_node(&format!(
        "{SOUND}
        const check = preflight.preflight;
        function attempt(act) {{
            try {{ act(); console.log('nothing was thrown'); }}
            catch (error) {{ console.log(error.constructor.name, error.message.split('\\n')[0]); }}
        }}
        {attempts}
        console.log(check(request, policy, now).findings.length);"
    ));
    let lines: Vec<_> = said.lines().collect();
    for ((expression, part), line) in REFUSED.iter().zip(&lines) {
        assert!(
            line.starts_with("Error ") && line.contains(part),
            "{expression}: {line}"
        );
    }
    assert_eq!(lines.last(), Some(&"0"), "it still judges");
}

#[test]
fn what_fetch_would_send_alike_is_judged_alike() {
    let said = in_node(&format!(
        "{SOUND}
        const judged = (request) => JSON.stringify(preflight.preflight(request, policy, now));
        const alike = [
            {{ ...request, max_tokens: undefined }},
            {{ ...request, max_tokens: null, effort: null }},
            {{ ...request, max_tokens: NaN }},
            {{ ...request, [Symbol('mine')]: 1 }},
            JSON.parse(JSON.stringify(request)),
            {{ toJSON: () => request }},
        ];
        for (const request of alike) console.log(judged(request) === judged(alike[0]));"
    ));
    assert_eq!(said.lines().collect::<Vec<_>>(), ["true"; 6]);
}

/// JavaScript counts in UTF-16, the server in UTF-8.
#[test]
fn a_span_in_bytes_is_found_in_a_javascript_string() {
    let said = in_node(
        "const text = 'aé漢🙂z\\ud83dx';
        const bytes = (text) => new TextEncoder().encode(text).length;
        for (const part of ['a', 'é', '漢', '🙂', '漢🙂', 'z', 'x', '']) {
            const before = text.slice(0, text.indexOf(part));
            const span = { start: bytes(before), end: bytes(before) + bytes(part) };
            const { start, end } = preflight.utf16(text, span);
            console.log(text.slice(start, end) === part);
        }",
    );
    assert_eq!(said.lines().collect::<Vec<_>>(), ["true"; 8]);
}
