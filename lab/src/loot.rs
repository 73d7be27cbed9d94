//! What answers carried away from pages: what a thief's server would have received, with a receipt for each.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

/// Pieces that are remembered; then the oldest goes. A person looks at the last few.
const PIECES_MAX: usize = 16;
/// Bytes of one piece: as much as an address that a browser follows may well hold.
const PIECE_BYTES_MAX: usize = 1_024;
/// How a receipt begins.
const PREFIX: &str = "loot_";

/// One thing that arrived.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Piece {
    /// What proves that it arrived: nobody can guess it.
    pub(crate) receipt: String,
    /// The words.
    pub(crate) said: String,
}

/// All of them, the newest last.
#[derive(Debug, Default)]
pub(crate) struct Loot(Mutex<VecDeque<Piece>>);

impl Loot {
    /// Takes in what an image's address held.
    ///
    /// # Errors
    ///
    /// When the system has no randomness to give.
    pub(crate) fn take(&self, mut said: String) -> Result<(), getrandom::Error> {
        let mut bits = [0_u8; 16];
        getrandom::fill(&mut bits)?;
        said.truncate(said.floor_char_boundary(PIECE_BYTES_MAX));
        let receipt = format!("{PREFIX}{}", shared::hex::hex(&bits));
        let mut pieces = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pieces.len() >= PIECES_MAX {
            pieces.pop_front();
        }
        pieces.push_back(Piece { receipt, said });
        Ok(())
    }

    /// What arrived so far.
    pub(crate) fn pieces(&self) -> Vec<Piece> {
        let pieces = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pieces.iter().cloned().collect()
    }

    /// Whether that is the receipt of something that arrived.
    pub(crate) fn has(&self, receipt: &str) -> bool {
        let pieces = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pieces.iter().any(|piece| piece.receipt == receipt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_piece_has_a_receipt_of_its_own_and_the_oldest_goes() {
        let loot = Loot::default();
        loot.take("first".to_owned()).unwrap();
        let first = loot.pieces().remove(0);
        assert!(loot.has(&first.receipt) && !loot.has("") && !loot.has(PREFIX));
        for _ in 0..PIECES_MAX {
            loot.take("ü".repeat(PIECE_BYTES_MAX)).unwrap();
        }
        assert!(!loot.has(&first.receipt));
        let pieces = loot.pieces();
        assert_eq!(pieces.len(), PIECES_MAX);
        assert!(
            pieces
                .iter()
                .all(|piece| piece.said.len() <= PIECE_BYTES_MAX)
        );
        assert_ne!(pieces[0].receipt, pieces[1].receipt);
    }
}
