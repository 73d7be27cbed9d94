//! The browser's local storage: text by name, kept on this device alone.

use web_sys::Storage;

/// Says that the text was not kept: the storage is full or closed to this page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotKept;

/// The text kept under `name`.
pub(crate) fn read(name: &str) -> Option<String> {
    storage()?.get_item(name).ok()?
}

/// Keeps `text` under `name`.
///
/// # Errors
///
/// [`NotKept`] when the storage is full or closed to this page.
pub(crate) fn write(name: &str, text: &str) -> Result<(), NotKept> {
    storage()
        .ok_or(NotKept)?
        .set_item(name, text)
        .map_err(|_| NotKept)
}

/// Forgets what is kept under `name`.
pub(crate) fn remove(name: &str) {
    if let Some(storage) = storage() {
        storage.remove_item(name).ok();
    }
}

/// The names under which something is kept.
pub(crate) fn names() -> Vec<String> {
    let Some(storage) = storage() else {
        return Vec::new();
    };
    let count = storage.length().unwrap_or_default();
    (0..count)
        .filter_map(|index| storage.key(index).ok()?)
        .collect()
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}
