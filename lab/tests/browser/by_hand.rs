//! What the lab tells people to type works as it stands there, and what it shows is the answer.

use serde_json::json;
use tests::browser::Page;
use tests::{Stage, on_stage};

use super::{open_lab, scene};

/// What a key and what a request id look like, as JavaScript has it.
const ANSWER: &str = "/sk-ant-lab-\\w{37}|req_\\w+/";

/// The pieces of code in the steps of an attack, as a person would copy them.
async fn steps(page: &Page, attack: &str) -> Vec<String> {
    page.eval(&format!(
        "[...document.querySelectorAll('[data-attack={attack}] ol code')].map((code) => code.textContent)"
    ))
    .await
}

async fn open_unsafe_page(page: &Page) {
    let link = "document.querySelector('[data-testid=unsafe-page]').href";
    let address: String = page.eval(link).await;
    page.goto(&address).await;
    page.until("the program is there", "globalThis.wasmBindings")
        .await;
}

/// Puts `answer` into the box of an attack and has it judged.
async fn is_the_answer(stage: &Stage, attack: &str, answer: &str) {
    let page = open_lab(stage).await;
    page.fill(&format!("answer-{attack}"), answer).await;
    page.click(&format!("check-{attack}")).await;
    page.until(
        format!("{answer} is the answer to {attack}"),
        &format!("document.querySelector('[data-testid=verdict-{attack}]').textContent.startsWith('Right')"),
    )
    .await;
}

#[test]
fn what_is_to_be_typed_into_the_console_gives_the_answer() {
    on_stage(scene(), async |stage| {
        for attack in ["wasm", "storage", "proxy", "echo"] {
            let page = open_lab(stage).await;
            let steps = steps(page, attack).await;
            open_unsafe_page(page).await;
            // The console calls the last value `$_`.
            let typed = steps.iter().fold(String::new(), |typed, step| {
                if step.len() > 20 {
                    format!("{typed} $_ = ({step});")
                } else {
                    typed
                }
            });
            let answer: String = page
                .eval(&format!(
                    "(async () => {{ let $_; {typed} return (typeof $_ === 'string' ? $_ : JSON.stringify($_)).match({ANSWER})[0] }})()"
                ))
                .await;
            is_the_answer(stage, attack, &answer).await;
        }
    });
}

#[test]
fn the_hook_that_is_to_be_typed_hears_a_question_and_each_disguise() {
    on_stage(scene(), async |stage| {
        let page = open_lab(stage).await;
        let hook = steps(page, "hook").await.remove(0);
        let disguises: Vec<_> = steps(page, "disguise").await.split_off(2);
        assert_eq!(disguises.len(), 3, "{disguises:?}");
        let ask = "document.querySelector('#chat').requestSubmit()".to_owned();
        let listen = json!(format!(
            "globalThis.said = ''; console.log = (it) => {{ said += JSON.stringify(it) }}; {hook}"
        ));
        for act in disguises.into_iter().chain([ask]) {
            let page = open_lab(stage).await;
            open_unsafe_page(page).await;
            page.eval::<bool>(&format!("((0, eval)({listen}), void ({act}), true)"))
                .await;
            page.until(
                format!("a key was heard: {act}"),
                &format!("said.match({ANSWER})"),
            )
            .await;
            let answer: String = page.eval(&format!("said.match({ANSWER})[0]")).await;
            let attack = if act.starts_with("disguises") {
                "disguise"
            } else {
                "hook"
            };
            is_the_answer(stage, attack, &answer).await;
        }
    });
}
