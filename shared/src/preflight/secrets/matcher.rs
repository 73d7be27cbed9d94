//! Reads on from a prefix, and says where the key ends that it began.
//!
//! Linear time: an attempt that fails has read no more than the prefix, the longest run of known length (64) and a character, or remembers
//! how far it came. One that succeeds is read on from its end.

use super::Secret;
use super::armour::armour_end;
use super::class::{self, ALNUM, BASE32, WORD};
use super::entropy::{self, LOOKED_AT_MAX};
use super::normalise::{Character, View};
use super::rules::{Body, Run, SHAPES, Shape};
use crate::preflight::Span;

/// Each part of a JSON Web Token's header and payload, beside its `ey`, and its signature: the shortest that mean something.
const PART_MIN: usize = 17;

/// What was learnt on the way through one text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Matcher {
    /// Before this no JSON Web Token begins: the part that goes on until here was read, and nothing right follows it.
    no_web_token_before: usize,
}

impl Matcher {
    /// The key that begins with `first`, behind which `view` stands.
    pub(super) fn key_at(&mut self, first: Character, view: &View<'_>) -> Option<Secret> {
        SHAPES.iter().find_map(|shape| {
            let (byte, rest) = shape.prefix.as_bytes().split_first()?;
            let mut view = (*byte == first.byte).then(|| view.clone())?;
            literal(&mut view, rest)?;
            Some(Secret {
                kind: shape.kind,
                span: Span {
                    start: first.start,
                    end: self.end(shape, first.start, view)?,
                },
                prefix: shape.prefix,
            })
        })
    }

    /// Where the key has ended that began at `start` with a shape's prefix, behind which `view` stands.
    fn end(&mut self, shape: &Shape, start: usize, view: View<'_>) -> Option<usize> {
        match &shape.body {
            Body::Run(run) => run_end(*run, view),
            Body::WebToken if start < self.no_web_token_before => None,
            Body::WebToken => self.web_token_end(view),
            Body::Armour => armour_end(view),
        }
    }

    fn web_token_end(&mut self, mut view: View<'_>) -> Option<usize> {
        let (header, header_end) = part(&mut view);
        self.no_web_token_before = header_end;
        literal(&mut view, b".ey").filter(|()| header >= PART_MIN)?;
        let (payload, _) = part(&mut view);
        literal(&mut view, b".").filter(|()| payload >= PART_MIN)?;
        let (signature, end) = part(&mut view);
        (signature >= PART_MIN).then_some(end)
    }
}

/// Reads `expected`, if that comes next. In forms a plus sign is a space.
pub(super) fn literal(view: &mut View<'_>, expected: &[u8]) -> Option<()> {
    for expected in expected {
        let byte = view.next()?.byte;
        (byte == *expected || byte == b'+' && *expected == b' ').then_some(())?;
    }
    Some(())
}

/// Reads characters of URL-safe base64 for as long as there are any: how many, and where they have ended.
fn part(view: &mut View<'_>) -> (usize, usize) {
    let (mut count, mut end) = (0, 0);
    loop {
        let before = view.clone();
        match view.next() {
            Some(character) if class::is(character.byte, WORD) => {
                count += 1;
                end = character.end;
            }
            _ => {
                *view = before;
                return (count, end);
            }
        }
    }
}

/// Where a run of random characters has ended.
fn run_end(run: Run, view: View<'_>) -> Option<usize> {
    let mut looked_at = [0; LOOKED_AT_MAX];
    let mut count: u16 = 0;
    let mut end = None;
    // Where it has ended, should what follows something invisible not belong to it.
    let mut end_at_gap = None;
    for character in view {
        if character.is_after_gap && end_at_gap.is_none() {
            end_at_gap = end;
        }
        if !class::is(character.byte, run.alphabet) {
            let goes_on = class::is(character.byte, ALNUM) && !character.is_after_gap;
            return if goes_on { end_at_gap } else { end };
        }
        if let Some(place) = looked_at.get_mut(usize::from(count)) {
            *place = character.byte;
        }
        count = count.saturating_add(1);
        if count == run.min && !is_random(run, &looked_at) {
            return None;
        }
        if count > run.max {
            return end_at_gap;
        }
        if count >= run.min {
            end = Some(character.end);
        }
    }
    end
}

fn is_random(run: Run, looked_at: &[u8]) -> bool {
    let body = looked_at.get(..usize::from(run.min)).unwrap_or(looked_at);
    if run.alphabet == BASE32 {
        entropy::is_random_base32(body, run.entropy)
    } else {
        entropy::is_random(body, run.entropy)
    }
}
