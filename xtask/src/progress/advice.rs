//! What to do about troubles that a tool's own words leave a newcomer alone with.

const NETWORK: &str = "a package registry could not be reached. Check the connection (behind a proxy, set `https_proxy`), then run \
                       the same command again: what is already there is kept.";
const DISK: &str =
    "free some disk space (about 5 GB are needed for everything), then run the same command again.";
const COMPILER: &str = "install a C compiler: `sudo apt-get install gcc libc6-dev` on Debian and Ubuntu, `sudo dnf install gcc` on \
                        Fedora, `xcode-select --install` on macOS.";
const TOOLCHAIN: &str =
    "this Rust is too old: `rustup update stable`, then run the same command again.";
const LOCK_FILE: &str = "Cargo.lock does not fit the manifests: run `cargo check --workspace` once, and commit Cargo.lock with your \
                         change.";

/// Words that tools print, and what they mean for the person at the terminal.
const TROUBLES: [(&str, &str); 17] = [
    ("Could not resolve host", NETWORK),
    ("Couldn't resolve host", NETWORK),
    ("Could not resolve hostname", NETWORK),
    ("Temporary failure resolving", NETWORK),
    ("Temporary failure in name resolution", NETWORK),
    ("getaddrinfo", NETWORK),
    ("Could not connect to server", NETWORK),
    ("Failed to connect to", NETWORK),
    ("spurious network error", NETWORK),
    ("failed to download from", NETWORK),
    ("could not download file", NETWORK),
    ("No space left on device", DISK),
    ("linker `cc` not found", COMPILER),
    ("failed to find tool \"cc\"", COMPILER),
    ("cannot be built because it requires rustc", TOOLCHAIN),
    ("is not supported by the following package", TOOLCHAIN),
    ("because --locked was passed", LOCK_FILE),
];

/// What to do about a line of output, if it tells of a trouble that is known.
pub(super) fn on(line: &str) -> Option<&'static str> {
    TROUBLES
        .iter()
        .find(|(words, _)| line.contains(words))
        .map(|(_, advice)| *advice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_network_is_named() {
        assert_eq!(
            on("  [6] Could not resolve hostname (Could not resolve host: index)"),
            Some(NETWORK)
        );
        assert_eq!(
            on("E: Temporary failure resolving 'deb.debian.org'"),
            Some(NETWORK)
        );
    }

    #[test]
    fn a_missing_compiler_is_named() {
        assert_eq!(on("error: linker `cc` not found"), Some(COMPILER));
    }

    #[test]
    fn ordinary_output_needs_no_advice() {
        assert_eq!(on("   Compiling leptos v0.8.23"), None);
        assert_eq!(on("error[E0308]: mismatched types"), None);
    }
}
