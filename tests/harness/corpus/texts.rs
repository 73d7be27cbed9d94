//! Texts of every kind of script and character, alone and as neighbours, from nothing up to the limits.

use shared::api::chat::ChatRequest;

use super::{Case, MODELS, case, conversation, policy};

/// Pieces that a rule may take for something else: scripts, marks that combine, what nobody sees, what JSON and HTML escape, code.
const PIECES: [(&str, &str); 30] = [
    (
        "english",
        "The quick brown fox jumps over the lazy dog, twice. ",
    ),
    (
        "german",
        "Fußgängerübergänge über Straßen müssen schön grün sein. ",
    ),
    ("french", "Où êtes-vous allés, chère Noëlle ? "),
    ("vietnamese", "Tiếng Việt có nhiều dấu thanh điệu. "),
    ("russian", "Съешь же ещё этих мягких французских булок. "),
    ("greek", "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία. "),
    ("hebrew", "דג סקרן שט בים מאוכזב ולפתע מצא חברה. "),
    ("arabic", "نص حكيم له سر قاطع وذو شأن عظيم. "),
    ("hindi", "ऋषियों को सताने वाले दुष्ट राक्षसों। "),
    ("thai", "เป็นมนุษย์สุดประเสริฐเลิศคุณค่า "),
    ("chinese", "我能吞下玻璃而不伤身体。"),
    ("japanese", "いろはにほへと、カタカナと漢字。"),
    ("korean", "키스의 고유조건은 입술끼리 만나야 한다. "),
    ("emoji", "🙂👩‍👩‍👧‍👦🏳️‍🌈🇩🇪👍🏽 "),
    ("combining", "e\u{301}a\u{308}\u{304}o\u{328}\u{1ab0} "),
    (
        "zero width",
        "a\u{200b}b\u{200d}c\u{feff}d\u{2060}e\u{ad}f ",
    ),
    (
        "directions",
        "\u{202e}drawkcab\u{202c} \u{2066}isolated\u{2069} ",
    ),
    (
        "controls",
        "\u{0}\u{1}\u{8}\u{b}\u{c}\u{1b}[31m\u{7f}\u{85} ",
    ),
    ("separators", "line\u{2028}paragraph\u{2029}next\r\nlast\r "),
    (
        "planes",
        "\u{10ffff}\u{f0000}\u{1d11e}\u{20000}\u{e000}\u{fffd}\u{ffff} ",
    ),
    (
        "escapes",
        "%E2%82%AC \\u20ac &euro; &#8364; \\x41 \\\\ \\\" ",
    ),
    ("digits", "3.14159 1,000,000 0xDEADBEEF 1e-9 ٣٤٥ Ⅻ "),
    (
        "json",
        "{\"a\": [1, 2.5, null, true], \"b\": {\"c\": \"d\"}}\n",
    ),
    (
        "rust",
        "fn main() -> Result<(), Box<dyn Error>> { let x = &mut y[..]; }\n",
    ),
    (
        "python",
        "def f(x: int) -> str:\n    return f\"{x!r}\"  # why\n",
    ),
    (
        "html",
        "<p class=\"a\">1 &lt; 2 &amp;&amp; 3</p><!-- x -->\n",
    ),
    (
        "markdown",
        "# Title\n\n- item **bold** `code`\n\n| a | b |\n|---|---|\n",
    ),
    (
        "log",
        "2026-11-23T12:00:00.123Z INFO  [main] request_id=7f3a latency=12ms\n",
    ),
    ("white space", " \t\n\u{a0}\u{2003}\u{3000} "),
    ("punctuation", "!?;:,.…—–()[]{}<>«»„“\"'`~@#$^&*_+=|/\\ "),
];

/// What is around a text's limits, and a lot of it.
const REPEATS: [usize; 4] = [1, 2, 17, 300];

pub(super) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (name, piece) in PIECES {
        for repeats in REPEATS {
            cases.push(case(
                format!("{name} x {repeats}"),
                conversation([piece.repeat(repeats)]),
                policy(),
            ));
        }
        // As the middle of a conversation, and without its last character or its first.
        let mut characters = piece.chars();
        characters.next();
        let texts = [characters.as_str(), piece, piece.trim_end(), "And now?"];
        let mut request = conversation(texts);
        request.messages.remove(2);
        cases.push(case(format!("{name} in turns"), request, policy()));
    }
    let pairs = PIECES.iter().zip(PIECES.iter().cycle().skip(7));
    for ((one, left), (other, right)) in pairs {
        let text = format!("{left}{right}").repeat(3);
        cases.push(case(
            format!("{one} with {other}"),
            conversation([text]),
            policy(),
        ));
    }
    cases.extend(large());
    cases
}

/// The longest messages that may be sent, of one, two, three and four bytes a character, to models of both tokenizers.
fn large() -> Vec<Case> {
    let limit = usize::try_from(policy().request_bytes_max).unwrap();
    let mut cases = Vec::new();
    for (name, piece) in [PIECES[0], PIECES[4], PIECES[10], PIECES[13]] {
        for model in [MODELS[0], MODELS[4]] {
            let request = ChatRequest {
                model: model.to_owned(),
                ..conversation([piece.repeat(limit / piece.len())])
            };
            cases.push(case(
                format!("as much {name} as may be, {model}"),
                request,
                policy(),
            ));
        }
    }
    cases
}
