//! What a first visit has to fetch, as the server sends it.

use std::fs;

use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH};
use tests::{Airlock, setting};

/// Programs, in KiB: less than a chat page of the usual libraries takes without a line of its own. `cargo xtask dist` holds the same.
const PROGRAM_MAX_KIB: f64 = 205.0;

/// Style sheets, in KiB.
const STYLE_MAX_KIB: f64 = 12.0;

/// wasm-bindgen's names and comments are a third of what its glue weighs; `bindgen/src/glue.rs` and trunk's minifier leave neither.
#[test]
fn the_glue_has_no_long_names_and_no_comments() {
    let page = fs::read_dir(setting("AIRLOCK_PAGE_DIST")).expect("the page's folder");
    let paths = page.map(|file| file.expect("a file").path());
    let mut scripts = paths.filter(|path| path.extension().is_some_and(|end| end == "js"));
    let glue = scripts.find(|path| !path.ends_with("boot.js"));
    let glue = fs::read_to_string(glue.expect("the glue")).expect("text");
    assert!(!glue.contains("__wbg_fetch"), "names have no hashes");
    assert!(!glue.contains("\n    "), "trunk's minifier understood it");
}

#[tokio::test]
async fn the_page_stays_within_its_weight() {
    let airlock = Airlock::start().await;
    let visitor = airlock.visitor().await;
    let (mut program, mut style) = (0.0, 0.0);
    for file in fs::read_dir(setting("AIRLOCK_PAGE_DIST")).expect("the page's folder") {
        let name = file.expect("a file").file_name();
        let name = name.to_string_lossy();
        let total = match name.rsplit('.').next() {
            Some("wasm" | "js") => &mut program,
            Some("css") => &mut style,
            _ => continue,
        };
        let request = visitor.get(&format!("/{name}"));
        let answer = request.header(ACCEPT_ENCODING, "br").send().await;
        let answer = answer.expect("answers");
        assert!(answer.status().is_success(), "{name} is served");
        assert_eq!(answer.headers()[CONTENT_ENCODING], "br", "{name}");
        let length = answer.headers()[CONTENT_LENGTH].to_str().expect("digits");
        let kib = length.parse::<f64>().expect("a number") / 1_024.0;
        println!("{kib:>7.1} KiB {name}");
        *total += kib;
    }
    println!(
        "programs {program:.1} of {PROGRAM_MAX_KIB} KiB, style sheets {style:.1} of {STYLE_MAX_KIB} KiB"
    );
    assert!(program > 0.0 && style > 0.0, "there is a page");
    assert!(program <= PROGRAM_MAX_KIB, "{program} KiB");
    assert!(style <= STYLE_MAX_KIB, "{style} KiB");
}
