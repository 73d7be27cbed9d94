//! Where two verdicts on one case part.

use serde_json::Value;
use tests::corpus::Case;

/// Fails at the first case of which `where_else` says another thing than the native build, and names the case and the field.
pub(super) fn assert_same(
    cases: &[Case],
    natively: &[String],
    where_else: &str,
    verdicts: &[String],
) {
    for ((case, native), other) in cases.iter().zip(natively).zip(verdicts) {
        if let Some(difference) = difference(native, other) {
            panic!(
                "{:?}: natively and in {where_else}: {difference}",
                case.name
            );
        }
    }
    assert_eq!(natively.len(), verdicts.len(), "verdicts of {where_else}");
}

/// The first field in which two texts of JSON differ, with both values.
fn difference(one: &str, other: &str) -> Option<String> {
    if one == other {
        return None;
    }
    let read = |text| serde_json::from_str::<Value>(text);
    let (Ok(left), Ok(right)) = (read(one), read(other)) else {
        return Some(format!("{} is not JSON", shortened(other)));
    };
    // Where the values are equal their writing is not: another order, another escape.
    Some(in_value("", &left, &right).unwrap_or_else(|| {
        let place = one
            .bytes()
            .zip(other.bytes())
            .take_while(|(left, right)| left == right);
        format!(
            "equal values are written differently from byte {} on",
            place.count()
        )
    }))
}

fn in_value(path: &str, one: &Value, other: &Value) -> Option<String> {
    match (one, other) {
        (Value::Object(left), Value::Object(right)) if left.keys().eq(right.keys()) => left
            .iter()
            .zip(right.values())
            .find_map(|((key, left), right)| in_value(&format!("{path}/{key}"), left, right)),
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            let pairs = left.iter().zip(right).enumerate();
            pairs
                .map(|(index, (left, right))| in_value(&format!("{path}/{index}"), left, right))
                .find_map(|found| found)
        }
        _ if one == other => None,
        _ => Some(format!(
            "{path} is {} and {}",
            shortened(&one.to_string()),
            shortened(&other.to_string())
        )),
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(200).collect()
}

#[test]
fn the_first_field_that_differs_is_named() {
    let verdict = r#"{"a":[1,{"b":"x"}],"c":null}"#;
    assert_eq!(difference(verdict, verdict), None);
    for (other, named) in [
        (
            r#"{"a":[1,{"b":"y"}],"c":null}"#,
            r#"/a/1/b is "x" and "y""#,
        ),
        (r#"{"a":[1],"c":null}"#, r#"/a is [1,{"b":"x"}] and [1]"#),
        (r#"{"a":[1,{"b":"x"}]}"#, " is "),
        (r#"{"c":null,"a":[1,{"b":"x"}]}"#, "from byte 2 on"),
        ("undefined", "is not JSON"),
    ] {
        let difference = difference(verdict, other).expect("they differ");
        assert!(difference.contains(named), "{difference}");
    }
}
