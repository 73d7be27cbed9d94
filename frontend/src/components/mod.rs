//! The parts that pages are made of: values in, callbacks out; none of them asks the server or the store.
#![expect(
    unreachable_pub,
    reason = "the component macro repeats the function's name in a public item of its own"
)]

pub(crate) mod answer;
pub(crate) mod button;
pub(crate) mod choices;
pub(crate) mod composer;
pub(crate) mod copy_button;
pub(crate) mod error_card;
pub(crate) mod history_item;
pub(crate) mod history_list;
pub(crate) mod icon;
pub(crate) mod key_strip;
pub(crate) mod markdown;
pub(crate) mod part;
mod preflight_costs;
pub(crate) mod preflight_findings;
pub(crate) mod preflight_panel;
pub(crate) mod preflight_strip;
pub(crate) mod question;
pub(crate) mod rail;
pub(crate) mod transfer;
pub(crate) mod welcome;
mod xray_drawing;
pub(crate) mod xray_panel;
mod xray_table;
