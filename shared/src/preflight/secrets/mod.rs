//! Finds keys in text, and cuts them out so that the text stays readable.
//!
//! One scanner serves the preflight, the log and `airlock scan`. It has no regular expressions, which would weigh as much as the page: a
//! table of kinds ([`rules`]), a view of the text that sees through escapes and what is invisible ([`normalise`]), and gates that tell
//! random characters from words ([`entropy`]). It takes time linear in the text's length, and copies none of it.

mod armour;
mod class;
mod entropy;
mod files;
mod findings;
mod matcher;
mod normalise;
mod rules;

use std::borrow::Cow;

use super::Span;
use class::ALNUM;
pub use files::scan_bytes;
pub(super) use findings::findings;
use matcher::Matcher;
use normalise::View;

/// What stands where a key was.
const REDACTED: &str = "[redacted]";

/// A key in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// What it opens.
    pub kind: SecretKind,
    /// Where it stands, in the text as it was given.
    pub span: Span,
    /// How every key of its kind begins, which is no secret.
    prefix: &'static str,
}

/// What a key opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SecretKind {
    /// Airlock itself.
    Airlock,
    /// Anthropic's API.
    Anthropic,
    /// Amazon Web Services.
    Aws,
    /// A gateway that speaks OpenAI's dialect, or OpenAI itself with a key of the older sort.
    Gateway,
    /// GitHub.
    GitHub,
    /// GitLab.
    GitLab,
    /// Google's APIs.
    Google,
    /// Hugging Face.
    HuggingFace,
    /// OpenAI's API.
    OpenAi,
    /// `OpenRouter`.
    OpenRouter,
    /// Whatever the private key's other half is trusted by.
    PrivateKey,
    /// Slack.
    Slack,
    /// Stripe.
    Stripe,
    /// Whatever trusts the JSON Web Token.
    WebToken,
}

impl SecretKind {
    /// What people call such a key, with its article: `an Anthropic API key`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Airlock => "an Airlock access token",
            Self::Anthropic => "an Anthropic API key",
            Self::Aws => "an AWS access key",
            Self::Gateway => "an OpenAI or gateway API key",
            Self::GitHub => "a GitHub token",
            Self::GitLab => "a GitLab token",
            Self::Google => "a Google API key",
            Self::HuggingFace => "a Hugging Face token",
            Self::OpenAi => "an OpenAI API key",
            Self::OpenRouter => "an OpenRouter API key",
            Self::PrivateKey => "a private key",
            Self::Slack => "a Slack token",
            Self::Stripe => "a Stripe key",
            Self::WebToken => "a JSON Web Token",
        }
    }
}

impl Secret {
    /// What stands in its place once it is cut out: how it began, so that a reader knows what it was, and that it is gone.
    pub fn replacement(&self) -> String {
        [self.prefix, "…", REDACTED].concat()
    }
}

/// The keys in `text`, in their order, none overlapping another. It takes time linear in the text's length.
pub fn scan(text: &str) -> Vec<Secret> {
    scan_view(View::of(text.as_bytes()))
}

fn scan_view(mut view: View<'_>) -> Vec<Secret> {
    let mut secrets = Vec::new();
    let mut matcher = Matcher::default();
    let mut is_in_word = false;
    loop {
        is_in_word = view.skip_plain(is_in_word);
        let Some(character) = view.next() else {
            return secrets;
        };
        // Only letters and digits go on with a word.
        let is_free = !is_in_word || character.is_after_gap || !class::is(character.byte, ALNUM);
        if is_free
            && class::may_begin(character.byte, view.peek())
            && let Some(secret) = matcher.key_at(character, &view)
        {
            view.skip_to(secret.span.end);
            secrets.push(secret);
            // A key's end is an end, whatever it ends in.
            is_in_word = false;
        } else {
            is_in_word = class::is(character.byte, ALNUM);
        }
    }
}

/// `text` with every key cut out. What is left has none.
pub fn redact(text: &str) -> Cow<'_, str> {
    let secrets = scan(text);
    if secrets.is_empty() {
        return Cow::Borrowed(text);
    }
    let redacted = cut(text, &secrets, Secret::replacement);
    // A prefix that is left standing can make a whole of halves that stood around it. Without the prefixes nothing grows together.
    if scan(&redacted).is_empty() {
        Cow::Owned(redacted)
    } else {
        Cow::Owned(cut(text, &secrets, |_| REDACTED.to_owned()))
    }
}

fn cut(text: &str, secrets: &[Secret], replacement: impl Fn(&Secret) -> String) -> String {
    let mut left = String::with_capacity(text.len());
    let mut from = 0;
    for secret in secrets {
        left.push_str(text.get(from..secret.span.start).unwrap_or_default());
        left.push_str(&replacement(secret));
        from = secret.span.end;
    }
    left.push_str(text.get(from..).unwrap_or_default());
    left
}

#[cfg(test)]
mod steps;
#[cfg(test)]
mod tests;
