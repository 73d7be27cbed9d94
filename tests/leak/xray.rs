//! How requests went, as the server shows it to whoever made them: nothing of the key, of what was said, or of who asked from where.

use reqwest::StatusCode;
use shared::api::paths;
use stand_in::Script;
use tests::{Dice, Visitor, key_shaped, question};

use crate::needle::{Needle, random_word};
use crate::scene::Scene;

/// What is shown of the request `id`, byte for byte.
async fn shown(visitor: &Visitor, id: &str) -> Vec<u8> {
    let path = paths::XRAY.replace("{request_id}", id);
    let answer = visitor.get(&path).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK);
    answer.bytes().await.expect("a body").into()
}

/// FM-40, FM-43: whether an answer ends well, breaks off or is refused, what is shown of its way holds no key, no word, no cookie and no
/// address.
#[tokio::test]
async fn what_is_shown_of_a_request_holds_nothing_that_was_secret_or_said() {
    let scene = Scene::open().await;
    let visitor = scene.visitor().await;
    let (asked, answered) = (random_word(), random_word());
    let mut ids = Vec::new();
    let quote = format!("invalid x-api-key: {} {asked}", scene.canary.key);
    for script in [
        Script::text([answered.as_str()]),
        Script::text([answered.as_str(), "b"]).error_after(4, "overloaded_error", quote.clone()),
    ] {
        scene.stand_in.reply_with(script);
        let mut reply = visitor.ask(&asked).await;
        ids.push(reply.header("x-request-id").to_owned());
        reply.all().await;
    }
    let refusal = Script::refuse(StatusCode::UNAUTHORIZED, "authentication_error", quote);
    scene.stand_in.reply_with(refusal);
    let mut unknown = question(&asked);
    unknown.model.clone_from(&asked);
    let pasted = key_shaped(&mut Dice::new(1));
    for refused in [question(&asked), unknown, question(&pasted)] {
        let problem = visitor.chat(&refused).await.problem();
        ids.push(problem.request_id.expect("an id").to_string());
    }

    let (_, cookie) = visitor.cookie().split_once('=').expect("a value");
    let pasted: String = pasted.chars().skip(20).take(60).collect();
    let words = [&asked, &answered, &pasted, cookie].map(Needle::new);
    for id in &ids {
        let bytes = shown(&visitor, id).await;
        scene.is_clean("what is shown of a request", &bytes);
        assert!(words.iter().all(|word| word.found_in(&bytes).is_none()));
        assert!(!String::from_utf8_lossy(&bytes).contains("127.0.0.1"));
        // The detector proves itself: the request's own id is there.
        let id = id.trim_start_matches("req_");
        assert_eq!(Needle::new(id).found_in(&bytes), Some("in clear"));
    }
}
