//! Chats go into files and come back: whole, once, and never at the cost of what is here.

use serde_json::{Value, json};
use stand_in::Script;
use tests::{Scene, Stage, on_stage};
use thirtyfour::By;

/// Notes every file that the page hands out, beside letting it go its way.
const WATCH: &str = "(make => { window.handedOut = []; \
    URL.createObjectURL = blob => { window.handedOut.push(blob.text()); return make(blob) } })(URL.createObjectURL.bind(URL))";

async fn hold(stage: &Stage, question: &str, answer: &str) {
    stage.airlock.stand_in.reply_with(Script::text([answer]));
    stage.page.ask(question).await;
    assert_eq!(stage.page.answered(1).await, "done");
}

/// The last file that was handed out.
async fn handed_out(stage: &Stage) -> String {
    stage.page.until("a file", "window.handedOut.length").await;
    stage.page.eval("window.handedOut.at(-1)").await
}

/// Chooses a file with these contents for the import, and gives what the page says then.
async fn import(stage: &Stage, contents: &str) -> String {
    let page = &stage.page;
    let folder =
        std::env::temp_dir().join(format!("airlock-chats-{}", stage.airlock.address.port()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("chats.json");
    std::fs::write(&file, contents).expect("a file");
    let is_old = "document.querySelector('[data-testid=moved]')?.setAttribute('data-old', '')";
    page.eval::<Option<bool>>(is_old).await;
    let field = page.browser().driver().find(By::Testid("import")).await;
    let field = field.expect("a field for files");
    field
        .send_keys(file.to_string_lossy())
        .await
        .expect("it takes a file");
    let is_new = "document.querySelector('[data-testid=moved]:not([data-old])')";
    page.until("it says what came of it", is_new).await;
    let said = page.text("moved").await;
    std::fs::remove_dir_all(folder).expect("the folder goes");
    said
}

async fn titles(stage: &Stage) -> Vec<String> {
    let titles = "[...document.querySelectorAll('[data-testid=history-item] .title')].map(title => title.textContent)";
    stage.page.eval(titles).await
}

#[test]
fn all_chats_go_into_one_file_and_come_back_once() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        page.eval::<Value>(WATCH).await;
        hold(stage, "The older chat", "**Older.**").await;
        page.click("new-chat").await;
        page.until(
            "the new chat is empty",
            "document.querySelectorAll('[data-testid=message-user]').length === 0",
        )
        .await;
        hold(stage, "The newer chat", "Newer.").await;
        page.click("export-all").await;
        let file = handed_out(stage).await;
        let read: Value = serde_json::from_str(&file).expect("JSON");
        assert_eq!(read["format"], "airlock-chats");
        assert_eq!(read["version"], 1);
        assert_eq!(read["chats"].as_array().map(Vec::len), Some(2));
        assert!(page.text("moved").await.contains("airlock-chats-"));

        assert_eq!(
            import(stage, &file).await,
            "All chats of this file are here already."
        );
        page.click("delete").await;
        page.click("delete-yes").await;
        page.until(
            "one is left",
            "document.querySelectorAll('[data-testid=history-item]').length === 1",
        )
        .await;
        assert_eq!(
            import(stage, &file).await,
            "Imported 1 chat; 1 here already."
        );
        assert_eq!(titles(stage).await, ["The newer chat", "The older chat"]);
        page.reload().await;
        let open =
            "[...document.querySelectorAll('[data-testid=history-item] .open')].at(-1).click()";
        page.eval::<Value>(open).await;
        page.last_answer_is("Older.").await;
    });
}

#[test]
fn one_chat_goes_out_as_markdown() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        page.eval::<Value>(WATCH).await;
        hold(stage, "What is bold?", "**This** is.").await;
        page.click("export").await;
        page.click("export-markdown").await;
        let text = handed_out(stage).await;
        assert!(text.starts_with("# What is bold?\n"), "{text}");
        assert!(text.contains("\n## You\n\nWhat is bold?\n"), "{text}");
        assert!(
            text.contains("\n## Claude Haiku 5.5\n\n**This** is.\n"),
            "{text}"
        );
    });
}

#[test]
fn a_bad_file_changes_nothing_and_says_what_to_do() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        hold(stage, "Here to stay", "Yes.").await;
        // A draft that was sent is forgotten a moment later.
        let kept = "JSON.stringify(Object.entries(localStorage).filter(([name]) => name !== 'airlock.draft').sort())";
        let before: String = page.eval(kept).await;
        let newer = json!({ "format": "airlock-chats", "version": 9 }).to_string();
        let damaged =
            json!({ "format": "airlock-chats", "version": 1, "exported_at": 1, "chats": [7] });
        for (contents, words) in [
            ("not even JSON", "no file of chats"),
            (newer.as_str(), "version 9"),
            (damaged.to_string().as_str(), "damaged"),
        ] {
            let said = import(stage, contents).await;
            assert!(said.contains(words), "{contents}: {said}");
        }
        assert_eq!(page.eval::<String>(kept).await, before);
    });
}

#[test]
fn what_does_not_fit_on_the_device_is_not_imported_by_half() {
    on_stage(Scene::default(), async |stage| {
        let page = &stage.page;
        hold(stage, "Here to stay", "Yes.").await;
        let message = |id: u64, text: &str| json!({ "id": id, "role": "user", "text": text, "status": "done" });
        let chat = |id: u64, text: &str| {
            json!({
                "entry": { "id": id, "title": "big", "updated_at": id },
                "chat": { "id": id, "messages": [message(0, text)], "next": 1 },
            })
        };
        let big = |letter: &str| letter.repeat(3 * 1024 * 1024);
        let file = json!({
            "format": "airlock-chats", "version": 1, "exported_at": 1,
            "chats": [chat(1, &big("a")), chat(2, &big("b"))],
        });
        let said = import(stage, &file.to_string()).await;
        assert!(said.starts_with("Nothing was imported"), "{said}");
        assert_eq!(titles(stage).await, ["Here to stay"]);
        let names: Vec<String> = page.eval("Object.keys(localStorage)").await;
        let chats = names
            .iter()
            .filter(|name| name.starts_with("airlock.chat."));
        assert_eq!(chats.count(), 1, "{names:?}");
    });
}
