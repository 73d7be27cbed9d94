//! The page's addresses, as an enum: one variant a page.

/// A page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// Talking with Claude.
    Chat,
}

impl Route {
    /// All pages, in the rail's order.
    pub(crate) const ALL: [Self; 1] = [Self::Chat];

    /// The page's address.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Chat => "/",
        }
    }

    /// What the rail calls it.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Chat => "Chat",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_page_has_an_address_of_its_own() {
        let paths: HashSet<_> = Route::ALL.map(Route::path).into();
        assert_eq!(paths.len(), Route::ALL.len());
    }
}
