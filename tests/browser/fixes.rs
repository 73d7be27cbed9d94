//! What the preflight offers: to ask otherwise, for less, or with fewer old turns, each in one press and each undone in one.

use serde_json::Value;
use shared::money::NanoUsd;
use shared::preflight::AUTO;
use stand_in::Script;
use tests::{Scene, Setup, Stage, on_stage};

const MAY_SEND: &str = "!document.querySelector('[data-testid=send]').disabled";
const MODEL: &str = "document.querySelector('[data-testid=model]').value";
const CAP: &str = "document.querySelector('[data-testid=output-cap]').value";

fn last_sent(stage: &Stage) -> Value {
    let sent = stage.airlock.stand_in.last_request();
    sent.expect("a request").json()
}

/// Has `turns` turns of some length behind it.
pub(crate) async fn talk(stage: &Stage, turns: usize) {
    for turn in 1..=turns {
        let answer = format!("Answer {turn}. {}", "It goes on for a while. ".repeat(40));
        stage.airlock.stand_in.reply_with(Script::text([answer]));
        stage.page.ask(&format!("Question {turn}?")).await;
        assert_eq!(stage.page.answered(turn).await, "done");
    }
}

#[test]
fn what_costs_too_much_is_asked_for_less_in_one_press_and_as_before_after_another() {
    // Holds 4,096 tokens of Haiku's answer, and not those of Opus.
    let scene = Scene {
        airlock: Setup {
            budget: NanoUsd(5_000_000),
            ..Setup::default()
        },
        ..Scene::default()
    };
    on_stage(scene, async |stage| {
        let page = &stage.page;
        page.choose("model", "claude-opus-5-5").await;
        page.write("Hello").await;
        let cap: String = page.eval(CAP).await;
        page.click("fix").await;
        page.until("it may go", MAY_SEND).await;
        page.click("undo").await;
        page.until("it is blocked again", &format!("!({MAY_SEND})"))
            .await;
        assert_eq!(page.eval::<String>(MODEL).await, "claude-opus-5-5");
        assert_eq!(page.eval::<String>(CAP).await, cap);
        page.click("fix").await;
        page.until("it may go", MAY_SEND).await;
        page.click("send").await;
        assert_eq!(page.answered(1).await, "done");
    });
}

#[test]
fn old_turns_can_be_left_out_are_marked_and_come_back() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        talk(stage, 6).await;
        page.write("And now?").await;
        let trim = page.text("trim").await;
        assert!(trim.contains("oldest") && trim.contains('$'), "{trim}");
        page.click("trim-apply").await;
        let marked = "document.querySelectorAll('[data-testid=message-left-out]').length";
        page.until("they are marked", &format!("{marked} > 0"))
            .await;
        let left_out: usize = page.eval(marked).await;
        page.click("undo").await;
        page.until("the marks are gone", &format!("{marked} === 0"))
            .await;

        page.click("trim-apply").await;
        page.until("they are marked", &format!("{marked} === {left_out}"))
            .await;
        page.click("send").await;
        assert_eq!(page.answered(7).await, "done");
        let messages = last_sent(stage)["messages"].as_array().map(Vec::len);
        assert_eq!(messages, Some(13 - left_out));

        // They stay left out, at the next visit too, until they are wanted again.
        page.reload().await;
        page.until("they are marked", &format!("{marked} === {left_out}"))
            .await;
        page.write("And then?").await;
        page.click("bring-back").await;
        page.until("the marks are gone", &format!("{marked} === 0"))
            .await;
        page.click("send").await;
        assert_eq!(page.answered(8).await, "done");
        let messages = last_sent(stage)["messages"].as_array().map(Vec::len);
        assert_eq!(messages, Some(15));
    });
}

#[test]
fn a_press_on_a_models_price_chooses_it() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        page.write("Hello").await;
        page.text("costs").await;
        let models: usize = page.count("cost").await;
        assert!(models > 1, "{models}");
        let pressed =
            "[...document.querySelectorAll('[data-testid=cost]')].map(cost => cost.ariaPressed)";
        let before: Vec<String> = page.eval(pressed).await;
        assert_eq!(before.iter().filter(|is| *is == "true").count(), 1);
        page.click_nth("cost", 1).await;
        page.until("it is chosen", &format!("{pressed}[1] === 'true'"))
            .await;
        let chosen: String = page.eval(MODEL).await;
        page.click("send").await;
        assert_eq!(page.answered(1).await, "done");
        assert_eq!(last_sent(stage)["model"], chosen);
    });
}

#[test]
fn the_preflight_chooses_a_model_where_it_is_asked_to_and_says_why() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        page.choose("model", AUTO).await;
        page.write("Hello").await;
        let route = page.text("route").await;
        assert!(route.contains("would probably cost $"), "{route}");
        let strip = page.text("preflight-route").await;
        let name = strip.strip_prefix("auto: ").expect("auto").to_owned();
        page.click("send").await;
        assert_eq!(page.answered(1).await, "done");
        let model = last_sent(stage)["model"].to_string();
        assert!(model.contains("claude-"), "{model}");
        let answer = page.text("message-assistant").await;
        assert!(answer.contains(&name), "{name} signs {answer}");
    });
}

#[test]
fn a_prompt_is_counted_exactly_until_it_changes() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        page.write("How many tokens are these words?").await;
        let tokens = page.text("preflight-tokens").await;
        assert!(
            tokens.starts_with('≈') && tokens.contains(" to "),
            "{tokens}"
        );
        page.click("count").await;
        let shown = "document.querySelector('[data-testid=preflight-tokens]').innerText";
        page.until(
            "it is counted",
            &format!("{shown}.endsWith('tokens, counted')"),
        )
        .await;
        let may_count = "!document.querySelector('[data-testid=count]').disabled";
        assert!(!page.eval::<bool>(may_count).await, "it is known already");
        page.write("How many tokens are these words, and these?")
            .await;
        page.until("it is a guess again", &format!("{shown}.startsWith('≈')"))
            .await;
        assert!(page.eval::<bool>(may_count).await);
    });
}

#[test]
fn an_answer_shows_what_was_estimated_beside_what_it_took() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        page.ask("How are you?").await;
        page.answered(1).await;
        let foreseen = page.text("foreseen").await;
        assert!(
            foreseen.starts_with("estimated")
                && foreseen.contains(" to ")
                && foreseen.contains('$'),
            "{foreseen}"
        );
        assert!(page.text("spent").await.contains(" in, "));
    });
}
