//! Calls as lines for spreadsheets, by RFC 4180.

use shared::api::usage::Call;

/// The columns.
const HEADS: [&str; 17] = [
    "request_id",
    "opened_at",
    "model",
    "environment",
    "outcome",
    "input_tokens",
    "output_tokens",
    "cache_write_5m_tokens",
    "cache_write_1h_tokens",
    "cache_read_tokens",
    "cost_usd",
    "cost_nano_usd",
    "reserved_nano_usd",
    "is_estimated",
    "first_event_ms",
    "duration_ms",
    "upstream_request_id",
];

/// Writes calls, below their heads.
pub fn csv(calls: &[Call]) -> String {
    let mut body = String::new();
    line(&mut body, HEADS);
    for call in calls {
        line(&mut body, cells(call));
    }
    body
}

fn cells(call: &Call) -> [String; HEADS.len()] {
    let number = |number: Option<u32>| number.map(|it| it.to_string()).unwrap_or_default();
    let tokens = &call.tokens;
    let dollars = call.cost_nano_usd.to_string();
    [
        call.request_id.to_string(),
        call.opened_at_unix_ms.to_string(),
        call.model.clone(),
        call.environment.clone(),
        call.outcome.as_str().to_owned(),
        tokens.input.to_string(),
        tokens.output.to_string(),
        tokens.cache_write_5m.to_string(),
        tokens.cache_write_1h.to_string(),
        tokens.cache_read.to_string(),
        dollars.trim_start_matches('$').to_owned(),
        call.cost_nano_usd.0.to_string(),
        call.reserved_nano_usd.0.to_string(),
        call.is_estimated.to_string(),
        number(call.first_event_ms),
        number(call.duration_ms),
        call.upstream_request_id.clone().unwrap_or_default(),
    ]
}

/// Writes one line.
fn line<T: AsRef<str>>(body: &mut String, cells: impl IntoIterator<Item = T>) {
    let mut separator = "";
    for cell in cells {
        body.push_str(separator);
        write_cell(body, cell.as_ref());
        separator = ",";
    }
    body.push_str("\r\n");
}

/// Writes one cell. What a spreadsheet would take for a formula is made a text by an apostrophe in front: the upstream's id, for one, is
/// whatever the upstream says.
fn write_cell(body: &mut String, cell: &str) {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let is_quoted = cell.contains(['"', ',', '\r', '\n']);
    if is_quoted {
        body.push('"');
    }
    if is_formula {
        body.push('\'');
    }
    body.push_str(&cell.replace('"', "\"\""));
    if is_quoted {
        body.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_formula_is_a_text() {
        for (cell, written) in [
            ("plain", "plain"),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "'\t=1"),
            (
                "=HYPERLINK(\"http://x\",1)",
                "\"'=HYPERLINK(\"\"http://x\"\",1)\"",
            ),
            ("a,b", "\"a,b\""),
            ("a\"b", "\"a\"\"b\""),
            ("a\r\n=b", "\"a\r\n=b\""),
            ("", ""),
        ] {
            let mut body = String::new();
            write_cell(&mut body, cell);
            assert_eq!(body, written, "{cell:?}");
        }
    }
}
