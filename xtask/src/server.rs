//! The release build of the server with the page inside.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::process;
use crate::progress::{Progress, Step};
use crate::tools::crates;

/// What the build left.
#[derive(Debug)]
pub(crate) struct Built {
    /// The one file that is the whole of Airlock.
    pub(crate) binary: PathBuf,
    /// The folder with the page's files as they went into it: `NAME`, and where smaller `NAME.br` and `NAME.gz`.
    pub(crate) embedded: PathBuf,
}

/// Builds the server for release with the page in the folder `page` inside.
pub(crate) fn build(page: &Path, progress: &mut Progress) -> Result<Built> {
    let step = Step {
        log: "server",
        title: "Building the server (about two minutes the first time)",
        crates: crates::count("backend", None),
    };
    let mut command = process::cargo();
    command.args([
        "build",
        "--locked",
        "--release",
        "--package",
        "backend",
        "--message-format",
        "json-render-diagnostics",
    ]);
    let messages = progress.run(&step, command.env("AIRLOCK_PAGE", page))?;
    let messages: Vec<Value> = messages
        .iter()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    from_messages(&messages).context("cargo built the server and did not say where to")
}

/// Finds the binary and the build script's folder in cargo's messages.
fn from_messages(messages: &[Value]) -> Option<Built> {
    let of_backend =
        |message: &&Value| text(message, "package_id").is_some_and(|id| id.contains("/backend#"));
    let find = |field: &str| {
        messages
            .iter()
            .filter(of_backend)
            .find_map(|message| text(message, field))
    };
    Some(Built {
        binary: find("executable")?.into(),
        embedded: Path::new(find("out_dir")?).join("page"),
    })
}

fn text<'a>(message: &'a Value, field: &str) -> Option<&'a str> {
    message.get(field)?.as_str()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_binary_and_the_embedded_files_are_found_among_others() {
        let messages = [
            json!({"reason": "build-script-executed", "package_id": "registry+x#ring@0.17.14", "out_dir": "/t/ring/out"}),
            json!({"reason": "build-script-executed", "package_id": "path+file:///checkout/backend#0.1.0", "out_dir": "/t/backend/out"}),
            json!({"reason": "compiler-artifact", "package_id": "path+file:///checkout/backend#0.1.0", "executable": null}),
            json!({"reason": "compiler-artifact", "package_id": "path+file:///checkout/backend#0.1.0", "executable": "/t/release/airlock"}),
        ];
        let built = from_messages(&messages).unwrap();
        assert_eq!(built.binary, Path::new("/t/release/airlock"));
        assert_eq!(built.embedded, Path::new("/t/backend/out/page"));
    }

    #[test]
    fn a_build_without_a_binary_is_noticed() {
        assert!(from_messages(&[json!({"reason": "build-finished", "success": true})]).is_none());
    }
}
