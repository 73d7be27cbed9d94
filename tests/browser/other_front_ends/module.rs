//! The module as `cargo xtask` builds it: where it is, and how Node runs it.

use std::path::PathBuf;
use std::process::Command;

use serde_json::json;
use tests::setting;

/// The module's folder.
pub(super) fn folder() -> PathBuf {
    setting("AIRLOCK_PREFLIGHT_JS")
}

/// A page in plain JavaScript with the module in it.
pub(super) fn example() -> PathBuf {
    folder().join("example")
}

/// Runs `script`, a module's text that may use everything of the preflight's, under Node, and gives what it printed.
pub(super) fn in_node(script: &str) -> String {
    let folder = folder();
    let prelude = format!(
        "import {{ readFileSync }} from 'node:fs';\nimport * as preflight from {};\n\
         preflight.initSync({{ module: readFileSync({}) }});\n",
        json!(folder.join("preflight.js")),
        json!(folder.join("preflight_bg.wasm")),
    );
    run_in_node(&(prelude + script))
}

/// Runs `script`, a module's text, under Node, and gives what it printed.
pub(super) fn run_in_node(script: &str) -> String {
    let output = Command::new(setting("AIRLOCK_SDK_NODE"))
        .args(["--input-type=module", "--eval", script])
        .env_clear()
        .output()
        .expect("Node starts");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    String::from_utf8(output.stdout).expect("Node prints text")
}
