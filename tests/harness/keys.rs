//! Texts that look like keys and open nothing. They are made up at run time: what looks like a key in a checkout is taken for one.

use crate::Dice;

/// What Anthropic's keys begin with.
pub const KEY_PREFIX: &str = "sk-ant-";

/// A text of the shape of Anthropic's keys.
pub fn key_shaped(dice: &mut Dice) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let random = (0..93).map(|_| char::from(dice.one_of(LETTERS)));
    let random: String = random.collect();
    format!("{KEY_PREFIX}api03-{random}AA")
}
