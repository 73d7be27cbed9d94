//! The binary itself, as people start it: with a key and another upstream, and with nothing at all.

use std::path::Path;

use tests::Binary;
use tests::browser::{Browser, Page, Tolerated};

const PROGRAM: &str = env!("CARGO_BIN_EXE_airlock-under-test");

/// Opens the page of `airlock`, holds a conversation of so many turns, and gives what the strip says of the key.
async fn converse(airlock: &Binary, turns: usize) -> String {
    let page = Page::new(Browser::start().await, airlock.url());
    page.open().await;
    for turn in 1..=turns {
        page.ask("Hello").await;
        assert_eq!(page.answered(turn).await, "done");
        assert!(page.last_answer().await.len() > 20);
    }
    let strip = page.text("key-strip").await;
    let complaints = page.complaints(&Tolerated::default()).await;
    page.into_browser().quit().await;
    assert_eq!(complaints, Vec::<String>::new());
    strip
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_key_it_talks_to_the_upstream_that_the_environment_names() {
    let stand_in = Binary::start::<&str>(Path::new(PROGRAM), &["stand-in"], &[]);
    let upstream = format!("http://{}", stand_in.address);
    let variables = [
        ("ANTHROPIC_API_KEY", "a-key-for-the-stand-in"),
        ("ANTHROPIC_BASE_URL", &upstream),
    ];
    let airlock = Binary::start(Path::new(PROGRAM), &["serve"], &variables);
    let strip = converse(&airlock, 2).await;
    assert!(strip.contains(&stand_in.address.to_string()), "{strip}");
    assert!(!strip.contains("a-key-for"), "{strip}");
    airlock.end();
    stand_in.end();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_a_stand_in_answers_and_the_page_says_so() {
    let airlock = Binary::start::<&str>(Path::new(PROGRAM), &["serve"], &[]);
    let strip = converse(&airlock, 1).await;
    assert!(strip.contains("Stand-in"), "{strip}");
    airlock.end();
}
