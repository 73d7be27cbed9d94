//! Private keys are found whole, whatever stands around their lines.

use super::{BASE64URL, Lot, found, key};
use crate::preflight::secrets::rules::SHAPES;

/// A private key of `lines` lines and a shorter one.
fn lines(count: usize) -> Vec<String> {
    let mut lot = Lot(6);
    let mut lines = vec!["-----BEGIN RSA PRIVATE KEY-----".to_owned()];
    lines.extend((0..count).map(|_| lot.draw(&BASE64URL[..62], 64)));
    lines.push(lot.draw(&BASE64URL[..62], 14) + "==");
    lines.push("-----END RSA PRIVATE KEY-----".to_owned());
    lines
}

/// What is around each line: before it, and after it.
const AROUND: [(&str, &str); 16] = [
    ("\"", "\\n\" +"),
    ("        '", "\\n',"),
    ("\"", "\\r\\n\" \\"),
    ("> ", ""),
    (">> > ", "\r"),
    ("# ", ""),
    ("// ", ""),
    (" * ", ""),
    ("-- ", ""),
    ("; ", ""),
    ("", "<br>"),
    ("", "<br />"),
    ("<p>", "</p>"),
    ("< ", ""),
    ("", "$"),
    ("&gt; ", "&#13;"),
];

#[test]
fn a_private_key_without_its_end_is_found_as_far_as_it_goes() {
    let key = key(SHAPES.last().unwrap(), &mut Lot(3));
    let (body, _) = key.split_once("\n-----END").unwrap();
    assert_eq!(found(body), [body]);
    let json = key.replace('\n', "\\n");
    assert_eq!(
        found(&format!("{{\"private_key\": \"{json}\\n\"}}")),
        [&json]
    );
}

#[test]
fn what_stands_around_each_line_of_a_private_key_neither_hides_it_nor_any_of_it() {
    for (before, after) in AROUND {
        for count in [1, 26] {
            let wrapped = lines(count).join(&format!("{after}\n{before}"));
            let text = format!("const KEY =\n{before}{wrapped}{after}\nand what follows");
            assert_eq!(found(&text), [&wrapped], "{text}");
        }
    }
}

#[test]
fn on_one_line_a_private_key_is_found_whole_too() {
    for gap in ["\" + \"", "\", \"", "<br>", "\\n", "$", "%0A", "&#10;"] {
        let joined = lines(3).join(gap);
        assert_eq!(found(&format!("\"{joined}\"")), [&joined]);
    }
}

#[test]
fn without_its_end_a_private_key_that_is_quoted_is_found_to_its_last_line() {
    for (before, after) in AROUND {
        let mut lines = lines(9);
        lines.truncate(10);
        let wrapped = lines.join(&format!("{after}\n{before}"));
        let prose = "\n\"a\" 'b' \"c\" 'd' \"e\" 'f' \"g\" 'h' and so on".repeat(9);
        let text = format!("{before}{wrapped}{after}{prose}");
        let [found] = &found(&text)[..] else {
            panic!("{text}")
        };
        assert!(found.starts_with(&wrapped), "{found}");
        assert!(found.len() < wrapped.len() + 16, "{found}");
    }
}

#[test]
fn a_private_key_in_a_form_is_found_whole() {
    let form = lines(5).join("%0D%0A").replace(' ', "+");
    assert_eq!(found(&format!("name=me&key={form}&x=1")), [&form]);
}

#[test]
fn code_and_prose_about_armour_are_no_private_key() {
    for text in [
        "if text.contains(\"-----BEGIN PRIVATE KEY-----\") { return parseKey(text, &someOptions).andThen(readItAgain64, orElse2) }",
        "A file begins with \"-----BEGIN RSA PRIVATE KEY-----\" and goes on in Base64, 64 characters to a line, as RFC 7468 says in PEM",
        "`-----BEGIN PRIVATE KEY-----` and `-----END PRIVATE KEY-----`, the first line and the last one of what PKCS8 calls OneAsymmetricKey",
    ] {
        assert_eq!(found(text), [""; 0]);
    }
}
