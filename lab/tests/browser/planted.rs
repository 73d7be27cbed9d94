//! Where a key is planted on Airlock's half on purpose, each attack finds it: so a failure of the others means that there is none.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tests::browser::Page;
use tests::{Scene, Setup, on_stage, setting};

use super::ours::overheard_in_the_chat;
use super::{obey_policy, open_lab, scene};

/// What is planted; put together here, so that nothing in the checkout looks like a key.
fn plant() -> String {
    format!("sk-ant-lab-{:x<37}", "planted-on-purpose-")
}

/// A copy of the built page that goes when the test does.
struct PlantedPage(PathBuf);

impl PlantedPage {
    /// Copies the page and lets `plant` change a file by its name and content.
    fn new(test: &str, plant: impl Fn(&str, &mut Vec<u8>)) -> Self {
        let folder =
            std::env::temp_dir().join(format!("airlock-lab-{}-{test}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        for entry in fs::read_dir(setting("AIRLOCK_PAGE_DIST")).expect("the built page") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                let name = path
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                let mut content = fs::read(&path).expect("a file");
                plant(&name, &mut content);
                fs::write(folder.join(name), content).expect("a copy");
            }
        }
        Self(folder)
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for PlantedPage {
    fn drop(&mut self) {
        // What stays takes a little room in a folder for temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn scene_with(page: &PlantedPage) -> Scene {
    let scene = scene();
    Scene {
        airlock: Setup {
            assets: Some(page.path().to_path_buf()),
            ..scene.airlock
        },
        ..scene
    }
}

/// What one attack finds in the lab's place for Airlock, changed by `place`, a list of JavaScript properties.
async fn outcome(page: &Page, attack: &str, place: &str) -> Value {
    page.eval(&format!(
        "import('/lab/attacks.js').then(({{ attacks }}) => attacks.{attack}({{ page: '/', {place} }}))"
    ))
    .await
}

/// The chat itself sends a key along with each question, as a careless change might make it.
fn a_key_of_the_chat_is_heard(attack: &str) {
    on_stage(scene(), async |stage| {
        let page = &stage.page;
        let planted = json!(plant());
        page.eval::<bool>(&format!(
            "(() => {{ const set = Headers.prototype.set; \
                Headers.prototype.set = function (name, value) {{ set.call(this, name, value); set.call(this, 'x-api-key', {planted}); }}; \
                return true }})()"
        ))
        .await;
        let outcome = overheard_in_the_chat(page, attack).await;
        assert_eq!(outcome["found"], planted, "{attack}: {outcome}");
    });
}

#[test]
fn a_key_in_a_header_is_read() {
    a_key_of_the_chat_is_heard("network");
}

#[test]
fn a_key_in_a_header_is_heard_by_a_hook() {
    a_key_of_the_chat_is_heard("hook");
}

/// Somebody has put a worker among the page's files, and the page sends a key: without the policy, which lets no script name a worker, it
/// is heard.
#[test]
fn a_key_in_a_header_is_heard_by_a_worker_beneath_the_page() {
    let planted = PlantedPage::new("worker", |_, _| {});
    let worker = include_str!("../../unsafe/listener.js");
    fs::write(planted.path().join("listener.js"), worker).expect("a worker");
    on_stage(scene_with(&planted), async |stage| {
        let ask = format!(
            "ask: () => fetch('/api/session', {{ headers: {{ 'x-api-key': {} }} }}), loot: '/api/session'",
            json!(plant())
        );
        obey_policy(stage, false).await;
        stage.page.open().await;
        let outcome = outcome(&stage.page, "hook", &ask).await;
        let lines = outcome["lines"].to_string();
        assert!(
            lines.contains("worker beneath the page: heard GET"),
            "{outcome}"
        );
        assert_eq!(outcome["found"], json!(plant()), "{outcome}");
    });
}

#[test]
fn a_key_that_was_in_disguise_is_heard_when_it_is_sent() {
    a_key_of_the_chat_is_heard("disguise");
}

#[test]
fn a_key_in_a_script_is_found() {
    let planted = PlantedPage::new("script", |name, content| {
        if name == "boot.js" {
            content.extend(format!("\n// {}\n", plant()).bytes());
        }
    });
    on_stage(scene_with(&planted), async |stage| {
        let outcome = outcome(&stage.page, "script", "").await;
        assert_eq!(outcome["found"], json!(plant()), "{outcome}");
    });
}

/// The hashes by which the page pins its program are taken out first: with them the browser does not even start a changed one.
#[test]
fn a_key_in_the_program_is_found() {
    let planted = PlantedPage::new("wasm", |name, content| {
        if Path::new(name).extension() == Some("wasm".as_ref()) {
            // A section that programs may carry and nobody reads: its kind, its length, the length of its name, its name.
            let key = plant();
            let length = u8::try_from(key.len() + 4).expect("short");
            content.extend([0, length, 3]);
            content.extend(b"lab");
            content.extend(key.bytes());
        }
        if name == "index.html" {
            let page = String::from_utf8_lossy(content).replace("integrity=", "data-was=");
            *content = page.into_bytes();
        }
    });
    on_stage(scene_with(&planted), async |stage| {
        let outcome = outcome(&stage.page, "wasm", "").await;
        assert_eq!(outcome["found"], json!(plant()), "{outcome}");
        assert!(outcome["lines"].to_string().contains("custom"), "{outcome}");
    });
}

#[test]
fn a_key_in_a_source_map_is_found() {
    let planted = PlantedPage::new("map", |name, content| {
        if name == "boot.js" {
            let map = json!({ "sources": ["boot.js"], "sourcesContent": [plant()] }).to_string();
            let map = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, map);
            let line = format!("\n//# sourceMappingURL=data:application/json;base64,{map}\n");
            content.extend(line.bytes());
        }
    });
    on_stage(scene_with(&planted), async |stage| {
        let outcome = outcome(&stage.page, "map", "").await;
        assert_eq!(outcome["found"], json!(plant()), "{outcome}");
    });
}

#[test]
fn a_key_in_any_storage_is_found() {
    on_stage(scene(), async |stage| {
        let page = &stage.page;
        let key = json!(plant());
        for (put, remove) in [
            (
                format!("localStorage.setItem('k', {key})"),
                "localStorage.clear()",
            ),
            (
                format!("sessionStorage.setItem('k', {key})"),
                "sessionStorage.clear()",
            ),
            (
                format!("void (document.cookie = 'k=' + {key})"),
                "void (document.cookie = 'k=; max-age=0')",
            ),
            (
                format!(
                    "new Promise((done) => {{ const opening = indexedDB.open('k'); \
                        opening.onupgradeneeded = () => opening.result.createObjectStore('s').put({key}, 1); \
                        opening.onsuccess = () => {{ opening.result.close(); done(null) }} }})"
                ),
                "void indexedDB.deleteDatabase('k')",
            ),
        ] {
            page.eval::<Option<bool>>(&put).await;
            let found = outcome(page, "storage", "").await;
            assert_eq!(found["found"], key, "{put}: {found}");
            page.eval::<Option<bool>>(remove).await;
        }
        let clean = outcome(page, "storage", "").await;
        assert_eq!(clean["found"], Value::Null, "{clean}");
    });
}

/// An Airlock whose operator set the limits out of reach is drained by a burst.
#[test]
fn a_proxy_without_limits_is_drained() {
    let scene = scene();
    let scene = Scene {
        airlock: Setup {
            has_own_stand_in: true,
            ..Setup::default()
        },
        ..scene
    };
    on_stage(scene, async |stage| {
        let page = open_lab(stage).await;
        page.click("run-ours-proxy").await;
        let place = super::half("proxy", "ours", ".outcome");
        page.until(
            "it is drained",
            &format!("{place}.textContent === 'Stolen'"),
        )
        .await;
    });
}

#[test]
fn a_key_in_an_error_is_found() {
    on_stage(scene(), async |stage| {
        let key = json!(plant());
        let say =
            format!("say: async () => new Response('at x-api-key: ' + {key}, {{ status: 500 }})");
        let outcome = outcome(&stage.page, "echo", &say).await;
        assert_eq!(outcome["found"], key, "{outcome}");
    });
}
