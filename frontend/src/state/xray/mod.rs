//! One request's way through Airlock, as it is told: in a sentence, in a drawing, in a table.
//!
//! What the server tells is an [`Xray`](shared::api::xray::Xray). It is read as a [`Value`], and its fields by their names: the type would
//! weigh more than all that is drawn of it. The samples that the tests look at are of that type, so that a field that is called
//! otherwise is noticed.

pub(crate) mod axis;
pub(crate) mod drawing;
pub(crate) mod figures;
pub(crate) mod rows;
mod story;
pub(crate) mod tab;

use shared::error::ApiError;
use shared::json::Value;

use rows::Row;
use tab::TabTimes;

/// What came of looking at a request.
#[derive(Debug, Default)]
pub(crate) enum Found {
    /// The server was asked and has not answered.
    #[default]
    Asking,
    /// This is how it went.
    Known(Sight),
    /// Why that is not known.
    Failed(ApiError),
}

/// What is known of a request.
#[derive(Debug)]
pub(crate) struct Sight {
    /// By the server.
    pub(crate) xray: Value,
    /// By this tab, if it sent it.
    pub(crate) tab: Option<TabTimes>,
}

impl Sight {
    /// The steps.
    pub(crate) fn rows(&self) -> Vec<Row> {
        rows::rows(&self.xray, self.tab.as_ref())
    }

    /// The whole story in a few words.
    pub(crate) fn story(&self) -> String {
        story::story(&self.xray, self.tab.as_ref())
    }

    /// Whether there will be more to see.
    pub(crate) fn is_under_way(&self) -> bool {
        self.xray.text("ending") == rows::UNDER_WAY
    }
}

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
