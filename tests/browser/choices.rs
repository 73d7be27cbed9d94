//! What a person chooses reaches Claude, and is chosen still at the next visit.

use serde_json::{Value, json};
use tests::{Scene, Stage, on_stage};

async fn asked(stage: &Stage) -> Value {
    stage.page.ask("Hello").await;
    let count = stage.page.count("message-assistant").await;
    assert_eq!(stage.page.answered(count).await, "done");
    stage
        .airlock
        .stand_in
        .last_request()
        .expect("a request")
        .json()
}

#[test]
fn model_effort_and_output_cap_reach_claude() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        let first = asked(stage).await;
        assert_eq!(first["model"], "claude-haiku-5-5");
        assert_eq!(first["max_tokens"], 4_096);
        assert_eq!(first.get("output_config"), None);

        page.choose("model", "claude-opus-5-5").await;
        page.choose("effort", "low").await;
        page.choose("output-cap", "1024").await;
        let second = asked(stage).await;
        assert_eq!(second["model"], "claude-opus-5-5");
        assert_eq!(second["max_tokens"], 1_024);
        assert_eq!(second["output_config"], json!({ "effort": "low" }));

        page.reload().await;
        let third = asked(stage).await;
        assert_eq!(third["model"], "claude-opus-5-5");
        assert_eq!(third["max_tokens"], 1_024);
    });
}

#[test]
fn the_model_that_answered_signs_the_answer() {
    on_stage(Scene::default(), async |stage| {
        stage.page.choose("model", "claude-sonnet-5-5").await;
        asked(stage).await;
        let answer = stage.page.text("message-assistant").await;
        assert!(answer.contains("Claude Sonnet 5.5"), "{answer}");
    });
}

#[test]
fn the_theme_goes_round_and_is_kept() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        let theme = "document.documentElement.dataset.theme ?? 'system'";
        for expected in ["light", "dark"] {
            page.click("theme").await;
            page.until(expected, &format!("({theme}) === '{expected}'"))
                .await;
        }
        page.reload().await;
        assert_eq!(page.eval::<String>(theme).await, "dark");
        page.click("theme").await;
        page.until("system", &format!("({theme}) === 'system'"))
            .await;
    });
}
