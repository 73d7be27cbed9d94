//! A text that still grows, parsed without starting over: only its last block can change.

use std::sync::Arc;

use super::Block;
use super::block::parse;

/// The blocks of a growing text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Growing {
    /// Each block with its key: its place, and the revision in which it was parsed. A block that may have changed has a new one.
    blocks: Vec<((u64, u64), Arc<Block>)>,
    /// Blocks at the front that nothing can change any more.
    closed: usize,
    /// Bytes that the closed blocks span.
    closed_bytes: usize,
    /// Bytes of the text that were taken in, and how often its last word had been replaced until then.
    seen: (usize, u32),
    /// Counts parses, so that a block that was parsed again has a new key.
    revision: u64,
}

impl Growing {
    /// The keys of the blocks so far, from the first to the last.
    pub(crate) fn keys(&self) -> Vec<(u64, u64)> {
        self.blocks.iter().map(|(key, _)| *key).collect()
    }

    /// The block with this key, if it is still there.
    pub(crate) fn block(&self, key: (u64, u64)) -> Option<Arc<Block>> {
        let found = self.blocks.iter().find(|(known, _)| *known == key);
        found.map(|(_, block)| block.clone())
    }

    /// Takes in what was appended to `text` since the last call; says whether anything was. Its last word may have been replaced
    /// before, which `seams` counts: no block is closed before its last line has ended.
    pub(crate) fn grow(&mut self, text: &str, seams: u32) -> bool {
        if self.seen == (text.len(), seams) {
            return false;
        }
        let tail = text.get(self.closed_bytes..).unwrap_or_default();
        self.seen = (text.len(), seams);
        self.revision += 1;
        let parsed = parse(tail);
        // A line that is not whole yet may seem to begin another block, and turn out to belong to the one above it.
        let begins_whole = |start: usize| tail.get(start..).is_some_and(|rest| rest.contains('\n'));
        let last_whole = parsed.iter().rposition(|(start, _)| begins_whole(*start));
        let start = last_whole
            .and_then(|place| parsed.get(place))
            .map(|(start, _)| *start);
        self.replace_open(parsed);
        self.closed += last_whole.unwrap_or_default();
        self.closed_bytes += start.unwrap_or_default();
        true
    }

    /// Puts freshly parsed blocks in the place of those that were open; one that is equal to what stood in its place keeps its key.
    fn replace_open(&mut self, parsed: Vec<(usize, Block)>) {
        let before = self.blocks.split_off(self.closed);
        for (place, (_, block)) in parsed.into_iter().enumerate() {
            let same = before.get(place).filter(|(_, known)| **known == block);
            let key = (self.blocks.len() as u64, self.revision);
            let new = || (key, Arc::new(block));
            self.blocks.push(same.cloned().unwrap_or_else(new));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# Title\n\nFirst *words*\nand more.\n\n- one\n- two\n\n  still two\n\n```rust\nlet a = 1;\n\nlet b = 2;\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nThe end.\n";

    fn whole(text: &str) -> Vec<Block> {
        parse(text).into_iter().map(|(_, block)| block).collect()
    }

    fn shown(growing: &Growing) -> Vec<Block> {
        growing
            .blocks
            .iter()
            .map(|(_, block)| (**block).clone())
            .collect()
    }

    #[test]
    fn growing_letter_by_letter_shows_the_same_as_all_at_once() {
        let mut growing = Growing::default();
        let mut text = String::new();
        for letter in TEXT.chars() {
            text.push(letter);
            growing.grow(&text, 0);
            assert_eq!(shown(&growing), whole(&text), "{text:?}");
        }
    }

    #[test]
    fn only_the_last_block_gets_a_new_key() {
        let mut growing = Growing::default();
        growing.grow("one\n\ntwo\n\nthr", 0);
        let before = growing.keys();
        growing.grow("one\n\ntwo\n\nthree", 0);
        let after = growing.keys();
        assert_eq!(before[..2], after[..2]);
        assert_ne!(before[2], after[2]);
    }

    #[test]
    fn a_last_word_that_is_replaced_is_shown_as_it_is_then() {
        let mut growing = Growing::default();
        growing.grow("one\n\ntwo thr", 0);
        assert!(growing.grow("one\n\ntwo six", 1));
        assert_eq!(shown(&growing), whole("one\n\ntwo six"));
    }

    #[test]
    fn what_brings_nothing_new_changes_nothing() {
        let mut growing = Growing::default();
        assert!(growing.grow("one", 0));
        assert!(!growing.grow("one", 0));
        assert!(growing.grow("one more", 0));
    }
}
