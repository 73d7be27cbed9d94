//! Before anything leaves the tab: what it would take, what it could cost, and what stands in its way.

use shared::money::{NanoUsd, TokenCount, TokenUsage};
use stand_in::Script;
use tests::{Scene, Setup, on_stage};

fn scene_with_budget(budget: NanoUsd) -> Scene {
    Scene {
        airlock: Setup {
            budget,
            ..Setup::default()
        },
        ..Scene::default()
    }
}

#[test]
fn a_draft_has_a_range_of_tokens_and_a_worst_case_that_follow_the_words_and_the_choices() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        page.write("How are you?").await;
        let strip = page.text("preflight").await;
        assert!(strip.contains('≈') && strip.contains("tokens"), "{strip}");
        let cheap = page.text("preflight-cost").await;
        assert!(cheap.starts_with("at most $"), "{cheap}");
        page.choose("model", "claude-opus-5-5").await;
        let is_dearer = format!(
            "document.querySelector('[data-testid=preflight-cost]').innerText !== {cheap:?}"
        );
        page.until("the price follows the model", &is_dearer).await;
        page.write("").await;
        page.until(
            "an empty draft has no price",
            "!document.querySelector('[data-testid=preflight-cost]')",
        )
        .await;
        assert_eq!(stage.airlock.stand_in.requests().len(), 0);
    });
}

#[test]
fn nothing_but_whitespace_is_not_sent() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        assert!(!page.may_send().await);
        page.write(" \n\t ").await;
        assert!(!page.may_send().await);
        page.press(thirtyfour::Key::Enter).await;
        assert_eq!(page.count("message-user").await, 0);
        assert_eq!(
            page.count("finding").await,
            0,
            "nobody is blamed for an empty field"
        );
        page.write("Words").await;
        page.until(
            "words can be sent",
            "!document.querySelector('[data-testid=send]').disabled",
        )
        .await;
        assert_eq!(stage.airlock.stand_in.requests().len(), 0);
    });
}

#[test]
fn a_request_whose_worst_case_passes_the_budget_is_blocked_until_it_fits() {
    // Holds 4,096 tokens of Haiku's answer, and not those of Opus.
    let scene = scene_with_budget(NanoUsd(5_000_000));
    on_stage(scene, async |stage| {
        let page = &stage.page;
        page.write("Hello").await;
        page.until(
            "it fits",
            "!document.querySelector('[data-testid=send]').disabled",
        )
        .await;
        page.choose("model", "claude-opus-5-5").await;
        page.until(
            "it is blocked",
            "document.querySelector('[data-testid=send]').disabled",
        )
        .await;
        let finding = page.text("finding").await;
        assert!(
            finding.contains("Blocked") && finding.contains("left today"),
            "{finding}"
        );
        page.press(thirtyfour::Key::Enter).await;
        assert_eq!(page.count("message-user").await, 0);
        page.choose("model", "claude-haiku-5-5").await;
        page.click("send").await;
        assert_eq!(page.answered(1).await, "done");
        assert_eq!(stage.airlock.stand_in.requests().len(), 1);
    });
}

#[test]
fn a_request_that_is_too_long_is_blocked_by_name() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        page.write(&"word ".repeat(110_000)).await;
        page.until(
            "it is blocked",
            "document.querySelector('[data-testid=finding][data-severity=block]')",
        )
        .await;
        assert!(!page.may_send().await);
        assert_eq!(stage.airlock.stand_in.requests().len(), 0);
    });
}

#[test]
fn the_budget_shrinks_by_what_an_answer_cost() {
    let scene = scene_with_budget(NanoUsd::from_usd(1));
    on_stage(scene, async |stage| {
        let page = &stage.page;
        assert!(page.text("budget").await.starts_with("$1.00 of $1.00"));
        // 15,000 tokens of an Opus answer are 30 cents; the question takes a little more.
        let usage = TokenUsage {
            input: TokenCount(50),
            output: TokenCount(15_000),
            ..TokenUsage::default()
        };
        let answer = Script::text(["Long."]).usage(usage);
        stage.airlock.stand_in.reply_with(answer);
        page.choose("model", "claude-opus-5-5").await;
        page.choose("output-cap", "16384").await;
        page.ask("Hello").await;
        page.answered(1).await;
        page.until(
            "the strip shows what is left",
            "document.querySelector('[data-testid=budget]').innerText.startsWith('$0.69 of $1.00')",
        )
        .await;
        let value: f64 = page
            .eval("document.querySelector('[data-testid=budget] meter').value")
            .await;
        assert!((690_000_000.0..700_000_000.0).contains(&value), "{value}");
        assert!(page.text("spent").await.contains("15,000 out"));
    });
}
