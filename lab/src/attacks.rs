//! The ten attacks: what each is after, how a person does it by hand, and what stops it.

use crate::canary::Hiding;
use crate::fixes::{self, Fix};
use crate::places::{Place, place};

/// One attack. Its program, which both halves run, is the function of the same name in `page/attacks.js`.
#[derive(Debug)]
pub(crate) struct Attack {
    /// Its name in addresses and in the program.
    pub(crate) name: &'static str,
    /// What it is called.
    pub(crate) title: &'static str,
    /// What to get, in a sentence.
    pub(crate) goal: &'static str,
    /// The steps in the browser's developer tools, as HTML.
    pub(crate) by_hand: &'static [&'static str],
    /// Two hints, the second one plainer.
    pub(crate) hints: [&'static str; 2],
    /// What the answer box asks for.
    pub(crate) asks_for: &'static str,
    /// What the answer is checked against.
    pub(crate) proof: Proof,
    /// What stops it, in a sentence.
    pub(crate) stopped_by: &'static str,
    /// Where in this repository that is done.
    pub(crate) lives_in: Place,
    /// Four changes, of which one is what stops it.
    pub(crate) fix: &'static Fix,
}

/// What somebody has who carried the attack out.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Proof {
    /// The key that was kept there.
    Key(Hiding),
    /// The `request-id` of an answer that the proxy's owner paid for.
    DearAnswer,
    /// The receipt of what an answer carried away.
    Receipt,
}

/// The attack with this name.
pub(crate) fn find(name: &str) -> Option<&'static Attack> {
    ATTACKS.iter().find(|attack| attack.name == name)
}

