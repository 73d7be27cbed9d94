//! Without the lab a clean starter is left: a copy of the checkout without this folder and the lines marked `lab` compiles and runs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How a line ends that goes with the lab, by the language that it is in.
const MARKS: [&str; 3] = ["// lab", "# lab", "<!-- lab -->"];
/// Lines of code that may be marked: the workspace, the backend's manifest, two of `xtask`, two tables of routes.
const LINES_OF_CODE_MAX: usize = 6;
/// What is no source, and what the copy is there to do without.
const LEFT_OUT: [&str; 6] = [".git", "dist", "lab", "node_modules", "target", ".env"];

/// Copies `folder`, a path below `root`, and gives how many lines of code were left out.
fn copy(root: &Path, folder: &Path, to: &Path) -> usize {
    fs::create_dir_all(to.join(folder)).expect("a folder");
    let mut left_out = 0;
    for entry in fs::read_dir(root.join(folder)).expect("a folder of the checkout") {
        let entry = entry.expect("an entry");
        let name = entry.file_name();
        if LEFT_OUT.iter().any(|other| name == *other) {
            continue;
        }
        let path = folder.join(&name);
        if entry.path().is_dir() {
            left_out += copy(root, &path, to);
            continue;
        }
        let bytes = fs::read(entry.path()).expect("a file");
        let Ok(text) = String::from_utf8(bytes.clone()) else {
            fs::write(to.join(path), bytes).expect("a copy");
            continue;
        };
        let is_marked = |line: &str| MARKS.iter().any(|mark| line.ends_with(mark));
        let kept = text
            .split_inclusive('\n')
            .filter(|line| !is_marked(line.trim_end()));
        let is_code = path.extension().is_some_and(|kind| kind != "md");
        left_out += usize::from(is_code) * text.lines().filter(|line| is_marked(line)).count();
        fs::write(to.join(path), kept.collect::<String>()).expect("a copy");
    }
    left_out
}

#[test]
fn without_the_lab_a_clean_starter_compiles_and_answers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the checkout");
    let starter = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("starter");
    // What an earlier run left would hide a file that is gone.
    let _ = fs::remove_dir_all(&starter);
    let marked = copy(root, Path::new(""), &starter);
    assert!(
        (1..=LINES_OF_CODE_MAX).contains(&marked),
        "{marked} lines are marked"
    );
    let build = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .parent()
        .expect("the target folder");
    for command in [
        "check --offline --workspace --exclude bindgen",
        // The selection of crates is that of the rings, so that nothing but our own crates is compiled a second time.
        "test --offline --workspace --exclude bindgen --test api -- health",
    ] {
        let cargo = Command::new(env!("CARGO"))
            .args(command.split(' '))
            .current_dir(&starter)
            // What is compiled along the way is shared; what comes out of it is not, so that no binary of ours is replaced.
            .env("CARGO_BUILD_BUILD_DIR", build)
            .env("CARGO_TARGET_DIR", starter.join("target"))
            .env_remove("AIRLOCK_PAGE")
            .output()
            .expect("cargo runs");
        let said = String::from_utf8_lossy(&cargo.stderr);
        assert!(cargo.status.success(), "cargo {command}:\n{said}");
    }
}
