//! What people write and what Claude answers: in no line of the log, however talkative it is.

use shared::api::paths;
use stand_in::Script;
use tests::{Dice, KEY_PREFIX, key_shaped, question};

use crate::needle::{Needle, random_word};
use crate::scene::Scene;

/// FM-43: no word of a question or an answer is logged, at TRACE either, whether the answer ends well, breaks off or is refused.
#[tokio::test]
async fn no_line_of_the_log_holds_a_word_of_a_conversation() {
    let scene = Scene::open().await;
    let visitor = scene.visitor().await;
    let (asked, answered) = (random_word(), random_word());
    scene.stand_in.reply_with(Script::text([answered.as_str()]));
    assert_eq!(visitor.ask(&asked).await.whole().await.0, answered);
    let broken = Script::text([answered.as_str(), "never"]).close_after(4);
    scene.stand_in.reply_with(broken);
    visitor.ask(&asked).await.broken_off().await;
    let mut refused = question(&asked);
    refused.model = "claude-nothing".to_owned();
    visitor.chat(&refused).await.problem();

    // The detector proves itself: a path is logged.
    let planted = random_word();
    let path = visitor.get(&format!("/{planted}")).send().await;
    assert_eq!(path.expect("answers").status().as_u16(), 404);

    let log = scene.airlock.end();
    assert_eq!(Needle::new(&planted).found_in(&log), Some("in clear"));
    assert!(
        String::from_utf8_lossy(&log).contains(paths::CHAT),
        "the conversation came to the log's door"
    );
    for (what, word) in [("the question", &asked), ("the answer", &answered)] {
        let found = Needle::new(word).found_in(&log);
        assert_eq!(found, None, "{what} is in the log");
    }
}

/// FM-40: a key that somebody pastes, into a message or into an address, is in no line of the log, and neither is any long part of it.
#[tokio::test]
async fn no_line_of_the_log_holds_a_key_that_somebody_pasted() {
    let scene = Scene::open().await;
    let visitor = scene.visitor().await;
    let keys = [0, 1].map(|seed| key_shaped(&mut Dice::new(seed)));
    let [pasted, in_address] = &keys;
    let problem = visitor.chat(&question(&format!("Use {pasted}."))).await;
    assert_eq!(problem.problem().findings.len(), 1);
    let answer = visitor.get(&format!("/{in_address}")).send().await;
    assert_eq!(answer.expect("answers").status().as_u16(), 404);

    let log = scene.airlock.end();
    let text = String::from_utf8_lossy(&log);
    assert!(
        text.contains(&format!("/{KEY_PREFIX}…[redacted]")),
        "the address came to the log and lost the key there"
    );
    for key in &keys {
        // The middle of it: letters and digits alone.
        let part: String = key.chars().skip(20).take(60).collect();
        assert_eq!(Needle::new(&part).found_in(&log), None);
    }
}
