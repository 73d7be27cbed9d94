//! A network may cut an answer anywhere; a letter of several bytes is a letter all the same.

use stand_in::Script;
use tests::{Scene, on_stage};

/// Letters of two, three and four bytes, and one that is made of several.
const TEXT: &str = "北京🙂 é ß ≈ 👩‍🚀 end";

/// FM-25: an answer that arrives byte by byte is shown letter for letter.
#[test]
fn letters_cut_by_the_network_are_whole_on_the_screen() {
    let scene = Scene {
        is_sliced: true,
        ..Scene::default()
    };
    on_stage(scene, async |stage| {
        let pieces = TEXT.chars().map(String::from);
        stage.airlock.stand_in.reply_with(Script::text(pieces));
        let page = &stage.page;
        page.ask("北京🙂?").await;
        assert_eq!(page.answered(1).await, "done");
        assert_eq!(page.last_answer().await, TEXT);
        let sent = stage.airlock.stand_in.last_request().expect("a request");
        assert_eq!(sent.json()["messages"][0]["content"], "北京🙂?");
        assert!(!page.text("log").await.contains('\u{FFFD}'));
    });
}
