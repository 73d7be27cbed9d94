//! The kinds of keys, a row for each way in which one begins.
//!
//! A new kind is a row here and a name in [`SecretKind::name`].

use super::SecretKind;
use super::class::{ALNUM, BASE32, HEX, WORD};

/// How keys of one kind look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    /// What such a key opens.
    pub(super) kind: SecretKind,
    /// How it begins: two characters at least. This much of it is public.
    pub(super) prefix: &'static str,
    /// What follows.
    pub(super) body: Body,
}

/// What follows a prefix.
#[derive(Clone, Copy, Debug)]
pub(super) enum Body {
    /// Characters drawn by lot.
    Run(Run),
    /// The rest of a JSON Web Token: three parts of URL-safe base64, of which two hold an object of JSON.
    WebToken,
    /// The rest of a private key's armour.
    Armour,
}

/// Characters drawn by lot.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// The class that they are of.
    pub(super) alphabet: u8,
    /// How many there are at least; so many are looked at to tell a key from words. At most 64.
    pub(super) min: u16,
    /// How many there are at most.
    pub(super) max: u16,
    /// Their entropy at least, in tenths of a bit for each. Of a hundred thousand keys less than a hundred have less.
    pub(super) entropy: u8,
}

/// Above all lengths: whatever has the prefix and the randomness is a key, however long.
const OPEN: u16 = u16::MAX;

const fn run(
    kind: SecretKind,
    prefix: &'static str,
    alphabet: u8,
    (min, max): (u16, u16),
    entropy: u8,
) -> Shape {
    let run = Run {
        alphabet,
        min,
        max,
        entropy,
    };
    Shape {
        kind,
        prefix,
        body: Body::Run(run),
    }
}

/// Every kind. Where several rows fit, the first one counts.
///
/// Bodies of letters and digits alone have an exact length, where the kind has one: what goes on is something else. Those with `-` and `_`
/// are open, since these often follow a key as well.
pub(super) const SHAPES: [Shape; 34] = {
    use SecretKind as Kind;
    [
        // `api03-`, `admin01-`, `oat01-`, `ort01-`, `sid01-` and 80 characters or more; half of a key is worth finding, too.
        run(Kind::Anthropic, "sk-ant-", WORD, (40, OPEN), 38),
        run(Kind::OpenRouter, "sk-or-v1-", HEX, (64, 64), 32),
        run(Kind::OpenAi, "sk-proj-", WORD, (40, OPEN), 38),
        run(Kind::OpenAi, "sk-svcacct-", WORD, (40, OPEN), 38),
        run(Kind::OpenAi, "sk-admin-", WORD, (40, OPEN), 38),
        // OpenAI's older keys (20 characters, `T3BlbkFJ`, 20 more) and those of many gateways that speak its dialect.
        run(Kind::Gateway, "sk-", ALNUM, (48, 48), 40),
        run(Kind::Aws, "AKIA", BASE32, (16, 16), 27),
        run(Kind::Aws, "ASIA", BASE32, (16, 16), 27),
        run(Kind::Aws, "ABIA", BASE32, (16, 16), 27),
        run(Kind::Aws, "ACCA", BASE32, (16, 16), 27),
        run(Kind::Aws, "A3T", BASE32, (17, 17), 27),
        run(Kind::GitHub, "ghp_", ALNUM, (36, 36), 38),
        run(Kind::GitHub, "gho_", ALNUM, (36, 36), 38),
        run(Kind::GitHub, "ghu_", ALNUM, (36, 36), 38),
        run(Kind::GitHub, "ghs_", ALNUM, (36, 36), 38),
        run(Kind::GitHub, "ghr_", ALNUM, (36, 36), 38),
        run(Kind::GitHub, "github_pat_", WORD, (60, OPEN), 40),
        run(Kind::Google, "AIza", WORD, (35, OPEN), 38),
        // Two numbers and then 24 characters, or three and then more.
        run(Kind::Slack, "xoxb-", WORD, (46, OPEN), 32),
        run(Kind::Slack, "xoxp-", WORD, (60, OPEN), 28),
        run(Kind::Slack, "xoxa-", WORD, (60, OPEN), 28),
        run(Kind::Slack, "xoxs-", WORD, (60, OPEN), 28),
        run(Kind::Stripe, "sk_live_", ALNUM, (16, OPEN), 28),
        run(Kind::Stripe, "sk_test_", ALNUM, (16, OPEN), 28),
        run(Kind::Stripe, "sk_prod_", ALNUM, (16, OPEN), 28),
        run(Kind::Stripe, "rk_live_", ALNUM, (16, OPEN), 28),
        run(Kind::Stripe, "rk_test_", ALNUM, (16, OPEN), 28),
        run(Kind::Stripe, "rk_prod_", ALNUM, (16, OPEN), 28),
        // Letters of both cases alone: words in CamelCase have an entropy of up to 3.9.
        run(Kind::HuggingFace, "hf_", ALNUM, (34, 34), 40),
        run(Kind::GitLab, "glpat-", WORD, (20, OPEN), 32),
        run(Kind::GitLab, "glrt-", WORD, (20, OPEN), 32),
        // 64 hexadecimal digits, as the documentation has people make them.
        run(Kind::Airlock, "airlock_", ALNUM, (32, OPEN), 28),
        Shape {
            kind: Kind::WebToken,
            prefix: "ey",
            body: Body::WebToken,
        },
        Shape {
            kind: Kind::PrivateKey,
            prefix: "-----BEGIN ",
            body: Body::Armour,
        },
    ]
};
