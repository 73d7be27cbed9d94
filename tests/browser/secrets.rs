//! A key in what one writes: it is underlined and blocks Send, however it is disguised, and one press cuts it out and sends the rest.

use tests::browser::Screen;
use tests::{Dice, Scene, Stage, on_stage};

/// What keys of Anthropic's begin with, in parts, so that no file holds what looks like a whole one.
const PREFIX: [&str; 3] = ["sk-", "ant-", "api03-"];

/// What the body of a key is made of.
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Characters of the body that may not be seen together anywhere: fewer than anybody could use, more than words have by chance.
const TELLTALE: usize = 8;

/// The body of a key that opens nothing.
fn body() -> String {
    let mut dice = Dice::new(7);
    let letters = (0..93).map(|_| char::from(dice.one_of(LETTERS)));
    letters.chain("AA".chars()).collect()
}

/// The key as it is.
pub(crate) fn key() -> String {
    format!("{}{}", PREFIX.concat(), body())
}

/// With a space of no width in its middle, as some chat programs put one in.
fn split_by_nothing() -> String {
    let key = key();
    let (front, back) = key.split_at(40);
    format!("{front}\u{200b}{back}")
}

/// As it stands in an address.
fn percent_encoded() -> String {
    format!("https://internal/?key={}&more", key().replace('-', "%2D"))
}

/// As it stands in a JSON document that escapes what it need not.
fn in_json() -> String {
    format!("{{\"apiKey\":\"{}\"}}", key().replace('-', "\\u002d"))
}

/// What of the text is underlined.
async fn underlined(stage: &Stage) -> String {
    let found = "[...document.querySelectorAll('[data-found=block]')].map(found => found.textContent).join()";
    stage.page.until("it is underlined", found).await;
    stage.page.eval(found).await
}

/// Whether a part of the key can be read in `text`.
fn tells(text: &str) -> bool {
    let body = body();
    let windows = body.as_bytes().windows(TELLTALE);
    windows
        .map(|window| str::from_utf8(window).expect("letters"))
        .any(|window| text.contains(window))
}

async fn is_blocked_then_redacted(stage: &Stage, disguised: &str) {
    let page = &stage.page;
    page.write(&format!(
        "Why is this refused?\n\n{disguised}\n\nIt worked yesterday."
    ))
    .await;
    assert!(tells(&underlined(stage).await));
    let finding = page.text("finding").await;
    assert!(finding.starts_with("Blocked:"), "{finding}");
    assert!(!tells(&finding), "a finding does not repeat the key");
    assert!(!page.may_send().await);
    let counts = "!document.querySelector('[data-testid=count]').disabled";
    assert!(
        !page.eval::<bool>(counts).await,
        "nor does it leave the tab to be counted"
    );
    page.press(thirtyfour::Key::Enter).await;
    assert_eq!(page.count("message-user").await, 0);
    assert_eq!(stage.airlock.stand_in.requests().len(), 0);

    page.click("redact-and-send").await;
    assert_eq!(page.answered(1).await, "done");
    let sent = stage.airlock.stand_in.last_request().expect("a request");
    let sent = sent.json().to_string();
    assert!(!tells(&sent), "{sent}");
    assert!(sent.contains("redacted"), "{sent}");
    assert!(sent.contains("Why is this refused?") && sent.contains("It worked yesterday."));
    let question = page.text("message-user").await;
    assert!(!tells(&question), "what was sent is what is shown");
}

#[test]
fn a_pasted_key_is_underlined_blocks_and_is_cut_out_on_request() {
    on_stage(Scene::default(), async |stage| {
        is_blocked_then_redacted(stage, &key()).await;
    });
}

#[test]
fn a_key_split_by_a_space_of_no_width_is_found() {
    on_stage(Scene::default(), async |stage| {
        is_blocked_then_redacted(stage, &split_by_nothing()).await;
    });
}

#[test]
fn a_percent_encoded_key_is_found() {
    on_stage(Scene::default(), async |stage| {
        is_blocked_then_redacted(stage, &percent_encoded()).await;
    });
}

