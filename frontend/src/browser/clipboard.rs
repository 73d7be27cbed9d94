//! The clipboard, to write to; this page never reads it.

use wasm_bindgen_futures::JsFuture;

/// Copies `text`; false where the browser refused.
pub(crate) async fn copy(text: &str) -> bool {
    // Off https and localhost a browser offers no clipboard: the property is missing, whatever its type says.
    let Some(window) = web_sys::window().filter(web_sys::Window::is_secure_context) else {
        return false;
    };
    let written = window.navigator().clipboard().write_text(text);
    JsFuture::from(written).await.is_ok()
}
