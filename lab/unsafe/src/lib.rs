//! A client as people write it on the first evening: the key is a constant, and the browser calls Claude itself.
//!
//! Nothing about it is made to be weak. It compiles to WebAssembly, it is optimised and stripped, and every visitor gets the key.

use wasm_bindgen::prelude::*;

/// The key. In the wild this reads `env!("ANTHROPIC_API_KEY")`; the lab's server writes its own made-up key over these 48 bytes when
/// it serves the file, so that no key has to exist while the page is built.
const KEY: &str = "the-lab-writes-its-page-key-over-these-48-bytes!";

/// What the browser calls Claude with: the model, and an answer short enough to be read.
const MODEL: &str = "claude-haiku-5-5";

#[wasm_bindgen]
extern "C" {
    type Headers;
    #[wasm_bindgen(constructor)]
    fn new() -> Headers;
    #[wasm_bindgen(method)]
    fn set(this: &Headers, name: &str, value: &str);

    #[wasm_bindgen(js_name = Object)]
    type Options;
    #[wasm_bindgen(constructor)]
    fn new() -> Options;
    #[wasm_bindgen(method, setter)]
    fn set_method(this: &Options, method: &str);
    #[wasm_bindgen(method, setter)]
    fn set_headers(this: &Options, headers: &Headers);
    #[wasm_bindgen(method, setter)]
    fn set_body(this: &Options, body: &str);

    type Answer;
    #[wasm_bindgen(method, catch)]
    async fn text(this: &Answer) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch)]
    async fn fetch(url: &str, options: &Options) -> Result<Answer, JsValue>;

    #[wasm_bindgen(js_namespace = JSON)]
    fn stringify(text: &str) -> String;
}

/// Asks Claude, at `claude`, one question, and gives the answer's body as it came.
///
/// # Errors
///
/// The browser's own, when no answer came.
#[wasm_bindgen]
pub async fn ask(claude: &str, question: &str) -> Result<JsValue, JsValue> {
    let headers = Headers::new();
    headers.set("content-type", "application/json");
    headers.set("anthropic-version", "2023-06-01");
    headers.set("x-api-key", KEY);
    // The name says it.
    headers.set("anthropic-dangerous-direct-browser-access", "true");
    let options = Options::new();
    options.set_method("POST");
    options.set_headers(&headers);
    let question = stringify(question);
    options.set_body(&format!(
        r#"{{"model":"{MODEL}","max_tokens":200,"messages":[{{"role":"user","content":{question}}}]}}"#
    ));
    let answer = fetch(&format!("{claude}/v1/messages"), &options).await?;
    answer.text().await
}
