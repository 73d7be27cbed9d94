//! The drawings: the mark, and one path an icon, all in the colour of the text around them.

use super::part::{IntoPart, Part};
use leptos::prelude::*;

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Icon {
    /// A conversation.
    Chat,
    /// The list of chats.
    History,
    /// Something new.
    Plus,
    /// Off it goes.
    Send,
    /// Stop.
    Stop,
    /// Once more.
    Again,
    /// On it goes.
    Forward,
    /// Into a file.
    Export,
    /// From a file.
    Import,
    /// Change what is there.
    Pencil,
    /// Make a copy.
    Copy,
    /// It worked.
    Check,
    /// Take it away.
    Trash,
    /// Close.
    Cross,
    /// To the end.
    Down,
    /// Light and dark.
    Theme,
    /// The key is locked away.
    Lock,
    /// Look out.
    Warning,
    /// Not any further.
    Barrier,
    /// Worth knowing.
    Info,
    /// The preflight.
    Gauge,
    /// Mend it.
    Mend,
    /// As it was before.
    Undo,
    /// Count.
    Count,
    /// Cut off.
    Cut,
    /// Look inside.
    Xray,
}

impl Icon {
    /// The strokes, on a grid of 24 by 24.
    const fn path(self) -> &'static str {
        match self {
            Self::Chat => "M4 5h16v11H9l-5 4z",
            Self::History => "M4 6h16M4 12h16M4 18h10",
            Self::Plus => "M12 5v14M5 12h14",
            Self::Send => "M12 19V5M6 11l6-6 6 6",
            Self::Stop => "M7 7h10v10H7z",
            Self::Again => "M19 8a8 8 0 1 0 1 6M20 4v5h-5",
            Self::Forward => "M5 12h14M13 6l6 6-6 6",
            Self::Export => "M12 15V4M7 9l5-5 5 5M4 15v5h16v-5",
            Self::Import => "M12 4v11M7 10l5 5 5-5M4 15v5h16v-5",
            Self::Pencil => "M4 20l1-5L16 4l4 4L9 19zM13 7l4 4",
            Self::Copy => "M9 9h11v11H9zM15 9V4H4v11h5",
            Self::Check => "M5 13l4 4L19 7",
            Self::Trash => "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
            Self::Cross => "M6 6l12 12M18 6L6 18",
            Self::Down => "M12 5v14M6 13l6 6 6-6",
            Self::Theme => "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16",
            Self::Lock => "M6 11h12v9H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11",
            Self::Warning => "M12 4l9 16H3zM12 10v4M12 17v.5",
            Self::Barrier => "M8 3h8l5 5v8l-5 5H8l-5-5V8zM8 12h8",
            Self::Info => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 11v6M12 7v.5",
            Self::Gauge => "M4 17a9 9 0 1 1 16 0M12 15l4-5",
            Self::Mend => "M4 20L14 10M13 4v4M20 11h-4M18 5l-2 2M17 15v2M9 7H7",
            Self::Undo => "M4 9h11a5 5 0 0 1 0 10H9M8 5L4 9l4 4",
            Self::Count => "M9 4L7 20M17 4l-2 16M4 9h16M4 15h16",
            Self::Xray => "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M3 12h18",
            Self::Cut => "M4 12h3M10.5 12h3M17 12h3M12 4v3M12 17v3",
        }
    }
}

/// Draws an icon. It is decoration: what it stands beside, or its button's label, says the same in words.
pub(crate) fn draw(icon: Icon) -> Part {
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <path d=icon.path() />
        </svg>
    }
    .part()
}

/// Draws the mark: a hatch, seen from the front, with a gap in its outer ring.
pub(crate) fn mark() -> Part {
    view! {
        <svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M14 2.5H7A4.5 4.5 0 0 0 2.5 7v10A4.5 4.5 0 0 0 7 21.5h10a4.5 4.5 0 0 0 4.5-4.5v-7" />
            <path d="M9.5 7.5h5a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2h-5a2 2 0 0 1-2-2v-5a2 2 0 0 1 2-2z" />
        </svg>
    }
    .part()
}
