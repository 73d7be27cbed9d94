//! The tools that builds and tests need: found where they are, got where they are missing, never installed for the whole machine
//! without need.

pub(crate) mod bindgen;
pub(crate) mod browser;
pub(crate) mod crates;
pub(crate) mod judges;
pub(crate) mod node;
mod packages;
pub(crate) mod python;
pub(crate) mod scanners;
pub(crate) mod schemathesis;
pub(crate) mod slowhttptest;
mod stamp;
pub(crate) mod toolchain;
pub(crate) mod trunk;
