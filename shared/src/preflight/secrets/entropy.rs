//! Tells characters drawn by lot from words, placeholders and the alphabet.

/// The most characters that are looked at.
pub(super) const LOOKED_AT_MAX: usize = 64;
/// `n * log2(n)` in 64ths of a bit, for every number of equal characters that there can be.
const WEIGHTED_LOGS: [u16; LOOKED_AT_MAX + 1] = weighted_logs();
/// Changes between small letters and capitals or digits. 20 random characters have 8, and fewer than 2 once in three thousand times; words
/// between hyphens have none.
const CHANGES_MIN: usize = 2;
/// What stands in samples, for people to put their own key there. Five letters or more: a shorter word is in a key now and then.
const SAMPLES: [&[u8]; 8] = [
    b"example",
    b"placeholder",
    b"changeme",
    b"replace",
    b"redacted",
    b"your_",
    b"your-",
    b"yourkey",
];

/// Whether `body` may have been drawn by lot: its entropy is at least `entropy` tenths of a bit for each character, and it neither counts
/// up or down nor says that it is a sample. It looks at the first [`LOOKED_AT_MAX`] characters, all of ASCII.
pub(super) fn is_random(body: &[u8], entropy: u8) -> bool {
    let body = body.get(..LOOKED_AT_MAX).unwrap_or(body);
    has_entropy(body, entropy) && changes(body) >= CHANGES_MIN && is_no_sample(body)
}

/// The same of base32, which has no small letters, and too few digits to say much.
pub(super) fn is_random_base32(body: &[u8], entropy: u8) -> bool {
    has_entropy(body, entropy) && is_no_sample(body)
}

/// Shannon's entropy is `log2(n)` minus the mean of `log2(count)`; times `n`, so that nothing is divided.
fn has_entropy(body: &[u8], tenths: u8) -> bool {
    let weighted = |count: usize| WEIGHTED_LOGS.get(count).copied().map_or(0, usize::from);
    let mut counts = [0_u8; 128];
    for byte in body {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let counts: usize = counts
        .iter()
        .map(|count| weighted(usize::from(*count)))
        .sum();
    let least = usize::from(tenths) * body.len() * 64;
    10 * weighted(body.len()).saturating_sub(counts) >= least
}

/// How often a capital follows a small letter, or a digit a letter, or a letter a digit.
fn changes(body: &[u8]) -> usize {
    let next = body.iter().skip(1);
    let pairs = body.iter().zip(next);
    pairs
        .filter(|(one, next)| {
            one.is_ascii_lowercase() && next.is_ascii_uppercase()
                || one.is_ascii_alphabetic() && next.is_ascii_digit()
                || one.is_ascii_digit() && next.is_ascii_alphabetic()
        })
        .count()
}

fn is_no_sample(body: &[u8]) -> bool {
    let stepping = body.windows(3).filter(|three| match three {
        // `abc`, `321`, `aaa`, and `a1b2c3`.
        [a, b, c] => a.abs_diff(*b) <= 1 || a.abs_diff(*c) <= 1,
        _ => false,
    });
    let is_sample = |sample: &&[u8]| {
        let mut parts = body.windows(sample.len());
        parts.any(|part| part.eq_ignore_ascii_case(sample))
    };
    stepping.count() * 2 < body.len() && !SAMPLES.iter().any(is_sample)
}

#[expect(
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "at compile time: the last one is 64 * 6 * 64, and fits"
)]
const fn weighted_logs() -> [u16; LOOKED_AT_MAX + 1] {
    let mut logs = [0; LOOKED_AT_MAX + 1];
    let mut n = 2;
    while n < logs.len() {
        logs[n] = ((n as u64 * log2(n as u64)) >> 10) as u16;
        n += 1;
    }
    logs
}

/// The logarithm of `n`, at least 1, in 65,536ths: the mantissa is squared again and again, and each time that it passes 2 is one bit.
const fn log2(n: u64) -> u64 {
    let whole = n.ilog2() as u64;
    let mut log = whole << 16;
    let mut mantissa = (n << 32) >> whole;
    let mut bit = 1 << 15;
    while bit > 0 {
        mantissa = (mantissa >> 16) * (mantissa >> 16);
        if mantissa >= 2 << 32 {
            mantissa >>= 1;
            log += bit;
        }
        bit >>= 1;
    }
    log
}
