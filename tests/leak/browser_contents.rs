//! Everything that a browser holds of a page, place by place, as bytes to be searched.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tests::browser::Page;

/// A place in the browser, and what lies there.
#[derive(Debug)]
pub(crate) struct Content {
    pub(crate) place: &'static str,
    pub(crate) bytes: Vec<u8>,
}

/// Everything that the page can reach of its own storage, as one text.
const STORAGE: &str = r"(async () => {
    const held = { local: { ...localStorage }, session: { ...sessionStorage }, cookie: document.cookie, name: window.name, databases: [], caches: [], files: [], workers: [] };
    const done = request => new Promise((yes, no) => { request.onsuccess = () => yes(request.result); request.onerror = () => no(request.error) });
    for (const { name } of await indexedDB.databases()) {
        const database = await done(indexedDB.open(name));
        for (const store of database.objectStoreNames) {
            const rows = database.transaction(store).objectStore(store);
            held.databases.push([name, store, await done(rows.getAllKeys()), await done(rows.getAll())]);
        }
        database.close();
    }
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const request of await cache.keys())
            held.caches.push([name, request.url, await (await cache.match(request)).text()]);
    }
    for await (const [name, file] of await navigator.storage.getDirectory())
        held.files.push([name, file.kind === 'file' ? await (await file.getFile()).text() : '']);
    for (const worker of await navigator.serviceWorker.getRegistrations()) held.workers.push(worker.active?.scriptURL);
    return JSON.stringify(held);
})()";

/// What is on the page: its elements, and the words in its fields, which are no part of them.
const DOCUMENT: &str = "document.documentElement.outerHTML + [...document.querySelectorAll('input, textarea')].map(field => field.value).join('\\n')";

/// A memory of WebAssembly as base64, piece by piece: a call takes only so many arguments.
const MEMORIES: &str = r"function () {
    return this.map(memory => {
        const bytes = new Uint8Array(memory.buffer);
        let text = '';
        for (let start = 0; start < bytes.length; start += 8192)
            text += String.fromCharCode.apply(null, bytes.subarray(start, start + 8192));
        return btoa(text);
    });
}";

/// Looks everywhere. None of the places may be empty where the page always has something.
pub(crate) async fn contents(page: &Page) -> Vec<Content> {
    page.browser().settle().await;
    let storage: String = page.eval(STORAGE).await;
    let document: String = page.eval(DOCUMENT).await;
    let contents = vec![
        content("the storage", storage.into_bytes()),
        content("the document", document.into_bytes()),
        content("the cookies", cookies(page).await),
        content("the console", console(page)),
        content("the requests and answers", traffic(page)),
        content("the bodies of answers", bodies(page).await),
        content("the memory of WebAssembly", memories(page).await),
        content("the heap of JavaScript", heap(page).await),
    ];
    for Content { place, bytes } in &contents {
        assert!(
            !bytes.is_empty() || *place == "the console",
            "{place} is empty"
        );
    }
    contents
}

const fn content(place: &'static str, bytes: Vec<u8>) -> Content {
    Content { place, bytes }
}

/// All cookies, also those that no script may read.
async fn cookies(page: &Page) -> Vec<u8> {
    let cookies = page.browser().tell("Network.getAllCookies", ()).await;
    cookies.to_string().into_bytes()
}

/// All that was written to the console or complained of.
fn console(page: &Page) -> Vec<u8> {
    recorded(page, |method| {
        method.starts_with("Runtime.")
            || method.starts_with("Log.")
            || method.starts_with("Audits.")
    })
}

/// Addresses, headers and bodies of all requests, addresses and headers of all answers.
fn traffic(page: &Page) -> Vec<u8> {
    recorded(page, |method| method.starts_with("Network."))
}

fn recorded(page: &Page, is_wanted: fn(&str) -> bool) -> Vec<u8> {
    let events = page.browser().evidence().everything();
    let wanted = events.iter().filter(|event| is_wanted(&event.method));
    let lines = wanted.map(|event| format!("{} {}\n", event.method, event.particulars));
    lines.collect::<String>().into_bytes()
}

/// The bodies of all answers that are complete and still held.
async fn bodies(page: &Page) -> Vec<u8> {
    let mut all = Vec::new();
    for finished in page.browser().evidence().all("Network.loadingFinished") {
        let parameters = json!({ "requestId": finished.text("/requestId") });
        // An answer without a body has none, and the browser lets those of earlier pages go.
        let Ok(body) = page
            .browser()
            .try_tell("Network.getResponseBody", parameters)
            .await
        else {
            continue;
        };
        let text = body["body"].as_str().unwrap_or_default();
        if body["base64Encoded"] == true {
            all.extend(STANDARD.decode(text).expect("base64"));
        } else {
            all.extend_from_slice(text.as_bytes());
        }
    }
    all
}

/// All memories of WebAssembly in the page, found by what they are: the page need not help.
async fn memories(page: &Page) -> Vec<u8> {
    let browser = page.browser();
    let prototype = json!({ "expression": "WebAssembly.Memory.prototype" });
    let prototype = browser.tell("Runtime.evaluate", prototype).await;
    let query = json!({ "prototypeObjectId": prototype["result"]["objectId"] });
    let found = browser.tell("Runtime.queryObjects", query).await;
    let call = json!({
        "objectId": found["objects"]["objectId"], "functionDeclaration": MEMORIES, "returnByValue": true,
    });
    let read = browser.tell("Runtime.callFunctionOn", call).await;
    let texts = read["result"]["value"].as_array().expect("memories");
    let decode = |text: &Value| STANDARD.decode(text.as_str().unwrap_or_default());
    let memories = texts.iter().map(|text| decode(text).expect("base64"));
    memories.collect::<Vec<_>>().concat()
}

/// A snapshot of JavaScript's heap: every string that a script could still reach.
async fn heap(page: &Page) -> Vec<u8> {
    const CHUNK: &str = "HeapProfiler.addHeapSnapshotChunk";
    let browser = page.browser();
    browser.tell("HeapProfiler.enable", ()).await;
    browser.tell("HeapProfiler.collectGarbage", ()).await;
    browser.settle().await;
    let place = browser.evidence().len();
    browser
        .tell(
            "HeapProfiler.takeHeapSnapshot",
            json!({ "reportProgress": false }),
        )
        .await;
    browser.settle().await;
    let chunks = browser.evidence().since(place, CHUNK);
    let text: String = chunks.iter().map(|chunk| chunk.text("/chunk")).collect();
    assert!(text.trim_end().ends_with('}'), "the snapshot is whole");
    text.into_bytes()
}
