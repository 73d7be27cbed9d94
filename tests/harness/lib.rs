//! What the rings share: the whole server and the stand-in Claude on free ports, and actors that only use HTTP.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a harness that cannot set its stage must end the test, loudly"
)]

mod airlock;
mod binary;
pub mod browser;
pub mod corpus;
mod dice;
mod endless_upstream;
pub mod hostile;
mod keys;
mod month;
mod other_host;
mod other_site;
pub mod process;
mod raw_client;
mod raw_upstream;
mod reply;
mod settings;
mod settlements;
mod slicer;
mod stage;
mod tls;
mod token_holder;
mod visitor;

pub use airlock::{Airlock, START, Setup};
pub use binary::{Binary, run_to_the_end};
pub use dice::Dice;
pub use endless_upstream::EndlessUpstream;
pub use keys::{KEY_PREFIX, key_shaped};
pub use month::fill_month;
pub use other_host::OtherHost;
pub use other_site::OtherSite;
pub use raw_client::RawClient;
pub use raw_upstream::{RawUpstream, raw_upstream, stuck_upstream};
pub use reply::Reply;
pub use settings::{is_soak, is_writing, setting};
pub use settlements::Settlements;
pub use stage::{Scene, Stage, on_stage};
pub use tls::{Certificate, TlsFront};
pub use token_holder::TokenHolder;
pub use visitor::{Answer, Visitor, question, stream_of};
