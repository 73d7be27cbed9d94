//! Ten thousand lines that look as if they might hold a key, and hold none.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tests::Dice;

use super::keys::{ALNUM, BASE64, BASE64URL, DIGITS, HEX, draw};

/// Lines that each of the writers below makes.
const EACH: usize = 264;
/// A seed for all of them.
const SEED: u64 = 4;

/// Words that end as some prefixes begin.
const WORDS: [&str; 12] = [
    "task", "disk", "risk", "mask", "desk", "ask", "flask", "brisk", "kiosk", "tusk", "whisk",
    "asterisk",
];
/// What people write where a key belongs: how it begins, and the rest, so that the two stand together only in what is written.
const STAND_INS: [(&str, &str); 16] = [
    (
        "sk-ant-",
        "api03-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxAA",
    ),
    ("sk-ant-", "<YOUR_KEY>"),
    ("sk-ant-", "api03-YOUR-KEY-HERE"),
    ("sk-ant-", "..."),
    ("sk-ant-", "…[redacted]"),
    ("sk-ant-", "api03-********************************"),
    ("sk-", "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX"),
    ("sk-", "1234567890abcdefghijklmnopqrstuvwxyz1234567890ab"),
    ("$", "{ANTHROPIC_API_KEY}"),
    ("process.env.", "OPENAI_API_KEY"),
    ("os.environ", "[\"ANTHROPIC_API_KEY\"]"),
    ("{{ ", "secrets.GITHUB_TOKEN }}"),
    (
        "github_pat_",
        "YOUR_FINE_GRAINED_PERSONAL_ACCESS_TOKEN_GOES_HERE_AND_NOWHERE_ELSE",
    ),
    ("hf_", "YourHuggingFaceAccessTokenGoesHere"),
    ("glpat-", "your-token-goes-here"),
    (
        "airlock_",
        "server_answers_refused_in_total_by_their_code_and_route",
    ),
];

/// The lines, the same in every run.
pub(crate) fn lines() -> Vec<String> {
    let mut dice = Dice::new(SEED);
    let mut lines = Vec::new();
    for write in WRITERS {
        lines.extend((0..EACH).map(|_| write(&mut dice)));
    }
    lines
}

