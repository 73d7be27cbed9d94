//! Before the first request: what the server says of its settings, and what its process shows to its neighbours.

use std::path::Path;

use tests::{Binary, run_to_the_end};

use crate::scene::{Canary, PROGRAM};

/// What a server says that cannot start. It must fail, and name what is wrong.
fn complaint(environment: &[(&str, String)], names: &str) -> Vec<u8> {
    let (status, said) = run_to_the_end(Path::new(PROGRAM), &["serve"], environment);
    let text = String::from_utf8_lossy(&said).into_owned();
    assert_eq!(status.code(), Some(2), "{text}");
    assert!(text.contains(names), "{text}");
    said
}

/// FM-40: a key in the wrong place or the wrong shape is complained of without being quoted.
#[test]
fn complaints_about_settings_never_quote_the_key() {
    let Canary { key, needle } = Canary::new();
    for (environment, names) in [
        (
            vec![("ANTHROPIC_API_KEY", format!("{key} and more"))],
            "ANTHROPIC_API_KEY",
        ),
        (
            vec![
                ("ANTHROPIC_API_KEY", key.clone()),
                ("ANTHROPIC_API_KEY_FILE", "/dev/null".to_owned()),
            ],
            "ANTHROPIC_API_KEY",
        ),
        (
            vec![
                ("ANTHROPIC_API_KEY", key.clone()),
                (
                    "ANTHROPIC_BASE_URL",
                    format!("https://user:{key}@api.example"),
                ),
            ],
            "ANTHROPIC_BASE_URL",
        ),
        (
            vec![
                ("ANTHROPIC_API_KEY", key.clone()),
                (
                    "ANTHROPIC_BASE_URL",
                    format!("https://api.example/?key={key}"),
                ),
            ],
            "ANTHROPIC_BASE_URL",
        ),
        (vec![("AIRLOCK__UPSTREAM__API_KEY", key.clone())], "api_key"),
    ] {
        let said = complaint(&environment, names);
        assert_eq!(needle.found_in(&said), None, "{names}");
    }
    // The detector proves itself: the name of a setting that does not exist is quoted.
    let (_, word) = key.rsplit_once('-').expect("a word");
    let misspelt = format!("AIRLOCK__SERVER__{word}");
    let said = complaint(&[(misspelt.as_str(), "1".to_owned())], "server.");
    assert!(needle.found_in(&said).is_some());
}

/// A key in a file is neither among the words of the command line nor among the variables, which other programs of the machine
/// can read.
#[cfg(target_os = "linux")]
#[test]
fn a_key_in_a_file_is_in_no_list_that_neighbours_can_read() {
    let Canary { key, needle } = Canary::new();
    let file = std::env::temp_dir().join(format!("airlock-key-of-{}", std::process::id()));
    std::fs::write(&file, &key).expect("a key file");
    let variables = [
        (
            "ANTHROPIC_API_KEY_FILE",
            file.to_string_lossy().into_owned(),
        ),
        ("ANTHROPIC_BASE_URL", "http://127.0.0.1:9".to_owned()),
        ("AIRLOCK__LOG__FILTER", "trace".to_owned()),
    ];
    let airlock = Binary::start(Path::new(PROGRAM), &["serve"], &variables);
    std::fs::remove_file(&file).expect("it can go once it was read");
    for list in ["cmdline", "environ", "status", "comm"] {
        let path = format!("/proc/{}/{list}", airlock.process());
        let bytes = std::fs::read(&path).expect("a list");
        assert!(!bytes.is_empty(), "{path}");
        assert_eq!(needle.found_in(&bytes), None, "{path}");
    }
    assert_eq!(needle.found_in(&airlock.end()), None, "the log");

    // The detector proves itself: a key in the environment is in one of the lists. That is why files are better.
    let variables = [
        ("ANTHROPIC_API_KEY", key),
        ("ANTHROPIC_BASE_URL", "http://127.0.0.1:9".to_owned()),
    ];
    let airlock = Binary::start(Path::new(PROGRAM), &["serve"], &variables);
    let environment = std::fs::read(format!("/proc/{}/environ", airlock.process()));
    assert!(needle.found_in(&environment.expect("a list")).is_some());
}
