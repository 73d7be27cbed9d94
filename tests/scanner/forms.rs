//! The forms in which a key is met: what stands around it, how it is written, and how it is split.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// One form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    /// What it is.
    pub(crate) name: &'static str,
    /// What it is one of.
    pub(crate) group: Group,
    /// A file with the key in it.
    pub(crate) write: fn(&str) -> Vec<u8>,
}

/// What forms have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// One character stands right behind it.
    Before,
    /// It stands in a format, as it is.
    Within,
    /// Some of its characters, or all, are escaped.
    Escaped,
    /// Something that nobody sees stands in its midst.
    Split,
    /// It is base64 or UTF-16.
    Encoded,
}

impl Group {
    /// Every group.
    pub(crate) const ALL: [Self; 5] = [
        Self::Before,
        Self::Within,
        Self::Escaped,
        Self::Split,
        Self::Encoded,
    ];

    /// What people call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Before => "before a character",
            Self::Within => "in a format",
            Self::Escaped => "escaped",
            Self::Split => "split by what nobody sees",
            Self::Encoded => "in base64 or UTF-16",
        }
    }
}

/// The 26 forms that the matrix began with; with keys of two further kinds they are its 28.
pub(crate) const FIRST: usize = 26;

macro_rules! forms {
    ($($group:ident $name:literal $write:expr;)*) => {
        /// Every form, the first [`FIRST`] of which the matrix began with.
        pub(crate) const FORMS: &[Form] = &[$(Form { name: $name, group: Group::$group, write: $write }),*];
    };
}