#[test]
fn a_key_in_escaped_json_is_found() {
    on_stage(Scene::default(), async |stage| {
        is_blocked_then_redacted(stage, &in_json()).await;
    });
}

#[test]
fn every_key_in_a_message_is_cut_out_at_once() {
    on_stage(Scene::default(), async |stage| {
        let all = [key(), in_json(), "and".to_owned(), split_by_nothing()].join("\n");
        is_blocked_then_redacted(stage, &all).await;
    });
}

#[test]
fn a_key_is_cut_out_without_sending_and_comes_back_when_that_is_undone() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        let draft = format!("What is {} good for?", key());
        page.write(&draft).await;
        page.click("fix").await;
        page.until(
            "it may go",
            "!document.querySelector('[data-testid=send]').disabled",
        )
        .await;
        let field = "document.querySelector('[data-testid=composer]').value";
        let redacted: String = page.eval(field).await;
        assert!(
            !tells(&redacted) && redacted.contains("redacted"),
            "{redacted}"
        );
        assert_eq!(page.count("finding").await, 0);
        let focused = "document.activeElement?.dataset.testid ?? ''";
        assert_eq!(page.eval::<String>(focused).await, "composer");

        page.click("undo").await;
        page.until("it is as it was", &format!("{field} === {draft:?}"))
            .await;
        underlined(stage).await;
        assert!(!page.may_send().await);
        assert_eq!(page.count("undo").await, 0);
        assert_eq!(stage.airlock.stand_in.requests().len(), 0);
    });
}

#[test]
fn the_example_with_a_key_shows_how_one_is_cut_out() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        page.click_nth("example", 2).await;
        underlined(stage).await;
        page.click("redact-and-send").await;
        assert_eq!(page.answered(1).await, "done");
        let sent = stage.airlock.stand_in.last_request().expect("a request");
        assert!(sent.json().to_string().contains("redacted"));
    });
}

/// The layer that underlines has the same lines as the text above it, on every screen, also where the text is scrolled.
const STANDS_APART: &str = "(() => {
    const field = document.querySelector('#composer');
    const mirror = document.querySelector('#mirror');
    field.scrollTop = 1_000_000;
    field.dispatchEvent(new Event('scroll'));
    const [text, lines] = [getComputedStyle(field), getComputedStyle(mirror)];
    const differs = ['font', 'letterSpacing', 'wordSpacing', 'tabSize', 'textIndent', 'paddingLeft', 'paddingTop', 'direction']
        .filter(property => text[property] !== lines[property]);
    const [above, below] = [field.getBoundingClientRect(), mirror.getBoundingClientRect()];
    if (Math.abs(above.left - below.left) > 0.5 || Math.abs(above.width - below.width) > 0.5) differs.push('place');
    if (mirror.clientWidth !== field.clientWidth) differs.push(`width ${mirror.clientWidth} ${field.clientWidth}`);
    if (mirror.scrollHeight !== field.scrollHeight) differs.push(`height ${mirror.scrollHeight} ${field.scrollHeight}`);
    if (Math.abs(below.top - (above.top - field.scrollTop)) > 0.5) differs.push('scroll');
    if (field.scrollTop === 0) differs.push('it does not scroll');
    return differs;
})()";

#[test]
fn lines_below_a_key_stand_where_the_key_stands_on_every_screen() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        let words = "Words that wrap where they have to, and averyveryveryverylongwordwithoutanyspaceinitatall.\n\tA tab.\n";
        page.write(&format!(
            "{}{}\n{}",
            words.repeat(8),
            key(),
            words.repeat(4)
        ))
        .await;
        underlined(stage).await;
        for screen in Screen::ALL {
            page.browser().use_screen(screen).await;
            let differs: Vec<String> = page.eval(STANDS_APART).await;
            assert_eq!(differs, Vec::<String>::new(), "{screen:?}");
        }
    });
}