const WRITERS: [fn(&mut Dice) -> String; 38] = [
    |dice| format!("id = \"{}\"", uuid(dice)),
    |dice| format!("session_token: {}", uuid(dice)),
    |dice| format!("commit {}", draw(dice, HEX, 40)),
    |dice| format!("Fixes {} (see {})", draw(dice, HEX, 7), draw(dice, HEX, 12)),
    |dice| format!("{}  target/release/airlock", draw(dice, HEX, 64)),
    |dice| format!("checksum = \"{}\"", draw(dice, HEX, 64)),
    |dice| format!("sha512: {}", draw(dice, HEX, 128)),
    |dice| format!("image@sha256:{}", draw(dice, HEX, 64)),
    |dice| format!("\"integrity\": \"sha512-{}==\",", draw(dice, BASE64, 86)),
    |dice| format!("<script integrity=\"sha384-{}\">", draw(dice, BASE64, 64)),
    |dice| format!("script-src 'sha256-{}='", draw(dice, BASE64, 43)),
    |dice| {
        format!(
            "<img src=\"data:image/png;base64,iVBORw0KGgo{}==\">",
            draw(dice, BASE64, 1_000)
        )
    },
    |dice| {
        format!(
            "url(data:font/woff2;base64,d09GMg{})",
            draw(dice, BASE64, 800)
        )
    },
    |dice| format!("token={}", draw(dice, BASE64URL, 43)),
    |dice| {
        format!(
            "https://example.org/{}/{}",
            draw(dice, BASE64URL, 22),
            draw(dice, BASE64URL, 600)
        )
    },
    |dice| format!("{}-{}", dice.one_of(&WORDS), draw(dice, ALNUM, 48)),
    |dice| {
        format!(
            "class=\"{}-{}\"",
            dice.one_of(&WORDS),
            draw(dice, BASE64URL, 100)
        )
    },
    |dice| format!("sk-{}-{}", dice.one_of(&WORDS), dice.one_of(&WORDS)),
    |dice| format!("locale sk-SK, build sk-{}", draw(dice, HEX, 12)),
    |dice| format!("api_key = \"{}\"", stand_in(dice)),
    |dice| format!("-H \"x-api-key: {}\"", stand_in(dice)),
    |dice| {
        format!(
            "aws_access_key_id = AKIA{}EXAMPLE",
            draw(dice, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 9)
        )
    },
    |dice| format!("ghp_{}", "x".repeat(30 + dice.below(10))),
    |dice| format!("sk-ant-api03-{}", counting(dice, 95)),
    |dice| {
        format!(
            "ghp_{} and sk-or-v1-{}",
            counting(dice, 36),
            "0123456789abcdef".repeat(4)
        )
    },
    |dice| {
        format!(
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{} me@host",
            draw(dice, BASE64, 43)
        )
    },
    |dice| block(dice, "PUBLIC KEY"),
    |dice| block(dice, "CERTIFICATE"),
    shortened,
    minified,
    |dice| format!("$2b$12${}", draw(dice, ALNUM, 53)),
    |dice| {
        format!(
            "ETag: W/\"{}-{}\"",
            draw(dice, HEX, 4),
            draw(dice, BASE64, 27)
        )
    },
    |dice| {
        format!(
            "request_id=req_{} trace={}",
            draw(dice, ALNUM, 24),
            draw(dice, HEX, 32)
        )
    },
    |dice| {
        format!(
            "msg_{} toolu_{} org_{}",
            draw(dice, ALNUM, 24),
            draw(dice, ALNUM, 24),
            draw(dice, ALNUM, 24)
        )
    },
    |dice| {
        format!(
            "G-{} UA-{}-1 pk_live_{}",
            draw(dice, "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", 10),
            draw(dice, DIGITS, 8),
            draw(dice, ALNUM, 24)
        )
    },
    |dice| {
        format!(
            "eyes.{}.eyelashes.{}",
            draw(dice, HEX, 30),
            draw(dice, HEX, 30)
        )
    },
    |dice| STANDARD.encode(format!("user:{}", uuid(dice))),
    |dice| {
        format!(
            "%{}%{} &#{}; \\u{}",
            draw(dice, HEX, 2),
            draw(dice, HEX, 2),
            draw(dice, DIGITS, 3),
            draw(dice, HEX, 4)
        )
    },
];

fn uuid(dice: &mut Dice) -> String {
    [8, 4, 4, 4, 12]
        .map(|count| draw(dice, HEX, count))
        .join("-")
}

/// Characters in the order of the alphabet, from somewhere on.
fn counting(dice: &mut Dice, count: usize) -> String {
    ALNUM
        .chars()
        .cycle()
        .skip(dice.below(ALNUM.len()))
        .take(count)
        .collect()
}

fn stand_in(dice: &mut Dice) -> String {
    let (prefix, rest) = dice.one_of(&STAND_INS);
    format!("{prefix}{rest}")
}

/// A private key of which only the armour and a beginning are shown.
fn shortened(dice: &mut Dice) -> String {
    let label = "PRIVATE KEY";
    format!(
        "-----BEGIN {label}-----\\n{}…\\n-----END {label}-----",
        draw(dice, BASE64, 12)
    )
}

/// Something public, armoured as private keys are.
fn block(dice: &mut Dice, label: &str) -> String {
    let lines: Vec<String> = (0..4).map(|_| draw(dice, BASE64, 64)).collect();
    format!(
        "-----BEGIN {label}-----\\n{}\\n-----END {label}-----",
        lines.join("\\n")
    )
}

/// A line of JavaScript without a space.
fn minified(dice: &mut Dice) -> String {
    let parts = (0..30).map(|_| {
        let (name, member, length) = (
            draw(dice, ALNUM, 2),
            draw(dice, ALNUM, 6),
            8 + dice.below(30),
        );
        let text = draw(dice, BASE64URL, length);
        format!("function {name}(e,t){{return e.{member}-t?sk-rk_hf:\"{text}\"}}")
    });
    parts.collect()
}