/// All of them, in the order in which they are told.
pub(crate) static ATTACKS: [Attack; 10] = [
    Attack {
        name: "network",
        title: "Read the request",
        goal: "Find the key in a request that the page sends.",
        by_hand: &[
            "Open the unsafe page and its developer tools, tab <b>Network</b>.",
            "Ask something. Choose the request called <code>messages</code>, then <b>Headers</b>.",
            "Read the request header that carries the key.",
        ],
        hints: [
            "Whatever a page sends, the person at the browser may read; encryption on the wire does not hide it from them.",
            "The header is called <code>x-api-key</code>.",
        ],
        asks_for: "The key in the header",
        proof: Proof::Key(Hiding::Program),
        stopped_by: "The page asks its own server, and the server adds the key: <code>x-api-key</code> is written in one place, which no browser reaches.",
        lives_in: place!(
            "backend/src/upstream/anthropic.rs",
            r#"headers.insert(HeaderName::from_static("x-api-key"), key);"#
        ),
        fix: &fixes::NETWORK,
    },
    Attack {
        name: "script",
        title: "Search the script",
        goal: "Find a key in the JavaScript that the page loads.",
        by_hand: &[
            "Open the developer tools, tab <b>Sources</b>, and press <b>Ctrl+Shift+F</b> (on a Mac <b>⌘⌥F</b>).",
            "Search all files for <code>sk-ant-</code>.",
        ],
        hints: [
            "Variables such as <code>VITE_…</code> and <code>NEXT_PUBLIC_…</code> are not secret: the build copies their values into the script.",
            "It is in <code>chat.js</code>.",
        ],
        asks_for: "The key in the script",
        proof: Proof::Key(Hiding::Script),
        stopped_by: "The page asks its own server and holds nothing. Whatever goes into the bundle may not read the environment, either: <code>tests/leak/bundle.rs</code> searches the bundle for a key that was there while it was built.",
        lives_in: place!(
            "frontend/src/api/chat.rs",
            "let reply = fetch::post(paths::CHAT, json, header, abort).await?;"
        ),
        fix: &fixes::SCRIPT,
    },
    Attack {
        name: "wasm",
        title: "Search the WebAssembly",
        goal: "Find the key in the compiled program.",
        by_hand: &[
            "Open the developer tools, tab <b>Console</b>.",
            "Read the program as text: <code>new TextDecoder('latin1').decode(await (await fetch('/lab-unsafe_bg.wasm')).arrayBuffer()).match(/sk-ant-lab-\\w{37}/)</code>",
        ],
        hints: [
            "Compiling is not hiding: a constant stands in the file byte by byte.",
            "Strings stand in the section called <i>data</i>, one right after the other; the lab's keys have 48 characters.",
        ],
        asks_for: "The key in the program",
        proof: Proof::Key(Hiding::Program),
        stopped_by: "The key is a value of the server's. The page's crate, <code>frontend</code>, depends on nothing that could hold one: it has no way to name the type.",
        lives_in: place!("secret/src/lib.rs", "pub struct Secret(Zeroizing<String>);"),
        fix: &fixes::WASM,
    },
    Attack {
        name: "map",
        title: "Read the source map",
        goal: "Find a key that the build had already removed from the script.",
        by_hand: &[
            "The last line of <code>/chat.js</code> names its source map. Open that address.",
            "Read <code>sourcesContent</code>: the source as it was written, comments and dead code included.",
        ],
        hints: [
            "A bundler drops code that is never reached. The map keeps the file that it was in.",
            "Search <code>/chat.js.map</code> for <code>sk-ant-</code>.",
        ],
        asks_for: "The key in the map",
        proof: Proof::Key(Hiding::SourceMap),
        stopped_by: "No source map is built, and the server has no content type for one: such a file would stop the build.",
        lives_in: place!("backend/src/assets/content_type.rs", "_ => return None,"),
        fix: &fixes::MAP,
    },
    Attack {
        name: "storage",
        title: "Empty the storage",
        goal: "Take the key that the visitor typed in, with a script that got into the page.",
        by_hand: &[
            "Open the developer tools, tab <b>Application</b>, and look through <b>Local storage</b>.",
            "A script that got in, by an answer rendered as HTML for example, reads the same: <code>Object.entries(localStorage)</code>",
        ],
        hints: [
            "“Bring your own key” pages keep it where every script of their origin can read it.",
            "The entry is called <code>claude-api-key</code>.",
        ],
        asks_for: "The visitor's key",
        proof: Proof::Key(Hiding::Storage),
        stopped_by: "Visitors have no key to type. What proves them is a cookie that scripts cannot read (<code>HttpOnly</code>) and that ends after a week.",
        lives_in: place!(
            "backend/src/handlers/session.rs",
            r#""{COOKIE_NAME}={}; Path=/; Max-Age={age}; Secure; HttpOnly; SameSite=Strict","#
        ),
        fix: &fixes::STORAGE,
    },
    Attack {
        name: "hook",
        title: "Listen in, as an extension does",
        goal: "Put your own <code>fetch</code> in the place of the browser's, and carry away what passes through.",
        by_hand: &[
            "In the console of the unsafe page: <code>const real = fetch; fetch = (url, options) =&gt; { console.log([...new Headers(options?.headers)]); return real(url, options) }</code>",
            "Ask something, and read the console.",
        ],
        hints: [
            "Extensions and third-party scripts run in the page, often before it; a service worker listens beneath it, and stays.",
            "Look for <code>x-api-key</code> among what was logged.",
        ],
        asks_for: "The key that passed",
        proof: Proof::Key(Hiding::Program),
        stopped_by: "There is no key to hear. The policy also lets no script of others run, as a worker neither, and no request go to another origin; an extension is above any policy, and then hears a conversation and no key.",
        lives_in: place!(
            "backend/src/layers/security_headers.rs",
            r#"const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \"#
        ),
        fix: &fixes::HOOK,
    },
    Attack {
        name: "disguise",
        title: "See through a disguise",
        goal: "Get the key that is encoded in base64, cut up and mixed, or fetched at the start.",
        by_hand: &[
            "Search <code>/chat.js</code> for <code>sk-ant-</code>: you will not find this one.",
            "Set the hook of the attack before, then call <code>disguises.base64()</code>, <code>disguises.pieces()</code> or <code>disguises.fetched()</code>.",
        ],
        hints: [
            "However it is hidden, the page has to unhide it before it sends it.",
            "The same hook hears all three.",
        ],
        asks_for: "The key in disguise",
        proof: Proof::Key(Hiding::Disguise),
        stopped_by: "Nothing is disguised, since nothing is there: a key is never sent to the page in any form. A person who has to tell two keys apart sees a fingerprint.",
        lives_in: place!("secret/src/lib.rs", "pub fn fingerprint(&self) -> String {"),
        fix: &fixes::DISGUISE,
    },
    Attack {
        name: "proxy",
        title: "Abuse the proxy itself",
        goal: "Leave the key where it is, and make the proxy's owner pay for a model that the page never asks.",
        by_hand: &[
            "In the console of the unsafe page: <code>await fetch('/proxy', { method: 'POST', credentials: 'omit', body: JSON.stringify({ model: 'claude-opus-5-5', max_tokens: 4000, messages: [{ role: 'user', content: 'Write a long story' }] }) })</code>",
            "Read the answer's header <code>request-id</code>: <code>$_.headers.get('request-id')</code>",
        ],
        hints: [
            "A proxy without limits is a key with extra steps: it needs no cookie, takes any model and any size.",
            "Ask for <code>claude-opus-5-5</code>, and copy the <code>request-id</code>, which begins with <code>req_</code>.",
        ],
        asks_for: "The request-id of an answer that the page never asked for",
        proof: Proof::DearAnswer,
        stopped_by: "Every request needs a session of our own origin, a model and a size that the policy allows, a place under the limits and money in the budget, before a byte goes out: without an <code>Admission</code>, which <code>backend/src/admission/mod.rs</code> alone can make, the one way out cannot be called. Pages of other origins are refused at the door (<code>backend/src/layers/origin_gate.rs</code>).",
        lives_in: place!(
            "backend/src/upstream/mod.rs",
            "pub async fn open(\n        &self,\n        _admission: &Admission,\n        key: &KeyLease,\n        turn: &Turn<Judged>,\n    ) -> Result<Answer, Error> {"
        ),
        fix: &fixes::PROXY,
    },
    Attack {
        name: "echo",
        title: "Make the server say it",
        goal: "Make the server fail so that its error tells you the key.",
        by_hand: &[
            "In the console of the unsafe page: <code>await (await fetch('/proxy', { method: 'POST', body: JSON.stringify({ model: 'no-such-model', max_tokens: 1, messages: [{ role: 'user', content: 'Hi' }] }) })).text()</code>",
            "Read the error from one end to the other.",
        ],
        hints: [
            "Many HTTP clients put the failed request into their error, its headers included.",
            "It is under <code>config.headers</code>.",
        ],
        asks_for: "The key in the error",
        proof: Proof::Key(Hiding::Proxy),
        stopped_by: "An error is made of a table of our own words; an upstream's text never reaches the page, and what is logged is redacted.",
        lives_in: place!(
            "backend/src/error.rs",
            "Self::Upstream(refusal) => ApiError {\n                retry_after_ms: refusal.retry_after_ms,\n                ..refusal.kind.into()\n            },"
        ),
        fix: &fixes::ECHO,
    },
    Attack {
        name: "image",
        title: "Let an answer carry it away",
        goal: "Have the page itself send what a visitor said to a thief, by an image that Claude's answer names. No key is needed for that.",
        by_hand: &[
            "This is what a visitor asks: to have a letter summed up. One line of the letter is meant for the model. <pre data-letter tabindex=\"0\" role=\"group\" aria-label=\"The letter\"></pre> <button type=\"button\" class=\"quiet\" data-testid=\"copy-letter\">Copy</button>",
            "Paste it into the unsafe page's chat and press <b>Ask</b>. The answer shows a picture; loading it has told the thief.",
            "Open <a data-collected target=\"_blank\" rel=\"noopener\">what the thief received</a>, and copy the newest <code>receipt</code>.",
            "Now paste the same letter into <a href=\"/\" target=\"_blank\" rel=\"noopener\">Airlock's chat</a>: the same answer, a link in words in the picture's place, and nothing new at the thief's.",
        ],
        hints: [
            "A model cannot tell a visitor's words from those of a text that the visitor pasted. A page must not do what an answer says either: an image is loaded without a click.",
            "Receipts begin with <code>loot_</code>. If there is none, the page has drawn no image yet: ask once more.",
        ],
        asks_for: "The receipt of what was carried away",
        proof: Proof::Receipt,
        stopped_by: "Two things, each enough alone: the chat draws no image of an answer, only a link in words that says where it leads, and the policy lets a page load images of its own origin alone (<code>img-src 'self'</code>, in <code>backend/src/layers/security_headers.rs</code>).",
        lives_in: place!(
            "frontend/src/markdown/inline.rs",
            "self.link(&url, vec![Inline::Text(words)]);"
        ),
        fix: &fixes::IMAGE,
    },
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_attack_has_a_name_of_its_own_and_a_program() {
        let names: HashSet<_> = ATTACKS.iter().map(|attack| attack.name).collect();
        assert_eq!(names.len(), ATTACKS.len());
        let programs = include_str!("../page/attacks.js");
        for name in names {
            let program = format!("async {name}(");
            assert!(programs.contains(&program), "{name}");
        }
    }

    /// Where this fails, the code has changed that the lab teaches: put the new lines in their place, here and in `fixes.rs`.
    #[test]
    fn what_stops_an_attack_is_where_the_lab_says() {
        for attack in &ATTACKS {
            let Place { path, source, code } = attack.lives_in;
            assert!(source.contains(code), "{path} has no line: {code}");
        }
    }

    #[test]
    fn the_right_change_is_code_of_this_repository_and_the_wrong_ones_are_not() {
        let lines = |code: &'static str| code.lines().map(str::trim);
        for attack in &ATTACKS {
            let known: HashSet<_> = lines(attack.lives_in.source).collect();
            for (index, change) in attack.fix.changes.iter().enumerate() {
                let is_ours = lines(change.after).all(|line| known.contains(line));
                assert_eq!(
                    is_ours,
                    index == attack.fix.right,
                    "{}: {index}",
                    attack.name
                );
                let is_explained =
                    change.because.ends_with('.') && change.after != attack.fix.before;
                assert!(is_explained, "{}: {index}", attack.name);
            }
        }
    }
}
