//! The rings in the order in which they run, and what each needs.

use std::fmt;

use clap::ValueEnum;

/// One ring of tests. The quick ones come first, so that a slip is known in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Ring {
    /// The layout of the code
    Fmt,
    /// Lints, for this machine and for the page
    Clippy,
    /// The house rules that no compiler knows
    Tidy,
    /// What everything is made of: licences, banned crates, duplicates, sources
    Deny,
    /// The page is built, once for all rings that follow: they compile the server with it inside
    Page,
    /// Tests beside the code
    Unit,
    /// The documentation's links
    Doc,
    /// Tests beside the code that need WebAssembly
    Wasm,
    /// The whole server over HTTP
    Api,
    /// The page in a real browser
    Browser,
    /// The key is nowhere that it must not be
    Leak,
    /// The official SDKs
    Sdk,
    /// Outside judges of the headers, and of the API by its document
    Judges,
    /// How many keys the scanner finds, beside what others find
    Scanner,
    /// The measurements run, in a short form: whether they work, not what they say
    Bench,
    /// Many clients, hostile upstreams and long times, and what they leave behind
    Endurance,
    /// Slow clients, by another's tool, while others go about their business
    Siege,
}

impl Ring {
    /// What people call it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Tidy => "tidy",
            Self::Deny => "deny",
            Self::Page => "page",
            Self::Unit => "unit",
            Self::Doc => "doc",
            Self::Wasm => "wasm",
            Self::Api => "api",
            Self::Browser => "browser",
            Self::Leak => "leak",
            Self::Sdk => "sdk",
            Self::Judges => "judges",
            Self::Scanner => "scanner",
            Self::Bench => "bench",
            Self::Endurance => "endurance",
            Self::Siege => "siege",
        }
    }

    /// Whether it looks at the page, or at the server with the page inside.
    pub(crate) fn needs_page(self) -> bool {
        matches!(
            self,
            Self::Api
                | Self::Browser
                | Self::Leak
                | Self::Sdk
                | Self::Judges
                | Self::Endurance
                | Self::Siege
        )
    }

    /// The rings to run: those asked for, or all, in order, each once, and the page where one of them needs it.
    pub(crate) fn plan(asked: &[Self]) -> Vec<Self> {
        let mut rings = if asked.is_empty() {
            Self::value_variants().to_vec()
        } else {
            asked.to_vec()
        };
        if rings.iter().any(|ring| ring.needs_page()) {
            rings.push(Self::Page);
        }
        rings.sort_unstable();
        rings.dedup();
        rings
    }
}

impl fmt::Display for Ring {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asking_for_none_runs_all_in_order() {
        let rings = Ring::plan(&[]);
        assert_eq!(rings, Ring::value_variants());
        assert_eq!(rings.first(), Some(&Ring::Fmt));
    }

    #[test]
    fn the_page_comes_before_the_rings_that_need_it_and_only_for_them() {
        assert_eq!(
            Ring::plan(&[Ring::Leak, Ring::Api, Ring::Leak]),
            [Ring::Page, Ring::Api, Ring::Leak]
        );
        assert_eq!(Ring::plan(&[Ring::Unit]), [Ring::Unit]);
    }

    #[test]
    fn rings_are_called_what_the_command_line_calls_them() {
        for ring in Ring::value_variants() {
            assert_eq!(ring.to_possible_value().unwrap().get_name(), ring.name());
        }
    }
}
