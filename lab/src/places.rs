//! Pieces of this repository's own code that the lab shows. They are compiled in from where they stand, so that what is shown cannot
//! differ from what runs: a test fails where a piece is gone.

/// A piece of code and the file that it stands in.
#[derive(Debug)]
pub(crate) struct Place {
    /// The file, from the root of the checkout.
    pub(crate) path: &'static str,
    /// The whole file.
    pub(crate) source: &'static str,
    /// The piece, line by line as it stands there, without the space before its first line.
    pub(crate) code: &'static str,
}

impl Place {
    /// The line that the piece begins in, counted from 1.
    pub(crate) fn line(&self) -> usize {
        let (before, _) = self.source.split_once(self.code).unwrap_or_default();
        1 + before.matches('\n').count()
    }
}

/// A [`Place`]: a path from the root of the checkout, and a piece of that file.
macro_rules! place {
    ($path:literal, $code:literal) => {
        $crate::places::Place {
            path: $path,
            source: include_str!(concat!("../../", $path)),
            code: $code,
        }
    };
}

pub(crate) use place;
