//! Where programs are looked for: the caller's path first, then the folders that every system keeps them in.
//!
//! A path that holds little more than cargo is enough to start `xtask`; the package manager and a browser need more.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::environment;

/// Where Linux and macOS keep what their package managers install.
const SYSTEM_FOLDERS: [&str; 7] = [
    "/usr/local/bin",
    "/usr/bin",
    "/bin",
    "/usr/local/sbin",
    "/usr/sbin",
    "/sbin",
    "/opt/homebrew/bin",
];

/// The caller's path, completed by the folder of the running cargo (`cargo-fmt`, `cargo-clippy`) and the system's.
pub(crate) fn search_path() -> OsString {
    let own = environment::get("PATH").unwrap_or_default();
    // A folder whose name holds a colon cannot stand in a path; then the caller's own has to do.
    env::join_paths(complete(env::split_paths(&own).collect())).unwrap_or(own)
}

/// The first program of this name that can be started, if any.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    env::split_paths(&search_path())
        .map(|folder| folder.join(program))
        .find(|path| is_program(path))
}

fn complete(mut folders: Vec<PathBuf>) -> Vec<PathBuf> {
    let toolchain = environment::get("CARGO")
        .map(PathBuf::from)
        .and_then(|cargo| Some(cargo.parent()?.to_path_buf()));
    let missing = toolchain
        .into_iter()
        .chain(SYSTEM_FOLDERS.into_iter().map(PathBuf::from));
    for folder in missing {
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    folders
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata()
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_callers_folders_come_first_and_none_twice() {
        let folders = complete(vec![PathBuf::from("/own"), PathBuf::from("/usr/bin")]);
        assert_eq!(folders.first(), Some(&PathBuf::from("/own")));
        assert_eq!(
            folders
                .iter()
                .filter(|folder| **folder == Path::new("/usr/bin"))
                .count(),
            1
        );
        assert!(folders.contains(&PathBuf::from("/usr/sbin")));
    }

    #[test]
    fn a_program_is_found_by_its_name_and_a_made_up_one_is_not() {
        assert!(find("sh").is_some());
        assert_eq!(find("airlock-has-no-such-tool"), None);
    }
}
