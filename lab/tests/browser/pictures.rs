//! The pictures of `docs/why-not-in-the-browser.md`, taken where they are true: `cargo xtask test browser --write` renews them.

use std::fs;
use std::path::Path;

use tests::browser::{Page, Theme};
use tests::{is_writing, on_stage};

use super::{ATTACKS, ask_for_a_picture, half, open_lab, run_on_the_unsafe_half, scene};

/// Bytes of a picture in the documents: whoever clones the repository carries all that there ever were.
const BYTES_MAX: u64 = 100_000;

/// Takes a picture of one element, and puts it into the documents where that is wished for.
async fn illustrate(page: &Page, selector: &str, name: &str) {
    page.browser().use_theme(Theme::Light).await;
    let picture = page.picture_of(selector, name).await;
    let bytes = fs::metadata(&picture).expect("a picture").len();
    assert!((1_000..BYTES_MAX).contains(&bytes), "{name}: {bytes} bytes");
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../docs/{name}.png"));
    if is_writing() {
        fs::copy(picture, document).expect("a picture in the documents");
    } else {
        assert!(document.is_file(), "{} is missing", document.display());
    }
}

#[test]
fn a_key_in_a_program_is_shown_byte_by_byte() {
    on_stage(scene(), async |stage| {
        let page = open_lab(stage).await;
        run_on_the_unsafe_half(page, "wasm").await;
        illustrate(page, "[data-attack=wasm]", "lab-program").await;
    });
}

#[test]
fn an_answer_is_shown_on_a_careless_page_and_in_the_chat() {
    on_stage(scene(), async |stage| {
        let page = open_lab(stage).await;
        let letter = "document.querySelector('[data-letter]').textContent";
        let letter: String = page.eval(letter).await;
        run_on_the_unsafe_half(page, "script").await;
        ask_for_a_picture(page, &letter).await;
        illustrate(page, "#answer", "lab-image-unsafe").await;
        page.open().await;
        page.ask(&letter).await;
        assert_eq!(page.answered(1).await, "done");
        illustrate(
            page,
            "[data-testid=message-assistant] .prose",
            "lab-image-airlock",
        )
        .await;
    });
}

#[test]
fn what_came_of_all_attacks_is_shown_in_a_table() {
    on_stage(scene(), async |stage| {
        let page = open_lab(stage).await;
        page.click("all").await;
        for attack in ATTACKS {
            let outcome = half(attack, "ours", ".outcome");
            page.until(
                format!("{attack} is held"),
                &format!("{outcome}.textContent === 'Held'"),
            )
            .await;
        }
        let link = "document.querySelector('[data-testid=run-unsafe-all]').href";
        let address: String = page.eval(link).await;
        page.goto(&address).await;
        page.until(
            "all attacks are over",
            "document.querySelectorAll('[data-state=done]').length === 10",
        )
        .await;
        let page = open_lab(stage).await;
        page.until(
            "all were stolen",
            "document.querySelectorAll('.matrix td[data-outcome=stolen]').length === 10",
        )
        .await;
        illustrate(page, ".matrix table", "lab-table").await;
    });
}
