//! The files of the unsafe page, with the keys written into them as they are served.

use std::fmt::Write as _;

use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Shared;
use crate::attacks::{ATTACKS, Attack};
use crate::canary::{Hiding, LENGTH};
use crate::reply;

/// What trunk built, as the build script embeds it; empty in a build without pages.
static BUILT: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/page.rs"));

/// What stands where the program's key goes. It must be as long, since the program knows its length.
const PLACE_IN_PROGRAM: &[u8; LENGTH] = b"the-lab-writes-its-page-key-over-these-48-bytes!";
/// What stands where the page is told of its Claude.
const PLACE_OF_CLAUDE: &str = "http://claude.invalid";

/// What a server says that was built without the page.
const NOT_BUILT: &str = "This server was built without the lab's unsafe page. `cargo xtask demo` builds and runs both.\n";

/// The file with this name; the page itself has none.
pub(super) fn serve(shared: &Shared, name: &str) -> Option<Response> {
    let script = "text/javascript; charset=utf-8";
    Some(match name {
        "" => page(shared),
        "tab.js" => reply::file(script, include_str!("../../unsafe/tab.js")),
        "listener.js" => reply::file(script, include_str!("../../unsafe/listener.js")),
        "attacks.js" => reply::file(script, include_str!("../../page/attacks.js")),
        "careless.js" => reply::file(script, include_str!("../../page/careless.js")),
        "chat.js" => reply::file(script, chat(shared)),
        "chat.js.map" => reply::file("application/json", source_map(shared)),
        "settings.json" => reply::json(&serde_json::json!({
            "apiKey": shared.canaries.get(Hiding::Disguise),
        })),
        "unsafe.css" => {
            let contents = concat!(
                include_str!("../../../frontend/styles/tokens.css"),
                include_str!("../../../frontend/styles/base.css"),
                include_str!("../../../frontend/styles/parts.css"),
                include_str!("../../page/lab.css"),
            );
            reply::file("text/css; charset=utf-8", contents)
        }
        _ => program(shared, name)?,
    })
}

fn built(name: &str) -> Option<&'static [u8]> {
    let (_, bytes) = BUILT.iter().find(|(known, _)| *known == name)?;
    Some(bytes)
}

/// The page, told where its Claude is and which attacks there are.
fn page(shared: &Shared) -> Response {
    let Some(page) = built("index.html") else {
        return reply::file("text/plain; charset=utf-8", NOT_BUILT);
    };
    let mut items = String::from("<ol id=\"attacks\">");
    for (index, Attack { name, title, .. }) in ATTACKS.iter().enumerate() {
        let number = index + 1;
        // Writing to a string cannot fail.
        let _ = write!(
            items,
            "<li data-attack=\"{name}\"><button type=\"button\" class=\"quiet\">{number}. {title}</button><pre hidden tabindex=\"0\" role=\"group\" aria-label=\"What was seen\"></pre></li>"
        );
    }
    let page = String::from_utf8_lossy(page)
        .replace(PLACE_OF_CLAUDE, &format!("http://{}", shared.claude))
        .replace("<ol id=\"attacks\">", &items);
    reply::file("text/html; charset=utf-8", page)
}

/// The program and what loads it, as trunk named them. The key is written over its place, wherever the compiler has put it.
fn program(shared: &Shared, name: &str) -> Option<Response> {
    let content_type = match name.rsplit_once('.')?.1 {
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        _ => return None,
    };
    let mut bytes = built(name)?.to_vec();
    let key = shared.canaries.get(Hiding::Program).as_bytes();
    while let Some(start) = find(&bytes, PLACE_IN_PROGRAM) {
        bytes.splice(start..start + LENGTH, key.iter().copied());
    }
    Some(reply::file(content_type, bytes))
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes
        .windows(needle.len())
        .position(|window| window == needle)
}

/// The script as it is deployed: a key in the text, one that the visitor typed, and one in three disguises.
fn chat(shared: &Shared) -> String {
    let disguised = shared.canaries.get(Hiding::Disguise);
    let codes: Vec<String> = disguised
        .bytes()
        .map(|byte| (byte ^ DISGUISE).to_string())
        .collect();
    include_str!("../../unsafe/chat.js")
        .replace("KEY_IN_THE_TEXT", shared.canaries.get(Hiding::Script))
        .replace(
            "KEY_OF_THE_VISITOR",
            &reversed(shared.canaries.get(Hiding::Storage)),
        )
        .replace("KEY_IN_BASE64", &STANDARD.encode(disguised))
        .replace("KEY_IN_PIECES", &codes.join(","))
        .replace("DISGUISE", &DISGUISE.to_string())
}

/// What the key in pieces is mixed with: any byte does, since the script has to have it too.
const DISGUISE: u8 = 0x5a;

/// What the visitor typed is no part of the script: written backwards, a search for keys does not find it there.
fn reversed(key: &str) -> String {
    key.chars().rev().collect()
}

/// The source map that the build made: it holds the source, with the line that the build removed.
fn source_map(shared: &Shared) -> String {
    let source = include_str!("../../unsafe/chat.source.js").replace(
        "KEY_OF_THE_DEVELOPER",
        shared.canaries.get(Hiding::SourceMap),
    );
    serde_json::json!({
        "version": 3,
        "file": "chat.js",
        "sources": ["src/chat.js"],
        "sourcesContent": [source],
        "names": [],
        "mappings": "AAAA",
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page cannot be patched unless its source has the very placeholder.
    #[test]
    fn the_program_keeps_room_for_the_key() {
        let source = include_str!("../../unsafe/src/lib.rs");
        assert!(find(source.as_bytes(), PLACE_IN_PROGRAM).is_some());
    }
}
