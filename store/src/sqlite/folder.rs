//! The data folder: made for its owner alone, and used by one server at a time.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use super::CannotStart;

/// The ledger's file.
const LEDGER: &str = "ledger.db";
/// Whoever uses the folder holds a lock on this file; it holds that process's number.
const LOCK: &str = "lock";
/// Read and written by the owner alone.
const FILE_MODE: u32 = 0o600;
const FOLDER_MODE: u32 = 0o700;

/// A data folder that nobody else uses. The system frees it when the process ends, however that comes.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Takes the folder at `path`, which is made where there is none.
    pub(super) fn take(path: &Path) -> Result<Self, CannotStart> {
        let unusable = |source| CannotStart::Unusable {
            folder: path.to_owned(),
            source,
        };
        let mut builder = DirBuilder::new();
        let made = builder.recursive(true).mode(FOLDER_MODE).create(path);
        made.map_err(unusable)?;
        let mut lock = private(OpenOptions::new().read(true).write(true).create(true))
            .open(path.join(LOCK))
            .map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = fs::read_to_string(path.join(LOCK)).unwrap_or_default();
                return Err(CannotStart::InUse {
                    folder: path.to_owned(),
                    holder: holder.trim().to_owned(),
                });
            }
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        lock.set_len(0).map_err(unusable)?;
        writeln!(lock, "process {}", std::process::id()).map_err(unusable)?;
        Ok(Self {
            path: path.to_owned(),
            _lock: lock,
        })
    }

    /// The ledger's file, which is there and its owner's alone; the files that SQLite puts beside it are as it is.
    pub(super) fn ledger(&self) -> Result<PathBuf, CannotStart> {
        let path = self.path.join(LEDGER);
        private(OpenOptions::new().append(true).create(true))
            .open(&path)
            .and_then(|file| file.set_permissions(Permissions::from_mode(FILE_MODE)))
            .map_err(|source| CannotStart::Unusable {
                folder: self.path.clone(),
                source,
            })?;
        Ok(path)
    }
}

/// Makes the new and empty file `path`, which is its owner's alone.
pub(super) fn new_file(path: &Path) -> io::Result<()> {
    private(OpenOptions::new().write(true).create_new(true))
        .open(path)
        .map(drop)
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options.mode(FILE_MODE)
}
