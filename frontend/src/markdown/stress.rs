//! Which signs of stress belong together: a simpler form of `CommonMark`'s rules for delimiter runs.

use super::Inline;

/// Signs in one run of stress; longer runs are text. Three is strong and emphasised at once.
const SIGNS_MAX: usize = 3;

/// Runs that wait for their end at a time; what opened before the latest of them is text. It bounds both the work and the depth.
const OPEN_MAX: usize = 32;

/// A piece of running text, while it is not known yet what the signs in it mean.
#[derive(Debug)]
pub(super) enum Piece {
    /// What has its meaning.
    Done(Inline),
    /// Signs that may begin or end stress.
    Run(Run),
    /// A bracket that opened and of which no link came.
    Bracket(&'static str),
}

/// Signs of one kind in a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    sign: char,
    count: usize,
    opens: bool,
    closes: bool,
}

impl Piece {
    /// A run of `count` signs between these two characters; `None` where it can only be text.
    pub(super) fn run(
        sign: char,
        count: usize,
        before: Option<char>,
        after: Option<char>,
    ) -> Option<Self> {
        let is_space = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let is_sign = |c: Option<char>| c.is_some_and(|c| c.is_ascii_punctuation());
        let leans_on = |near: Option<char>, far: Option<char>| {
            !is_space(near) && (!is_sign(near) || is_space(far) || is_sign(far))
        };
        let (left, right) = (leans_on(after, before), leans_on(before, after));
        // Underscores within a word are part of it.
        let (opens, closes) = match sign {
            '_' => (
                left && (!right || is_sign(before)),
                right && (!left || is_sign(after)),
            ),
            _ => (left, right),
        };
        let can_be = match sign {
            '~' => count == 2,
            _ => count <= SIGNS_MAX,
        };
        (can_be && (opens || closes)).then_some(Self::Run(Run {
            sign,
            count,
            opens,
            closes,
        }))
    }
}

/// Gives every sign its meaning.
pub(super) fn stressed(pieces: Vec<Piece>) -> Vec<Inline> {
    let mut out = Vec::with_capacity(pieces.len());
    // Where in `out` runs stand that are still open.
    let mut open: Vec<usize> = Vec::new();
    for piece in pieces {
        let Piece::Run(mut run) = piece else {
            out.push(piece);
            continue;
        };
        while run.closes && run.count > 0 && close(&mut run, &mut open, &mut out) {}
        if run.count > 0 {
            if run.opens {
                if open.len() == OPEN_MAX {
                    open.remove(0);
                }
                open.push(out.len());
            }
            out.push(Piece::Run(run));
        }
    }
    worded(out)
}

/// Ends the stress that the nearest fitting run began; false where there is none.
fn close(run: &mut Run, open: &mut Vec<usize>, out: &mut Vec<Piece>) -> bool {
    let fits = |place: &usize| match out.get(*place) {
        Some(Piece::Run(opener)) => opener.sign == run.sign,
        _ => false,
    };
    let Some(found) = open.iter().rposition(fits) else {
        return false;
    };
    let Some(place) = open.get(found).copied() else {
        return false;
    };
    // What opened behind it and did not end is text.
    open.truncate(found + 1);
    let inner = worded(out.split_off(place + 1));
    let Some(Piece::Run(opener)) = out.last_mut() else {
        return false;
    };
    let used = if opener.count >= 2 && run.count >= 2 {
        2
    } else {
        1
    };
    opener.count -= used;
    run.count -= used;
    if opener.count == 0 {
        open.pop();
        out.pop();
    }
    out.push(Piece::Done(match (run.sign, used) {
        ('~', _) => Inline::Struck(inner),
        (_, 2) => Inline::Strong(inner),
        _ => Inline::Emphasis(inner),
    }));
    true
}

/// Makes text of all signs that have found no meaning, and one text of texts that stand side by side.
fn worded(pieces: Vec<Piece>) -> Vec<Inline> {
    let mut inlines: Vec<Inline> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let inline = match piece {
            Piece::Done(inline) => inline,
            Piece::Run(run) => Inline::Text(String::from(run.sign).repeat(run.count)),
            Piece::Bracket(bracket) => Inline::Text(bracket.to_owned()),
        };
        match (inlines.last_mut(), inline) {
            (Some(Inline::Text(last)), Inline::Text(more)) => last.push_str(&more),
            (_, inline) => inlines.push(inline),
        }
    }
    inlines
}
