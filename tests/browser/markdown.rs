//! What Claude writes is drawn, never run: Markdown becomes elements, everything else stays text.

use serde_json::{Value, json};
use stand_in::Script;
use tests::{Scene, Stage, on_stage};

async fn shown(stage: &Stage, markdown: &str) {
    // In pieces of a few characters, as it comes in life.
    let letters: Vec<char> = markdown.chars().collect();
    let pieces = letters.chunks(7).map(String::from_iter);
    stage.airlock.stand_in.reply_with(Script::text(pieces));
    stage.page.ask("Show me").await;
    assert_eq!(stage.page.answered(1).await, "done");
}

async fn count(stage: &Stage, selector: &str) -> usize {
    let prose = format!("document.querySelectorAll('.prose {selector}').length");
    stage.page.eval(&prose).await
}

#[test]
fn tables_lists_and_headings_are_drawn() {
    on_stage(Scene::default(), async |stage| {
        let text = "# Doors\n\n| Door | State |\n|:--|--:|\n| inner | *shut* |\n| outer | `open` |\n\n1. one\n2. two\n\n> said";
        shown(stage, text).await;
        for (selector, expected) in [
            ("h3", 1),
            ("table th[scope=col]", 2),
            ("table tbody tr", 2),
            ("td em", 1),
            ("td code", 1),
            ("ol li", 2),
            ("blockquote", 1),
        ] {
            assert_eq!(count(stage, selector).await, expected, "{selector}");
        }
    });
}

#[test]
fn code_is_fenced_named_and_copied_as_it_is() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        page.browser()
            .tell(
                "Browser.grantPermissions",
                json!({ "permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"] }),
            )
            .await;
        let code = "fn main() {\n    println!(\"<b>&amp;</b>\");\n}";
        shown(stage, &format!("Here:\n\n```rust\n{code}\n```\n\nDone.")).await;
        assert_eq!(
            page.eval::<String>("document.querySelector('.prose figcaption span').textContent")
                .await,
            "rust"
        );
        assert_eq!(count(stage, "pre b").await, 0);
        page.click("copy-code").await;
        page.until("it is copied", &format!("(await_clipboard => await_clipboard)(navigator.clipboard.readText()).then(text => text.trim() === {})", json!(code))).await;
        page.click("copy").await;
        let whole = "navigator.clipboard.readText().then(text => text.includes('```rust') && text.includes('Done.'))";
        page.until("the message is copied", whole).await;
    });
}

#[test]
fn links_lead_to_the_web_and_say_where() {
    on_stage(Scene::default(), async |stage| {
        shown(
            stage,
            "[good](https://docs.example/x) [mail](mailto:a@b.example) <https://auto.example/>",
        )
        .await;
        let links: Value = stage
            .page
            .eval("[...document.querySelectorAll('.prose a')].map(a => [a.href, a.rel, a.target])")
            .await;
        let safe = |url: &str| json!([url, "noopener noreferrer", "_blank"]);
        assert_eq!(
            links,
            json!([
                safe("https://docs.example/x"),
                safe("mailto:a@b.example"),
                safe("https://auto.example/")
            ])
        );
        assert!(stage.page.last_answer().await.contains("docs.example"));
    });
}

#[test]
fn what_could_run_or_load_stays_text() {
    on_stage(Scene::default(), async |stage| {
        let text = [
            "[a](javascript:alert(1)) [b](JaVaScRiPt&colon;alert(1)) [c](data:text/html,x) [d](vbscript:x) [e](/api/session) [f](//evil.example)",
            "![picture](https://evil.example/?leak=1)",
            "![ref][r] <img src=x onerror=alert(1)> <script>alert(1)</script> <iframe src=https://evil.example></iframe>",
            "<svg onload=alert(1)> <a href=\"javascript:alert(1)\">x</a> <style>*{display:none}</style>",
            "[r]: https://evil.example/?ref=1",
        ];
        shown(stage, &text.join("\n\n")).await;
        let page = &stage.page;
        for selector in [
            "img", "script", "iframe", "svg", "style", "object", "embed", "form", "input",
        ] {
            assert_eq!(
                count(stage, &format!("p {selector}")).await,
                0,
                "{selector}"
            );
        }
        let hrefs: Vec<String> = page
            .eval("[...document.querySelectorAll('.prose a')].map(a => a.protocol)")
            .await;
        assert!(hrefs.iter().all(|scheme| scheme == "https:"), "{hrefs:?}");
        let words = page.last_answer().await;
        for literal in [
            "<img src=x onerror=alert(1)>",
            "<script>alert(1)</script>",
            "<svg onload=alert(1)>",
        ] {
            assert!(
                words.contains(literal),
                "{literal} is not shown as text in {words}"
            );
        }
        let handlers: usize = page
            .eval("[...document.querySelectorAll('.prose *')].filter(e => [...e.attributes].some(a => a.name.startsWith('on') || a.name === 'style')).length")
            .await;
        assert_eq!(handlers, 0);
    });
}
