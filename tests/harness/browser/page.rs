//! Airlock's page in a browser: what a person does there, and what they then see.

use std::fmt::Display;
use std::future::Future;
use std::path::PathBuf;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::{By, Key, TypingData, WebElement};

use super::verdict::complaints;
use super::{Browser, PATIENCE, Tolerated};

/// The page of one server, in one tab.
#[derive(Debug)]
pub struct Page {
    browser: Browser,
    home: String,
}

impl Page {
    /// The tab of `browser`, for the server at the origin `home`.
    pub const fn new(browser: Browser, home: String) -> Self {
        Self { browser, home }
    }

    /// The browser around it.
    pub const fn browser(&self) -> &Browser {
        &self.browser
    }

    /// The server's origin.
    pub fn home(&self) -> &str {
        &self.home
    }

    /// What the browser saw so far that must not be, in words.
    pub async fn complaints(&self, tolerated: &Tolerated) -> Vec<String> {
        self.browser.settle().await;
        complaints(self.browser.evidence(), &self.home, tolerated)
    }

    /// The browser, when the page is of no more interest.
    pub fn into_browser(self) -> Browser {
        self.browser
    }

    /// Opens the page and waits until it may be used.
    pub async fn open(&self) {
        self.goto(&format!("{}/", self.home)).await;
        self.is_ready().await;
    }

    /// Opens another page that the server has in the place of ours, and waits until the condition `is_ready` holds there.
    pub async fn open_other(&self, is_ready: &str) {
        self.goto(&format!("{}/", self.home)).await;
        self.until("the other page is ready", is_ready).await;
    }

    /// Loads the page once more, as with the browser's own button.
    pub async fn reload(&self) {
        self.browser.driver().refresh().await.expect("it reloads");
        self.is_ready().await;
    }

    /// Opens any address.
    pub async fn goto(&self, url: &str) {
        self.browser.driver().goto(url).await.expect("it opens");
    }

    async fn is_ready(&self) {
        let is_ready = "document.querySelector('[data-testid=key-strip]')?.textContent.includes('held by the server')";
        self.until("the page is ready", is_ready).await;
    }

    /// The value of a JavaScript expression; promises are waited for.
    pub async fn eval<T: DeserializeOwned>(&self, expression: &str) -> T {
        let value = self.try_eval(expression).await;
        let value = value.unwrap_or_else(|error| panic!("{expression}: {error}"));
        serde_json::from_value(value).unwrap_or_else(|error| panic!("{expression}: {error}"))
    }

    async fn try_eval(&self, expression: &str) -> Result<Value, String> {
        let parameters = json!({
            "expression": expression, "awaitPromise": true, "returnByValue": true, "userGesture": true,
        });
        let mut answer = self
            .browser
            .try_tell("Runtime.evaluate", parameters)
            .await?;
        match answer.get("exceptionDetails") {
            Some(thrown) => Err(thrown.to_string()),
            None => Ok(answer["result"]["value"].take()),
        }
    }

    /// Waits until a JavaScript condition holds.
    pub async fn until(&self, what: impl Display, condition: &str) {
        let condition = format!("!!({condition})");
        // While the page is being replaced there is nobody to ask, which is no answer.
        patiently(what, async || {
            let holds = self.try_eval(&condition).await;
            holds == Ok(Value::Bool(true))
        })
        .await;
    }

    /// The elements with this test id.
    pub async fn all(&self, test_id: &str) -> Vec<WebElement> {
        let found = self.browser.driver().find_all(By::Testid(test_id)).await;
        found.unwrap_or_default()
    }

    /// How many elements there are with this test id.
    pub async fn count(&self, test_id: &str) -> usize {
        self.eval(&format!("{}.length", all_with(test_id))).await
    }

    /// The visible text of the only element with this test id, or of the last one.
    pub async fn text(&self, test_id: &str) -> String {
        let last = format!("{}.at(-1)", all_with(test_id));
        self.until(format!("there is {test_id}"), &last).await;
        self.eval(&format!("{last}.innerText")).await
    }

    /// Clicks the last element with this test id, as soon as it can be clicked: among messages that is the newest.
    pub async fn click(&self, test_id: &str) {
        self.click_nth(test_id, usize::MAX).await;
    }

    /// Clicks the element with this test id that is `place` places behind the first, or the last one.
    pub async fn click_nth(&self, test_id: &str, place: usize) {
        // Whatever is in the way may go, and an element may be drawn anew between its being found and its being clicked.
        patiently(format!("{test_id} can be clicked"), async || {
            let all = self.all(test_id).await;
            let Some(element) = all.get(place).or(all.last()) else {
                return false;
            };
            element.is_enabled().await.unwrap_or(false) && element.click().await.is_ok()
        })
        .await;
    }

