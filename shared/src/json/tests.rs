//! Holds this JSON against `serde_json`; `any_json` does the same with every type that travels.

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{read, write};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    name: String,
    count: Option<u32>,
    balance: i64,
    #[serde(default)]
    looks: Vec<Look>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Look {
    Plain,
    InColour,
}

/// One field of what may have many.
#[derive(Debug, PartialEq, Deserialize)]
struct Asked {
    wanted: bool,
}

/// What is said of a text that is no [`Sample`].
fn refusal(text: &str) -> String {
    assert!(serde_json::from_str::<Sample>(text).is_err(), "{text}");
    read::<Sample>(text).expect_err(text).to_string()
}

#[test]
fn a_struct_is_read_with_its_fields_in_any_order_and_with_any_space() {
    let text =
        " {\"looks\" : [\"in_colour\",\n\"plain\"],\t\"balance\":-7, \"name\":\"a\\u00e9\\n\"}\r\n";
    let sample = Sample {
        name: "aé\n".to_owned(),
        count: None,
        balance: -7,
        looks: vec![Look::InColour, Look::Plain],
    };
    assert_eq!(read(text), Ok(sample));
}

#[test]
fn what_does_not_fit_is_refused_with_its_place_and_its_field() {
    for (text, said) in [
        ("", "no object at byte 0"),
        ("[]", "no object at byte 0"),
        (r#"{"balance":1}"#, "no field `name` at byte 13"),
        (
            r#"{"name":"a","name":"b"}"#,
            "a second field `name` at byte 18",
        ),
        (r#"{"name":7}"#, "no text at byte 8"),
        (
            r#"{"name":"a","balance":1}{}"#,
            "something behind the end at byte 24",
        ),
        (r#"{"name":"a" "balance":1}"#, "no comma at byte 12"),
        (r#"{"name" "a"}"#, "no colon at byte 8"),
        (r#"{"gone":1}"#, "something that does not fit at byte 7"),
        (
            r#"{"count":4294967296}"#,
            "something that does not fit at byte 19",
        ),
        (r#"{"count":-1}"#, "no whole number at byte 9"),
        (r#"{"count":1.5}"#, "no whole number at byte 10"),
        (
            r#"{"looks":["red"]}"#,
            "something that does not fit at byte 15",
        ),
    ] {
        assert_eq!(refusal(text), said, "{text}");
    }
}

#[test]
fn numbers_keep_every_digit_and_have_one_form() {
    for number in [0, 1, 9_007_199_254_740_993, u64::MAX] {
        assert_eq!(read(&write(&number).expect("writes")), Ok(number));
    }
    assert_eq!(read("-9223372036854775808"), Ok(i64::MIN));
    for text in ["18446744073709551616", "01", "1e3", "1.0", "+1", "- 1", ""] {
        assert!(read::<u64>(text).is_err(), "{text}");
    }
}

#[test]
fn characters_are_read_from_their_numbers_and_never_in_halves() {
    for (text, character) in [
        (r#""\ud83d\ude42""#, '🙂'),
        (r#""\uffff""#, '\u{ffff}'),
        (r#""\/""#, '/'),
    ] {
        assert_eq!(read(text), Ok(character.to_string()));
    }
    for text in [
        r#""\ud83d""#,
        r#""\ude42""#,
        r#""\ud83d\ud83d""#,
        r#""\u12""#,
        r#""\x""#,
        "\"\n\"",
        "\"",
    ] {
        assert!(read::<String>(text).is_err(), "{text}");
        assert!(serde_json::from_str::<String>(text).is_err(), "{text}");
    }
}

#[test]
fn what_nobody_asks_for_is_passed_over_however_it_looks() {
    let text = r#"{"a":-1.5e-7,"b":[{},[],{"c":[null,true,"]}"]}],"wanted":true,"d":"\"}"}"#;
    assert_eq!(read(text), Ok(Asked { wanted: true }));
}

#[test]
fn no_depth_exhausts_the_stack() {
    for open in ["[", "{\"a\":"] {
        let deep = open.repeat(100_000);
        let unasked = format!("{{\"gone\":{deep}");
        assert!(read::<Value>(&deep).is_err());
        assert!(read::<Asked>(&unasked).is_err());
    }
}

#[test]
fn what_no_type_of_ours_has_is_refused_and_not_written_wrongly() {
    assert!(write(&0.5).is_err());
    assert!(write(&Ok::<u8, u8>(1)).is_err());
}

proptest! {
    #[test]
    fn any_text_is_written_as_serde_json_does_and_read_back(text in "\\PC*|[\\x00-\\x7f]*") {
        let written = write(&text).expect("writes");
        prop_assert_eq!(&written, &serde_json::to_string(&text).expect("writes"));
        prop_assert_eq!(read(&written), Ok(text));
    }

    #[test]
    fn any_characters_are_read_or_refused(text in "[\\[\\]{}:,\"\\\\u0-9a-f nultre.-]{0,24}") {
        if let Ok(value) = read::<Value>(&text) {
            prop_assert_eq!(serde_json::from_str::<Value>(&text).expect("reads"), value);
        }
    }
}
