//! Files: to hand one to the person, and to read the one that they chose. The page sees no other.

use std::time::Duration;

use js_sys::Array;
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, HtmlElement, HtmlInputElement, Url};

use super::frame;

/// How long a file is held for the browser to write it out: it asks where to, and a person takes time to answer.
const HELD_FOR: Duration = Duration::from_mins(1);

/// A file that the person chose.
#[derive(Clone, Debug)]
pub(crate) struct Chosen(SendWrapper<File>);

/// Hands `text` to the person as a file; false where the browser does not let it.
pub(crate) fn hand_out(name: &str, media_type: &str, text: &str) -> bool {
    try_hand_out(name, media_type, text).is_some()
}

fn try_hand_out(name: &str, media_type: &str, text: &str) -> Option<()> {
    let parts = Array::of1(&JsValue::from_str(text));
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options).ok()?;
    let url = Url::create_object_url_with_blob(&blob).ok()?;
    let document = web_sys::window()?.document()?;
    let link = document.create_element("a").ok()?;
    link.set_attribute("href", &url).ok()?;
    link.set_attribute("download", name).ok()?;
    link.dyn_into::<HtmlElement>().ok()?.click();
    frame::after(HELD_FOR, move || {
        // An address that is gone already needs no revoking.
        Url::revoke_object_url(&url).ok();
    });
    Some(())
}

impl Chosen {
    /// The file in `input`, which is empty afterwards, so that the same file can be chosen again.
    pub(crate) fn in_input(input: &HtmlInputElement) -> Option<Self> {
        let file = input.files()?.get(0)?;
        input.set_value("");
        Some(Self(SendWrapper::new(file)))
    }

    /// Its size in bytes.
    pub(crate) fn bytes(&self) -> u64 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "browsers count bytes in whole numbers from zero on"
        )]
        let bytes = self.0.size() as u64;
        bytes
    }

    /// What stands in it; `None` where it cannot be read any more.
    pub(crate) async fn text(&self) -> Option<String> {
        JsFuture::from(self.0.text()).await.ok()?.as_string()
    }
}
