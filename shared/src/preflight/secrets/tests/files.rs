//! Keys in files: UTF-16, base64, and what is no text.

use super::{anthropic, keys};
use crate::preflight::secrets::scan_bytes;

/// Standard base64, with its padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits = bytes.chunks(3).flat_map(|chunk| {
        let bits = chunk.iter().enumerate().fold(0, |bits, (at, byte)| {
            bits | usize::from(*byte) << (16 - 8 * at)
        });
        (0..4).map(move |at| {
            if at <= chunk.len() {
                DIGITS[bits >> (18 - 6 * at) & 63]
            } else {
                b'='
            }
        })
    });
    digits.map(char::from).collect()
}

fn found(bytes: &[u8]) -> Vec<(usize, usize)> {
    let spans = scan_bytes(bytes).into_iter().map(|secret| secret.span);
    spans.map(|span| (span.start, span.end)).collect()
}

#[test]
fn utf_16_of_either_order_is_read() {
    for (_, key) in keys() {
        let text = format!("\u{feff}k: {key}; ü");
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let end = 8 + 2 * key.len() - 1;
        assert_eq!(found(&little), [(8, end)], "{key}");
        assert_eq!(found(&big), [(9, end + 1)], "{key}");
    }
}

#[test]
fn one_level_of_base64_is_read() {
    let key = anthropic();
    let once = base64(format!("user:{key}").as_bytes());
    let unpadded = once.trim_end_matches('=');
    assert_eq!(
        found(format!("Basic {once}\n").as_bytes()),
        [(6, 6 + unpadded.len())]
    );
    assert_eq!(
        found(unpadded.replace('+', "-").replace('/', "_").as_bytes()),
        [(0, unpadded.len())]
    );
    assert_eq!(found(base64(once.as_bytes()).as_bytes()), []);
}

#[test]
fn keys_between_bytes_that_are_no_text_are_found_once() {
    let key = anthropic();
    let mut bytes = vec![0xFF, 0xC2, 0x80, 0xE2];
    bytes.extend_from_slice(key.as_bytes());
    bytes.push(0xC3);
    assert_eq!(found(&bytes), [(4, 4 + key.len())]);
}
