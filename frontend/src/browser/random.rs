//! Random names: the browser's own source of randomness, written out.

use super::clock;

/// Bytes of a name: so many that no two are ever the same.
const NAME_BYTES: usize = 16;

/// A name that nothing else has, as 32 hex digits. A browser without random numbers still tells two moments apart.
pub(crate) fn name() -> String {
    let mut bytes = [0; NAME_BYTES];
    let drawn = web_sys::window()
        .and_then(|window| window.crypto().ok())
        .and_then(|crypto| crypto.get_random_values_with_u8_array(&mut bytes).ok());
    let number = match drawn {
        Some(_) => u128::from_le_bytes(bytes),
        None => u128::from(clock::now().0),
    };
    format!("{number:032x}")
}