    /// Chooses `value` in the list with this test id.
    pub async fn choose(&self, test_id: &str, value: &str) {
        let option = format!("[data-testid={test_id}] option[value={value:?}]");
        patiently(format!("{value} can be chosen"), async || {
            match self.browser.driver().find(By::Css(option.as_str())).await {
                Ok(option) => option.click().await.is_ok(),
                Err(_) => false,
            }
        })
        .await;
    }

    /// Presses keys wherever the focus is, one after the other.
    pub async fn press(&self, keys: impl Into<TypingData>) {
        let keyboard = self.browser.driver().action_chain();
        keyboard
            .send_keys(keys.into())
            .perform()
            .await
            .expect("keys");
    }

    /// Puts `text` into the field with this test id, in one piece, as a paste or an input method does. What stood there goes.
    pub async fn fill(&self, test_id: &str, text: &str) {
        let field = format!("{}.at(-1)", all_with(test_id));
        self.until(format!("there is {test_id}"), &field).await;
        self.eval::<Value>(&format!("({field}.focus(), {field}.select())"))
            .await;
        if text.is_empty() {
            self.press(Key::Delete).await;
        } else {
            self.browser
                .tell("Input.insertText", json!({ "text": text }))
                .await;
        }
    }

    /// Types `text` into the field with this test id, key by key.
    pub async fn type_into(&self, test_id: &str, text: &str) {
        self.click(test_id).await;
        self.press(text).await;
    }

    /// Writes into the composer.
    pub async fn write(&self, text: &str) {
        self.fill("composer", text).await;
    }

    /// Writes a question and sends it.
    pub async fn ask(&self, text: &str) {
        self.write(text).await;
        self.click("send").await;
    }

    /// Waits until there are `count` answers and the last one is over; gives how it ended.
    pub async fn answered(&self, count: usize) -> String {
        let answers = all_with("message-assistant");
        self.until(
            format!("answer {count} is over"),
            &format!(
                "{answers}.length === {count} && {answers}.at(-1).dataset.state !== 'streaming'"
            ),
        )
        .await;
        self.eval(&format!("{answers}.at(-1).dataset.state")).await
    }

    /// Waits until the words of the last answer are `text`.
    pub async fn last_answer_is(&self, text: &str) {
        self.until(
            format!("the answer is {text:?}"),
            &format!("{LAST_PROSE}?.innerText.trim() === {}", quoted(text)),
        )
        .await;
    }

    /// The words of the last answer, without what stands around them.
    pub async fn last_answer(&self) -> String {
        self.eval(&format!("{LAST_PROSE}.innerText.trim()")).await
    }

    /// Keeps a picture of one element, wherever on the page it is, as `name.png`, and gives the file.
    pub async fn picture_of(&self, selector: &str, name: &str) -> PathBuf {
        let clip: Value = self
            .eval(&format!(
                "(({{ x, y, width, height }}) => ({{ x: x + scrollX, y: y + scrollY, width, height, scale: 1 }}))(document.querySelector({}).getBoundingClientRect())",
                quoted(selector)
            ))
            .await;
        let of = json!({ "format": "png", "clip": clip, "captureBeyondViewport": true });
        self.browser.keep_picture(name, of).await
    }

    /// Whether Send can be pressed.
    pub async fn may_send(&self) -> bool {
        self.eval("document.querySelector('[data-testid=send]')?.disabled === false")
            .await
    }
}

/// The words of the last answer.
const LAST_PROSE: &str =
    "[...document.querySelectorAll('[data-testid=message-assistant] .prose')].at(-1)";

/// A JavaScript array of the elements with this test id.
pub(crate) fn all_with(test_id: &str) -> String {
    format!("[...document.querySelectorAll('[data-testid={test_id}]')]")
}

/// A text as a JavaScript string.
fn quoted(text: impl Serialize) -> String {
    serde_json::to_string(&text).expect("text is JSON")
}

/// Tries again and again until it holds.
///
/// # Panics
///
/// When it does not within [`PATIENCE`].
#[expect(
    clippy::disallowed_methods,
    reason = "a browser lives in real time, whatever the server's clock says"
)]
async fn patiently<F: Future<Output = bool>>(what: impl Display, mut holds: impl FnMut() -> F) {
    /// Shorter than a person notices, longer than the question takes.
    const PAUSE: std::time::Duration = std::time::Duration::from_millis(15);
    let tried = tokio::time::timeout(PATIENCE, async {
        while !holds().await {
            tokio::time::sleep(PAUSE).await;
        }
    });
    assert!(tried.await.is_ok(), "not within {PATIENCE:?}: {what}");
}
