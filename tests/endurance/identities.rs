//! A million names: what is remembered of them is bounded.

use backend::access::Sessions;
use serving::clock::Clock;
use tests::is_soak;

use crate::figures::{mebibytes, own_memory};

/// FM-20: sessions beyond the most that are held push out older ones, so that a flood of them costs no more memory than a full house.
#[test]
fn a_flood_of_sessions_is_bounded_in_memory() {
    let count = if is_soak() { 1_000_000 } else { 250_000 };
    let before = own_memory();
    let sessions = Sessions::new(Clock::system());
    let last = (0..count)
        .map(|_| sessions.open().expect("randomness"))
        .last()
        .expect("there are some");
    let grown = own_memory().saturating_sub(before);
    println!("{count} sessions were opened: {} more", mebibytes(grown));
    assert_eq!(sessions.find(&last.cookie), Some(last.id));
    assert!(grown < 64 << 20, "{}", mebibytes(grown));
}
