//! `airlock scan` as people run it: what it prints, how it ends, and that it never says what it found.

use std::path::Path;

use tests::{Dice, key_shaped, run_to_the_end};

use crate::needle::Needle;
use crate::scene::PROGRAM;

/// What it says, and its exit status. It needs no settings.
fn scan(arguments: &[&str]) -> (Option<i32>, String) {
    let arguments = [&["scan"], arguments].concat();
    let none: [(&str, &str); 0] = [];
    let (status, said) = run_to_the_end(Path::new(PROGRAM), &arguments, &none);
    (status.code(), String::from_utf8(said).expect("text"))
}

/// FM-40: a key is named by its place and its kind, in either form, and no long part of it is printed.
#[test]
fn a_key_is_named_and_never_printed() {
    let key = key_shaped(&mut Dice::new(21));
    let part: String = key.chars().skip(20).take(60).collect();
    let needle = Needle::new(&part);
    let folder = std::env::temp_dir().join(format!("airlock-leak-scan-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("notes.txt");
    std::fs::write(&file, format!("The key:\n  {key}\n")).expect("a file");
    let path = file.to_str().expect("a path");
    let outcomes = [scan(&[path]), scan(&["--json", path])];
    let clean = scan(&[folder.join("none").to_str().expect("a path")]);
    std::fs::remove_dir_all(&folder).expect("it goes again");

    let place = format!("{path}:2:3 an Anthropic API key");
    assert!(outcomes[0].1.contains(&place), "{}", outcomes[0].1);
    assert!(outcomes[1].1.contains(r#""line": 2"#), "{}", outcomes[1].1);
    for (status, said) in &outcomes {
        assert_eq!(*status, Some(1), "{said}");
        assert_eq!(needle.found_in(said.as_bytes()), None, "{said}");
    }
    assert_eq!(clean.0, Some(2), "{}", clean.1);
}

#[test]
fn nothing_found_is_a_success_and_a_wrong_option_is_not() {
    let (status, said) = scan(&["-"]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("0 keys found in 1 file"), "{said}");
    assert_eq!(scan(&["--colour"]).0, Some(2));
    let (status, help) = scan(&["--help"]);
    assert_eq!(status, Some(0));
    assert!(
        help.contains("never the key") && help.contains("is not"),
        "{help}"
    );
}
