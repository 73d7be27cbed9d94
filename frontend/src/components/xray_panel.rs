//! The X-ray: one request's way from the browser through Airlock to Claude and back, with what each gate decided.

use leptos::prelude::*;
use shared::error::ErrorKind;

use super::button::Button;
use super::icon::Icon;
use super::part::{IntoPart, Part, redrawn, shown, still};
use super::xray_drawing::draw_drawing;
use super::xray_table::draw_table;
use crate::state::xray::drawing::Drawing;
use crate::state::xray::figures::{figures, headers, money};
use crate::state::xray::{Found, Sight};

/// The panel's element id, to move the focus to.
pub(crate) const XRAY_ID: &str = "xray";

/// What the drawing is for those who do not see it.
const WAY: &str =
    "The request's way through browser, Airlock and Claude; the table below tells the same";

/// How the drawing is to be read.
const SCALE: &str = "A step is one notch wider for every doubling of its time, so that microseconds and seconds can both be seen. Each tick is an event.";

/// The panel, which is there while a request is looked at: `draw` draws what is known of it.
pub(crate) fn draw_panel(
    is_open: Signal<bool>,
    draw: impl Fn() -> Part + Copy + Send + 'static,
    close: Callback<()>,
) -> Part {
    shown(is_open, move || {
        view! {
            <aside class="panel" id=XRAY_ID tabindex="-1" aria-label="X-ray of a request" data-testid="xray">
                <header>
                    <h2>"X-ray"</h2>
                    <Button look="bare" test_id="xray-close" icon=Icon::Cross label="Close the X-ray" on_press=close />
                </header>
                {redrawn(draw)}
            </aside>
        }
        .part()
    })
}

/// Draws what is known of the request `id`; `again` looks at it anew.
pub(crate) fn draw_found(id: &str, found: &Found, again: Callback<()>) -> Part {
    match found {
        Found::Asking => paragraph("note", "", "Asking the server"),
        Found::Failed(error) => {
            let words = match error.kind {
                ErrorKind::NotFound => {
                    "The server remembers the last few hundred requests until it restarts, and shows each to the session that sent it. This one is not among them."
                }
                kind => error.detail.as_deref().unwrap_or(kind.title()),
            };
            let parts = vec![
                paragraph("", "xray-missing", words),
                paragraph("note", "", id),
                draw_again(again),
            ];
            still(None, "div", &[("class", "sight")], "", parts)
        }
        Found::Known(sight) => draw_sight(sight, again),
    }
}

fn draw_sight(sight: &Sight, again: Callback<()>) -> Part {
    let (xray, rows) = (&sight.xray, sight.rows());
    let caption = still(None, "figcaption", &[("class", "aside")], SCALE, Vec::new());
    let way = draw_drawing(&Drawing::of(&rows), WAY);
    let mut parts = vec![
        paragraph("story", "xray-story", &sight.story()),
        still(None, "figure", &[], "", vec![way, caption]),
    ];
    let mut paid = Vec::new();
    if let Some(money) = money(xray) {
        let label = "What was booked, within what was held, within what was put aside";
        paid.push(draw_drawing(&money, label));
    }
    paid.push(draw_pairs("rows", figures(xray)));
    parts.push(still(
        None,
        "section",
        &[("aria-label", "Money and tokens")],
        "",
        paid,
    ));
    let headers = headers(xray);
    if !headers.is_empty() {
        let title = still(None, "h3", &[], "Headers that Claude was sent", Vec::new());
        let headers = draw_pairs("sent", headers);
        parts.push(still(
            None,
            "section",
            &[("data-testid", "xray-headers")],
            "",
            vec![title, headers],
        ));
    }
    parts.push(draw_table(&rows));
    if sight.is_under_way() {
        parts.push(draw_again(again));
    }
    still(None, "div", &[("class", "sight")], "", parts)
}

fn draw_again(on_press: Callback<()>) -> Part {
    view! { <Button look="quiet" test_id="xray-again" icon=Icon::Again label="Look again" on_press /> }
        .part()
}

fn paragraph(class: &str, test_id: &str, words: &str) -> Part {
    still(
        None,
        "p",
        &[("class", class), ("data-testid", test_id)],
        words,
        Vec::new(),
    )
}

/// Names, and what each stands for.
fn draw_pairs(class: &str, pairs: Vec<(String, String)>) -> Part {
    let rows = pairs.into_iter().map(|(name, words)| {
        let name = still(None, "dt", &[], &name, Vec::new());
        let words = still(None, "dd", &[], &words, Vec::new());
        still(None, "div", &[], "", vec![name, words])
    });
    still(None, "dl", &[("class", class)], "", rows.collect())
}
