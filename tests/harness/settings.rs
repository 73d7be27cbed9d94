//! What `cargo xtask test` tells the rings through the environment.

use std::io::Write as _;
use std::path::PathBuf;

/// The value of the variable `name`.
///
/// A ring that was started without it ends here, as a whole: the same complaint from each of its tests would say no more.
#[expect(
    clippy::disallowed_methods,
    clippy::exit,
    reason = "the rings are started through the environment, and one message is worth more than one a test"
)]
pub fn setting(name: &str) -> PathBuf {
    if let Some(value) = std::env::var_os(name).filter(|value| !value.is_empty()) {
        return value.into();
    }
    // Written past the test harness, which would keep a test's own words to itself.
    let _ = writeln!(
        std::io::stderr(),
        "\n{name} is not set: this ring needs what `cargo xtask test` provides, such as a built page, a browser or a tool. Run it by its name: `cargo xtask test browser`.\n"
    );
    std::process::exit(1);
}

/// Whether the rings run in their long form: `cargo xtask test --soak`.
#[expect(
    clippy::disallowed_methods,
    reason = "the rings are started through the environment"
)]
pub fn is_soak() -> bool {
    std::env::var_os("AIRLOCK_SOAK").is_some()
}

/// Whether what is measured goes into the documents that quote it: `cargo xtask test --write`.
#[expect(
    clippy::disallowed_methods,
    reason = "the rings are started through the environment"
)]
pub fn is_writing() -> bool {
    std::env::var_os("AIRLOCK_WRITE").is_some()
}
