//! A press of Send is paid for once: a reload or a lost connection does not make it two.

use serde_json::Value;
use shared::error::ErrorKind;
use stand_in::Script;
use tests::browser::Tolerated;
use tests::{Scene, on_stage};

use crate::second_attempts::send_keys;

/// What a tab would hold that was closed before it heard whether its question arrived: the same name, and no word of an answer.
const FORGET_THE_ANSWER: &str = "(name => {
    const chat = JSON.parse(localStorage[name]);
    const answer = chat.messages.at(-1);
    Object.assign(answer, { text: '', status: 'streaming', send_key: KEY });
    for (const known of ['usage', 'request_id', 'stop_reason']) delete answer[known];
    localStorage[name] = JSON.stringify(chat);
})(Object.keys(localStorage).find(name => name.startsWith('airlock.chat.')))";

#[test]
fn what_was_paid_for_before_a_reload_is_not_paid_for_again_without_a_word() {
    let scene = Scene {
        tolerated: Tolerated {
            statuses: vec![ErrorKind::DuplicateRequest.status()],
            ..Tolerated::default()
        },
        ..Scene::default()
    };
    on_stage(scene, async |stage| {
        let (page, stand_in) = (&stage.page, &stage.airlock.stand_in);
        stand_in.reply_with(Script::text(["Paid for."]));
        page.ask("Hello").await;
        assert_eq!(page.answered(1).await, "done");
        page.browser().settle().await;
        let key = format!("{:?}", send_keys(stage)[0]);
        // Leaving keeps what is on the screen, so this page must not leave from the chat.
        page.click("new-chat").await;
        page.eval::<Value>(&FORGET_THE_ANSWER.replace("KEY", &key))
            .await;
        page.reload().await;
        let open = "document.querySelector('[data-testid=history-item] .open').click()";
        page.eval::<Value>(open).await;
        assert_eq!(page.answered(1).await, "interrupted");

        page.click("regenerate").await;
        let notice = page.text("notice").await;
        assert!(
            notice.contains(ErrorKind::DuplicateRequest.title()),
            "{notice}"
        );
        assert_eq!(page.count("error-card").await, 0, "it is no failure");
        assert_eq!(stand_in.requests().len(), 1);

        stand_in.reply_with(Script::text(["Paid for once more."]));
        page.click("regenerate").await;
        page.last_answer_is("Paid for once more.").await;
        assert_eq!(stand_in.requests().len(), 2);
    });
}

#[test]
fn a_question_whose_connection_was_lost_keeps_its_name() {
    let scene = Scene {
        tolerated: Tolerated {
            broken_connections: true,
            ..Tolerated::default()
        },
        ..Scene::default()
    };
    on_stage(scene, async |stage| {
        let page = &stage.page;
        let conditions = |offline: bool| serde_json::json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
        let emulate = "Network.emulateNetworkConditions";
        page.browser().tell(emulate, conditions(true)).await;
        page.ask("Hello").await;
        assert_eq!(page.answered(1).await, "error");
        page.browser().tell(emulate, conditions(false)).await;
        page.reload().await;
        page.click("regenerate").await;
        page.until(
            "the answer is whole",
            "document.querySelector('[data-testid=message-assistant]')?.dataset.state === 'done'",
        )
        .await;
        page.browser().settle().await;
        let keys = send_keys(stage);
        assert_eq!(keys.len(), 2);
        assert_eq!(keys[0], keys[1]);
    });
}
