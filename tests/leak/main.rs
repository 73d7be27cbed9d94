//! The leak ring.
