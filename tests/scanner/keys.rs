//! Keys of every kind, as those who issue them make them.

use tests::Dice;

/// The lower-case hexadecimal digits.
pub(crate) const HEX: &str = "0123456789abcdef";
/// Letters and digits.
pub(crate) const ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// The characters of URL-safe base64.
pub(crate) const BASE64URL: &str =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// The characters of base64.
pub(crate) const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// Ten digits.
pub(crate) const DIGITS: &str = "0123456789";
const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A kind of key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    /// What people call it.
    pub(crate) name: &'static str,
    make: fn(&mut Dice) -> String,
}

impl Kind {
    /// The key of this kind with this number.
    pub(crate) fn key(&self, number: usize) -> String {
        (self.make)(&mut Dice::new(u64::try_from(number).unwrap()))
    }
}

/// Characters drawn by lot.
pub(crate) fn draw(dice: &mut Dice, alphabet: &str, count: usize) -> String {
    let alphabet = alphabet.as_bytes();
    (0..count)
        .map(|_| char::from(dice.one_of(alphabet)))
        .collect()
}

fn anthropic(dice: &mut Dice, sort: &str) -> String {
    format!("sk-ant-{sort}-{}AA", draw(dice, BASE64URL, 93))
}

fn openai(dice: &mut Dice, sort: &str, half: usize) -> String {
    let (before, after) = (draw(dice, BASE64URL, half), draw(dice, BASE64URL, half));
    format!("sk-{sort}{before}T3BlbkFJ{after}")
}

fn web_token(dice: &mut Dice) -> String {
    let (header, payload) = (draw(dice, ALNUM, 33), draw(dice, BASE64URL, 90));
    format!("eyJ{header}.eyJ{payload}.{}", draw(dice, BASE64URL, 43))
}

fn private_key(dice: &mut Dice) -> String {
    let lines: Vec<String> = (0..8).map(|_| draw(dice, BASE64, 64)).collect();
    let label = "RSA PRIVATE KEY";
    format!(
        "-----BEGIN {label}-----\n{}\n-----END {label}-----",
        lines.join("\n")
    )
}

/// Every kind that the scanner is for.
pub(crate) const KINDS: [Kind; 19] = [
    Kind {
        name: "Anthropic, API",
        make: |dice| anthropic(dice, "api03"),
    },
    Kind {
        name: "Anthropic, admin",
        make: |dice| anthropic(dice, "admin01"),
    },
    Kind {
        name: "Anthropic, OAuth",
        make: |dice| anthropic(dice, "oat01"),
    },
    Kind {
        name: "OpenAI, project",
        make: |dice| openai(dice, "proj-", 74),
    },
    Kind {
        name: "OpenAI, service account",
        make: |dice| openai(dice, "svcacct-", 58),
    },
    Kind {
        name: "OpenAI, older",
        make: |dice| {
            format!(
                "sk-{}T3BlbkFJ{}",
                draw(dice, ALNUM, 20),
                draw(dice, ALNUM, 20)
            )
        },
    },
    Kind {
        name: "Gateway",
        make: |dice| format!("sk-{}", draw(dice, ALNUM, 48)),
    },
    Kind {
        name: "OpenRouter",
        make: |dice| format!("sk-or-v1-{}", draw(dice, HEX, 64)),
    },
    Kind {
        name: "AWS",
        make: |dice| format!("AKIA{}", draw(dice, BASE32, 16)),
    },
    Kind {
        name: "GitHub",
        make: |dice| format!("ghp_{}", draw(dice, ALNUM, 36)),
    },
    Kind {
        name: "GitHub, fine-grained",
        make: |dice| {
            format!(
                "github_pat_{}_{}",
                draw(dice, ALNUM, 22),
                draw(dice, ALNUM, 59)
            )
        },
    },
    Kind {
        name: "Google",
        make: |dice| format!("AIza{}", draw(dice, BASE64URL, 35)),
    },
    Kind {
        name: "Slack",
        make: |dice| {
            let (team, user) = (draw(dice, DIGITS, 12), draw(dice, DIGITS, 13));
            format!("xoxb-{team}-{user}-{}", draw(dice, ALNUM, 24))
        },
    },
    Kind {
        name: "Stripe",
        make: |dice| format!("sk_live_{}", draw(dice, ALNUM, 24)),
    },
    Kind {
        name: "Hugging Face",
        make: |dice| format!("hf_{}", draw(dice, LETTERS, 34)),
    },
    Kind {
        name: "GitLab",
        make: |dice| format!("glpat-{}", draw(dice, BASE64URL, 20)),
    },
    Kind {
        name: "JSON Web Token",
        make: web_token,
    },
    Kind {
        name: "Private key",
        make: private_key,
    },
    Kind {
        name: "Airlock",
        make: |dice| format!("airlock_{}", draw(dice, HEX, 64)),
    },
];