forms! {
    Before "\"" |key| text(&format!("key \"{key}\" here"));
    Before "'" |key| text(&format!("key '{key}' here"));
    Before ";" |key| text(&format!("key={key}; path=/"));
    Before "," |key| text(&format!("a,{key},b"));
    Before ")" |key| text(&format!("call({key})"));
    Before "<" |key| text(&format!("<key>{key}</key>"));
    Before "." |key| text(&format!("My key is {key}."));
    Before "&" |key| text(&format!("key={key}&model=x"));
    Before ":" |key| text(&format!("{key}: mine"));
    Before "]" |key| text(&format!("[{key}]"));
    Before "|" |key| text(&format!("| {key}|"));
    Before "}" |key| text(&format!("{{{key}}}"));
    Before "a space" |key| text(&format!("key {key} here"));
    Before "the end of a line" |key| text(&format!("key\n{key}\nhere\n"));
    Within "JSON" |key| text(&format!("{{\"api_key\": {}}}", json(key)));
    Within "YAML" |key| text(&format!("api_key: {key}\nmodel: x\n"));
    Within ".env" |key| text(&format!("MODEL=x\nAPI_KEY={key}\n"));
    Within "a query" |key| text(&format!("GET /v1?key={key} HTTP/1.1"));
    Within "Bearer" |key| text(&format!("Authorization: Bearer {key}\r\n"));
    Within "backticks" |key| text(&format!("use `{key}` for it"));
    Within "an HTML attribute" |key| text(&format!("<input value=\"{key}\" type=hidden>"));
    Escaped "percent" |key| text(&format!("?key={}&x=1", marks(key, |c| format!("%{c:02X}"))));
    Encoded "base64" |key| text(&format!("data: {}\n", STANDARD.encode(key)));
    Encoded "UTF-16 with a mark" |key| utf16(&format!("\u{feff}key={key}\r\n"), u16::to_le_bytes);
    Split "zero-width space" |key| split(key, "\u{200b}");
    Split "a line that goes on" |key| split(key, "\\\n");

    Before "a tab" |key| text(&format!("a\t{key}\tb"));
    Before "the end of the text" text;
    Before "a curly quote" |key| text(&format!("“{key}”"));
    Before "CJK" |key| text(&format!("密钥{key}。"));
    Before "an emoji" |key| text(&format!("🔑{key}🔑"));
    Before "@" |key| text(&format!("https://user:{key}@example.org/"));
    Before "a slash" |key| text(&format!("https://example.org/{key}/x"));
    Before "*" |key| text(&format!("**{key}**"));
    Within "a header of curl" |key| text(&format!("curl -H 'x-api-key: {key}' -d @body"));
    Within "an exported variable" |key| text(&format!("export API_KEY=\"{key}\"\n"));
    Within "an argument" |key| text(&format!("docker run -e API_KEY={key} image")) ;
    Within "TOML" |key| text(&format!("[api]\nkey = '{key}'\n"));
    Within "XML" |key| text(&format!("<add key=\"ApiKey\" value='{key}'/>"));
    Within "SQL" |key| text(&format!("INSERT INTO keys VALUES (1, '{key}');"));
    Within "CSV" |key| text(&format!("name,key\nme,\"{key}\"\n"));
    Within "a Markdown table" |key| text(&format!("| key | {key} |"));
    Within "a code fence" |key| text(&format!("```py\nclient = Client(api_key=\"{key}\")\n```"));
    Within "a diff" |key| text(&format!("-key = None\n+key = \"{key}\"\n"));
    Within "a log line" |key| text(&format!("12:00:01 WARN auth failed key={key} status=401"));
    Within "a name with an underscore" |key| text(&format!("old_{key} is gone"));
    Within "a data URL" |key| text(&format!("data:text/plain,{key}"));
    Within "minified JavaScript" |key| text(&format!("var a=1,k=\"{key}\",b=function(){{}}"));
    Escaped "percent, small digits" |key| text(&format!("key%3d{}%0a", marks(key, |c| format!("%{c:02x}"))));
    Escaped "percent, every character" |key| text(&all(key, |c| format!("%{c:02X}")));
    Escaped "line breaks of JSON" |key| text(&json(&format!("first\n{key}\nlast")));
    Escaped "JSON within JSON" |key| text(&json(&json(&format!("a\n{key}\nb"))));
    Escaped "\\u" |key| text(&format!("\"{}\"", marks(key, |c| format!("\\u{c:04x}"))));
    Escaped "\\u, every character" |key| text(&all(key, |c| format!("\\u{c:04X}")));
    Escaped "\\u{}" |key| text(&format!("`{}`", marks(key, |c| format!("\\u{{{c:x}}}"))));
    Escaped "\\x" |key| text(&format!("'{}'", marks(key, |c| format!("\\x{c:02x}"))));
    Escaped "decimal entities" |key| text(&format!("<b>{}</b>", marks(key, |c| format!("&#{c};"))));
    Escaped "hexadecimal entities" |key| text(&format!("<b>{}</b>", marks(key, |c| format!("&#x{c:x};"))));
    Escaped "quotes as entities" |key| text(&format!("&quot;{key}&quot;"));
    Escaped "Markdown" |key| text(&key.replace('_', "\\_"));
    Split "soft hyphen" |key| split(key, "\u{ad}");
    Split "word joiner" |key| split(key, "\u{2060}");
    Split "byte order mark" |key| split(key, "\u{feff}");
    Split "zero-width joiner" |key| split(key, "\u{200d}");
    Split "mark of direction" |key| split(key, "\u{200e}");
    Split "a line that goes on, CRLF" |key| split(key, "\\\r\n");
    Split "percent-encoded zero-width space" |key| split(key, "%E2%80%8B");
    Split "\\u200b" |key| split(key, "\\u200b");
    Split "&shy;" |key| split(key, "&shy;");
    Split "&#8203;" |key| split(key, "&#8203;");
    Encoded "base64, for URLs" |key| text(&format!("?data={}", URL_SAFE_NO_PAD.encode(key)));
    Encoded "Basic" |key| text(&format!("Authorization: Basic {}", STANDARD.encode(format!("user:{key}"))));
    Encoded "UTF-16" |key| utf16(&format!("key={key}\r\n"), u16::to_le_bytes);
    Encoded "UTF-16, big end first" |key| utf16(&format!("key={key}\r\n"), u16::to_be_bytes);
}

fn text(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

fn json(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// The key with every character escaped.
fn all(key: &str, escape: fn(u32) -> String) -> String {
    key.chars()
        .map(|character| escape(u32::from(character)))
        .collect()
}

/// The key with all but its letters and digits escaped; where it has nothing else, its third character.
fn marks(key: &str, escape: fn(u32) -> String) -> String {
    let has_marks = key.contains(|character: char| !character.is_alphanumeric());
    let characters = key.chars().enumerate();
    let written = characters.map(|(at, character)| {
        if !character.is_alphanumeric() || !has_marks && at == 2 {
            escape(u32::from(character))
        } else {
            character.to_string()
        }
    });
    written.collect()
}

/// The key with `gap` in its prefix and in its midst.
fn split(key: &str, gap: &str) -> Vec<u8> {
    let (prefix, rest) = key.split_at(2);
    let (early, late) = rest.split_at(rest.len() / 2);
    text(&format!("key = {prefix}{gap}{early}{gap}{late} # mine\n"))
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}
