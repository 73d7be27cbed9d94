//! An answer that broke off is not lost: what arrived stays, and its rest can be asked for.

use serde_json::{Value, json};
use stand_in::Script;
use tests::browser::Tolerated;
use tests::{Scene, Stage, on_stage};

/// The roles and words of the stand-in's last request.
fn last_asked(stage: &Stage) -> Vec<(String, String)> {
    let request = stage.airlock.stand_in.last_request().expect("a request");
    let messages = request.json()["messages"].take();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let said = messages.as_array().expect("messages").iter();
    said.map(|message| (text(&message["role"]), text(&message["content"])))
        .collect()
}

/// Carries the answer on to its end, and checks that it then reads as one.
async fn is_carried_on(stage: &Stage) {
    let (page, stand_in) = (&stage.page, &stage.airlock.stand_in);
    stand_in.open_gates();
    stand_in.reply_with(Script::text(["words, ", "and the rest."]));
    page.click("carry-on").await;
    page.last_answer_is("The first words, and the rest.").await;
    assert_eq!(page.answered(1).await, "done");
    assert_eq!(page.count("message-user").await, 1);
    assert_eq!(page.count("error-card").await, 0);
    let asked = last_asked(stage);
    assert_eq!(asked[0], ("user".to_owned(), "Tell me".to_owned()));
    assert_eq!(asked[1], ("assistant".to_owned(), "The first".to_owned()));
    assert_eq!(asked[2].0, "user");
    assert!(asked[2].1.starts_with("Your answer broke off."));
    let seams: String = page
        .eval("document.querySelector('[data-testid=seams]').textContent")
        .await;
    assert!(
        seams.contains(&asked[2].1),
        "what was said is shown: {seams}"
    );

    stand_in.reply_with(Script::text(["Yes."]));
    page.ask("Is that all?").await;
    page.answered(2).await;
    assert_eq!(
        last_asked(stage)[1].1,
        "The first words, and the rest.",
        "from now on it is one answer"
    );
}

/// FM-27: an answer that is cut never looks whole, and what arrived is the beginning of what comes.
#[test]
fn an_answer_that_broke_off_is_carried_on_and_reads_as_one() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        let cut = Script::text(["The first ", "wor"]).close_after(5);
        stage.airlock.stand_in.reply_with(cut);
        page.ask("Tell me").await;
        assert_eq!(page.answered(1).await, "interrupted");
        is_carried_on(stage).await;
    });
}

#[test]
fn an_answer_that_a_reload_cut_off_is_carried_on() {
    on_stage(Scene::default(), async |stage| {
        let (page, stand_in) = (&stage.page, &stage.airlock.stand_in);
        stand_in.reply_with(Script::text(["The first wor", "ds that nobody saw"]));
        stand_in.step();
        page.ask("Tell me").await;
        stand_in.allow_events(3);
        page.last_answer_is("The first wor").await;
        page.reload().await;
        assert_eq!(page.answered(1).await, "interrupted");
        is_carried_on(stage).await;
    });
}

#[test]
fn an_answer_that_the_lost_network_cut_off_is_carried_on() {
    let scene = Scene {
        tolerated: Tolerated {
            broken_connections: true,
            ..Tolerated::default()
        },
        ..Scene::default()
    };
    on_stage(scene, async |stage| {
        let (page, stand_in) = (&stage.page, &stage.airlock.stand_in);
        stand_in.reply_with(Script::text(["The first wor", "ds that nobody saw"]));
        stand_in.step();
        page.ask("Tell me").await;
        stand_in.allow_events(3);
        page.last_answer_is("The first wor").await;
        is_online(stage, false).await;
        // The developer tools' lost network spares what is under way, the browser's own stop does not.
        page.eval::<Option<bool>>("window.stop()").await;
        assert_eq!(page.answered(1).await, "interrupted");

        // While it lasts, trying takes nothing away.
        page.click("carry-on").await;
        page.until(
            "it failed",
            "document.querySelector('[data-testid=error-card]')?.dataset.code === 'server_unreachable'",
        )
        .await;
        assert_eq!(page.last_answer().await, "The first wor");
        is_online(stage, true).await;
        is_carried_on(stage).await;
    });
}

async fn is_online(stage: &Stage, is_online: bool) {
    let conditions = json!({ "offline": !is_online, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 });
    stage
        .page
        .browser()
        .tell("Network.emulateNetworkConditions", conditions)
        .await;
}

#[test]
fn what_broke_off_can_also_be_asked_for_anew() {
    on_stage(Scene::default(), async |stage| {
        let (page, stand_in) = (&stage.page, &stage.airlock.stand_in);
        stand_in.reply_with(Script::text(["The first ", "wor"]).close_after(5));
        page.ask("Tell me").await;
        assert_eq!(page.answered(1).await, "interrupted");
        stand_in.reply_with(Script::text(["All of it."]));
        page.click("regenerate").await;
        page.last_answer_is("All of it.").await;
        assert_eq!(page.count("seams").await, 0);
        assert_eq!(last_asked(stage).len(), 1);
    });
}
