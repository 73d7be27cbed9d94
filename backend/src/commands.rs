//! What the operator does from the terminal: at the running server, through the socket in its data folder, or on the ledger itself where none
//! runs.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shared::api::paths;
use shared::api::spending::{SpendingState, StopSpending};
use shared::error::ApiError;
use shared::time::UnixMillis;
use store::{Durability, Flag, SqliteStore, Store as _};

use configuration::{Config, DEFAULT_DATA_FOLDER, LedgerChoice};

/// The data folder that commands are about.
///
/// # Errors
///
/// Where there is none, with what to do.
pub fn data_folder(config: &Config) -> anyhow::Result<PathBuf> {
    let folder = match &config.ledger {
        LedgerChoice::Folder(folder, _) => folder.clone(),
        // The server may have been started with a key, which this terminal does not have.
        LedgerChoice::Memory => PathBuf::from(DEFAULT_DATA_FOLDER),
    };
    if !folder.is_dir() {
        bail!(
            "there is no data folder {}, so that no server can be reached: start it with --data DIR, and name the same folder here",
            folder.display()
        );
    }
    Ok(folder)
}

/// Stops all spending or lets it go on, in the server that uses `folder` and for all that will.
///
/// # Errors
///
/// What the server or the store says.
pub async fn stop_spending(
    folder: &Path,
    wish: StopSpending,
    now: UnixMillis,
) -> anyhow::Result<SpendingState> {
    if let Some(state) = ask(folder, paths::STOP_SPENDING, &wish).await? {
        return Ok(state);
    }
    let store = SqliteStore::open(folder, Durability::Full, now)?;
    store
        .set_flag(Flag::SpendingStopped, wish.is_stopped.then_some(now))
        .await?;
    let stopped_since = store.flag(Flag::SpendingStopped).await?;
    store.close().await?;
    Ok(SpendingState { stopped_since })
}

/// Asks the server that uses `folder`; `None` where none runs.
///
/// # Errors
///
/// What the server says, or why it cannot be heard.
pub async fn ask<T: DeserializeOwned>(
    folder: &Path,
    path: &str,
    question: &impl Serialize,
) -> anyhow::Result<Option<T>> {
    let body = serde_json::to_vec(question)?;
    let Some(answer) = control::call(folder, path, Some(body))
        .await
        .context("the server cannot be reached through its socket")?
    else {
        return Ok(None);
    };
    if answer.status.is_success() {
        let read = serde_json::from_slice(&answer.body);
        return Ok(Some(read.context("the server is of another version")?));
    }
    let refused = serde_json::from_slice::<ApiError>(&answer.body);
    Err(refused.map_or_else(
        |_| anyhow::anyhow!("the server answered {}", answer.status),
        anyhow::Error::new,
    ))
}
