//! The browser holds nothing of the key: at five moments of a conversation, in every place that can be looked at.

use reqwest::StatusCode;
use serde_json::json;
use stand_in::Script;
use tests::browser::{Browser, Page};

use crate::browser_contents::contents;
use crate::needle::{Needle, random_word};
use crate::scene::Scene;

/// Puts `word` where the page itself never puts anything; every place is one that the search must reach.
const PLANT: &str = r"(async word => {
    const done = request => new Promise((yes, no) => { request.onsuccess = () => yes(request.result); request.onerror = () => no(request.error) });
    const request = indexedDB.open('planted', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('words', { autoIncrement: true });
    const database = await done(request);
    await done(database.transaction('words', 'readwrite').objectStore('words').add('database-' + word));
    database.close();
    await (await caches.open('planted')).put('/planted', new Response('cache-' + word));
    const file = await (await navigator.storage.getDirectory()).getFileHandle('planted', { create: true });
    const writer = await file.createWritable();
    await writer.write('file-' + word);
    await writer.close();
    sessionStorage.setItem('planted', 'session-' + word);
    document.cookie = 'planted=cookie-' + word;
    globalThis.planted = ['heap', word].join('-');
    console.debug('console-' + word);
    return true;
})";

struct Watcher<'a> {
    scene: &'a Scene,
    page: &'a Page,
}

impl Watcher<'_> {
    /// Looks everywhere: the key is nowhere, and the word that is known to be in the page is in at least these places. The browser may
    /// take a moment to hand over what it has, so that a word that is missing is looked for again, a few times.
    async fn looks(&self, moment: &str, known: &Needle, places: &[&str]) {
        /// Each look settles first and takes about a second.
        const LOOKS_MAX: usize = 5;
        let mut missing = Vec::new();
        for _ in 0..LOOKS_MAX {
            missing = self.looks_once(moment, known, places).await;
            if missing.is_empty() {
                return;
            }
        }
        panic!("a word that is in {missing:?} when {moment} was not found there");
    }

    /// Looks everywhere once: the key is nowhere. Gives the places in which the known word was not found.
    async fn looks_once<'p>(
        &self,
        moment: &str,
        known: &Needle,
        places: &[&'p str],
    ) -> Vec<&'p str> {
        self.page.browser().settle().await;
        let contents = contents(self.page).await;
        for content in &contents {
            let place = format!("{} when {moment}", content.place);
            self.scene.is_clean(&place, &content.bytes);
        }
        let is_missing = |place: &&&str| {
            let content = contents.iter().find(|content| content.place == **place);
            known.found_in(&content.expect("a place").bytes).is_none()
        };
        places.iter().filter(is_missing).copied().collect()
    }
}

/// FM-40: what the page loads, holds, keeps and shows has nothing of the key in it, whatever happens; and whatever is in one of these
/// places is found there.
#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_nowhere_in_the_browser_at_any_moment() {
    let scene = Scene::open().await;
    let page = Page::new(Browser::start().await, scene.airlock.url());
    let watcher = Watcher {
        scene: &scene,
        page: &page,
    };
    let word = random_word();
    let known = Needle::new(&word);
    let stand_in = &scene.stand_in;

    page.open().await;
    watcher.looks("loaded", &known, &[]).await;

    page.write(&format!("A question about {word}")).await;
    let memory = "the memory of WebAssembly";
    watcher
        .looks("typed", &known, &["the document", memory])
        .await;

    let answer = random_word();
    stand_in.reply_with(Script::text([
        "An answer about ".to_owned(),
        answer.clone(),
    ]));
    stand_in.hold_headers();
    page.click("send").await;
    stand_in.wait_for_requests(1).await;
    watcher
        .looks(
            "sent",
            &known,
            &[
                "the document",
                memory,
                "the requests and answers",
                "the storage",
            ],
        )
        .await;

    stand_in.open_gates();
    assert_eq!(page.answered(1).await, "done");
    let answered = Needle::new(&answer);
    watcher
        .looks(
            "answered",
            &answered,
            &[
                "the document",
                memory,
                "the bodies of answers",
                "the storage",
            ],
        )
        .await;

    let quote = format!("invalid x-api-key: {}", scene.canary.key);
    stand_in.reply_with(Script::refuse(
        StatusCode::UNAUTHORIZED,
        "authentication_error",
        quote,
    ));
    page.ask("And now?").await;
    assert_eq!(page.answered(2).await, "error");
    watcher.looks("refused", &known, &["the storage"]).await;

    plant(&page, &word).await;
    let planted = [
        "the storage",
        "the cookies",
        "the console",
        "the heap of JavaScript",
    ];
    watcher.looks("planted", &known, &planted).await;
    every_kind_of_storage_is_searched(&page, &word).await;
    page.into_browser().quit().await;
}

async fn plant(page: &Page, word: &str) {
    assert!(page.eval::<bool>(&format!("({PLANT})('{word}')")).await);
    let cookie = json!({ "name": "hidden", "value": format!("hidden-{word}"), "url": page.home(), "httpOnly": true });
    page.browser().tell("Network.setCookie", cookie).await;
}

/// One find in a place that has several corners would say nothing of the others.
async fn every_kind_of_storage_is_searched(page: &Page, word: &str) {
    let contents = contents(page).await;
    let everything: Vec<u8> = contents
        .into_iter()
        .flat_map(|content| content.bytes)
        .collect();
    for corner in [
        "database", "cache", "file", "session", "cookie", "hidden", "console", "heap",
    ] {
        let planted = format!("{corner}-{word}");
        assert!(
            memchr::memmem::find(&everything, planted.as_bytes()).is_some(),
            "{corner} was not searched"
        );
    }
}
