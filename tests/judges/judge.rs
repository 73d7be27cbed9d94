//! A judge's hearing: one program of Node's in a process of its own, which says what it thinks as JSON.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::de::DeserializeOwned;
use tests::setting;

/// What tests fail with: an outside program has many ways to go wrong, and each says what it was.
pub(crate) type Failure = Box<dyn Error + Send + Sync>;

/// The folder that the judges were installed in.
pub(crate) fn judges() -> PathBuf {
    setting("AIRLOCK_JUDGES")
}

/// Runs `script` and reads what it prints. Nothing of the caller's, such as a proxy, may decide what it does.
pub(crate) async fn hear<T: DeserializeOwned>(
    script: &Path,
    argument: &str,
    environment: &[(&str, &Path)],
) -> Result<T, Failure> {
    let node = setting("AIRLOCK_SDK_NODE");
    let mut command = Command::new(&node);
    command
        .arg(script)
        .arg(argument)
        .env_clear()
        .envs(environment.iter().copied());
    let output = tokio::task::spawn_blocking(move || command.output()).await?;
    let output = output.map_err(|error| format!("{} did not start: {error}", node.display()))?;
    let (said, complaints) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    if !output.status.success() {
        return Err(format!("{} failed: {said}{complaints}", script.display()).into());
    }
    serde_json::from_str(&said).map_err(|error| format!("{error} in {said}").into())
}
