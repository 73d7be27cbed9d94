//! The lab's page: a document made of the table of attacks. What moves in it is `page/lab.js`.

use std::fmt::Write as _;

use axum::response::Response;

use crate::attacks::{ATTACKS, Attack};
use crate::fixes::Fix;
use crate::reply;

/// The page; closed, it says why and how to open it.
pub(crate) fn page(is_open: bool) -> String {
    let template = include_str!("../page/lab.html");
    if !is_open {
        let (head, _) = template.split_once("<!--open-->").unwrap_or_default();
        let (_, foot) = template.split_once("<!--/open-->").unwrap_or_default();
        return format!("{head}{}{foot}", include_str!("../page/closed.html"));
    }
    let (mut attacks, mut rows) = (String::new(), String::new());
    for (index, attack) in ATTACKS.iter().enumerate() {
        attacks.push_str(&section(index + 1, attack));
        rows.push_str(&row(index + 1, attack));
    }
    template
        .replace("<!--attacks-->", &attacks)
        .replace("<!--rows-->", &rows)
}

/// A file of the page.
pub(crate) fn file(name: &str) -> Option<Response> {
    let script = "text/javascript; charset=utf-8";
    Some(match name {
        "lab.js" => reply::file(script, include_str!("../page/lab.js")),
        "attacks.js" => reply::file(script, include_str!("../page/attacks.js")),
        "careless.js" => reply::file(script, include_str!("../page/careless.js")),
        "lab.css" => reply::file("text/css; charset=utf-8", STYLES),
        _ => return None,
    })
}

/// The main page's own styles, and what the lab adds.
const STYLES: &str = concat!(
    include_str!("../../frontend/styles/tokens.css"),
    include_str!("../../frontend/styles/base.css"),
    include_str!("../../frontend/styles/parts.css"),
    include_str!("../page/lab.css"),
);

fn section(number: usize, attack: &Attack) -> String {
    let Attack {
        name,
        title,
        goal,
        asks_for,
        stopped_by,
        lives_in,
        hints: [first, second],
        by_hand,
        fix,
        proof: _,
    } = attack;
    let mut steps = String::new();
    for step in *by_hand {
        // Writing to a string cannot fail.
        let _ = write!(steps, "<li>{step}</li>");
    }
    include_str!("../page/attack.html")
        .replace("{number}", &number.to_string())
        .replace("{name}", name)
        .replace("{title}", title)
        .replace("{goal}", goal)
        .replace("{steps}", &steps)
        .replace("{first}", first)
        .replace("{second}", second)
        .replace("{asks_for}", asks_for)
        .replace("{stopped_by}", stopped_by)
        .replace("{changes}", &changes(fix))
        .replace("{path}", lives_in.path)
        .replace("{line}", &lives_in.line().to_string())
        .replace("{code}", &escaped(lives_in.code))
}

/// The four changes, each a button: what it takes away and what it puts in. Which is right is not said.
fn changes(fix: &Fix) -> String {
    let mut buttons = String::new();
    for (index, change) in fix.changes.iter().enumerate() {
        let (before, after) = (escaped(fix.before), escaped(change.after));
        // Writing to a string cannot fail.
        let _ = write!(
            buttons,
            "<button type=\"button\" class=\"change\" data-choice=\"{index}\"><del>{before}</del> <ins>{after}</ins></button>"
        );
    }
    buttons
}

/// A text as it may stand in HTML.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// A row of the table that is printed at the end.
fn row(number: usize, attack: &Attack) -> String {
    let Attack {
        name,
        title,
        lives_in,
        ..
    } = attack;
    format!(
        "<tr data-row=\"{name}\"><th scope=\"row\">{number}. {title}</th><td data-half=\"unsafe\">not tried</td><td data-half=\"ours\">not tried</td><td><code>{path}</code></td></tr>",
        path = lives_in.path,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_attack_has_its_section_and_its_row() {
        let page = page(true);
        for attack in &ATTACKS {
            assert!(page.contains(&format!("data-attack=\"{}\"", attack.name)));
            assert!(page.contains(&format!("data-row=\"{}\"", attack.name)));
        }
        let places = [
            "{number}", "{name}", "{title}", "{goal}", "{steps}", "{first}",
        ];
        let others = [
            "{second}",
            "{asks_for}",
            "{stopped_by}",
            "{changes}",
            "{path}",
            "{line}",
            "{code}",
            "<!--rows",
        ];
        for place in places.iter().chain(&others) {
            assert!(!page.contains(place), "{place} was not filled");
        }
    }

    #[test]
    fn a_closed_lab_shows_no_attack_and_says_how_to_open_it() {
        let page = page(false);
        assert!(page.contains("--stand-in"));
        assert!(!page.contains("data-attack") && page.ends_with("</html>\n"));
    }
}
