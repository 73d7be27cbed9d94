//! Keys in files, which are bytes of any sort: text in UTF-8 or UTF-16, and base64 within text.

use super::class::{self, BASE64, WORD};
use super::normalise::View;
use super::{Secret, scan_view};

/// Characters of base64 that are worth decoding: the shortest key has 20 bytes.
const ENCODED_MIN: usize = 24;

/// The keys in a file, in their order, none overlapping another; spans are in bytes of the file.
///
/// Beside what [`scan`](super::scan) finds, these are keys in UTF-16, in what is no text at all, and in base64, of which one level is read.
/// A key in base64 is all of the base64 that it is in.
pub fn scan_bytes(bytes: &[u8]) -> Vec<Secret> {
    // UTF-16 needs nothing of its own: of a key's characters it is the bytes with zeros between them, which nobody sees.
    let mut secrets = scan_view(View::of(bytes));
    let plain = secrets.len();
    let mut from = 0;
    while let Some(run) = next_run(bytes, from) {
        from = run.end;
        let known = secrets.get(..plain).unwrap_or_default();
        let next = known.partition_point(|secret| secret.span.end <= run.start);
        let is_known = known
            .get(next)
            .is_some_and(|secret| secret.span.start < run.end);
        let encoded = bytes.get(run.clone()).unwrap_or_default();
        if is_known || encoded.len() < ENCODED_MIN {
            continue;
        }
        if let Some(mut secret) = scan_view(View::of(&decoded(encoded))).into_iter().next() {
            secret.span.start = run.start;
            secret.span.end = run.end;
            secrets.push(secret);
        }
    }
    secrets.sort_by_key(|secret| secret.span);
    secrets
}

/// The next run of base64, of either alphabet, without its padding.
fn next_run(bytes: &[u8], from: usize) -> Option<std::ops::Range<usize>> {
    let is_encoded = |byte: &u8| class::is(*byte, BASE64 | WORD) && *byte != b'=';
    let start = from + bytes.get(from..)?.iter().position(is_encoded)?;
    let rest = bytes.get(start..)?.iter();
    Some(start..start + rest.take_while(|byte| is_encoded(byte)).count())
}

/// What base64 stands for. Bits that are left over at the end are dropped.
fn decoded(encoded: &[u8]) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(encoded.len() / 4 * 3 + 2);
    let (mut bits, mut count) = (0_u32, 0);
    for byte in encoded {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            _ => 63,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            let [.., byte] = (bits >> count).to_be_bytes();
            decoded.push(byte);
        }
    }
    decoded
}
