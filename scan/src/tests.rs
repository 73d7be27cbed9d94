//! Where keys are found, which files are looked through, and what is told of them. Keys are made up at run time.

use std::fs;

use proptest::prelude::{any, prop_assert_eq, proptest};

use super::*;

/// A folder of its own for one test, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("airlock-scan-{name}-{}", std::process::id()));
        // One that an earlier run left behind.
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("a folder");
        Self(path)
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, content).expect("a file");
        path
    }

    /// What is found, with paths from the folder on.
    fn scan(&self) -> (Report, Vec<String>) {
        let report = scan(std::slice::from_ref(&self.0), io::empty());
        let mut text = Vec::new();
        report.write_text(&mut text).expect("writes");
        let text = String::from_utf8(text).expect("text");
        let root = format!("{}/", self.0.display());
        let lines = text.lines().map(|line| line.replace(&root, "")).collect();
        (report, lines)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A key of GitHub's shape.
fn key() -> String {
    format!("ghp_{}", "Zk3vT9qLw1XbR7sYd2Np".repeat(2).split_off(4))
}

#[test]
fn a_key_is_named_by_file_line_and_column_and_never_shown() {
    let folder = Folder::new("places");
    let key = key();
    folder.put("a.txt", format!("first line\n北京 = {key}; {key}\n"));
    folder.put("b/c.env", format!("\n\nTOKEN={key}"));
    folder.put("clean.rs", "fn main() {}");
    let (report, lines) = folder.scan();
    assert_eq!(
        lines,
        [
            "a.txt:2:6 a GitHub token",
            "a.txt:2:48 a GitHub token",
            "b/c.env:3:7 a GitHub token",
        ]
    );
    assert_eq!((report.files, report.problems.len()), (3, 0));
    assert!(report.summary().starts_with("3 keys found in 3 files"));
    let mut json = Vec::new();
    report.write_json(&mut json).expect("writes");
    let json = String::from_utf8(json).expect("text");
    assert!(!json.contains(key.split_at(8).1), "{json}");
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["findings"][2]["line"], 3);
    assert_eq!(json["findings"][0]["kind"], "a GitHub token");
}

#[test]
fn folders_of_made_things_and_binary_files_are_left_out_unless_they_are_named() {
    let folder = Folder::new("left-out");
    let binary = folder.put("program", [b"\x7fELF\0", key().as_bytes()].concat());
    for name in [
        ".git/config",
        "target/debug/out.txt",
        "web/node_modules/x.js",
    ] {
        folder.put(name, key());
    }
    folder.put("targets/list.txt", key());
    let (report, lines) = folder.scan();
    assert_eq!(lines, ["targets/list.txt:1:1 a GitHub token"]);
    assert_eq!((report.files, report.binary_files), (1, 1));
    let named = [binary, folder.0.join("target")];
    assert_eq!(scan(&named, io::empty()).findings.len(), 2);
}

#[test]
fn keys_in_utf_16_are_found_in_either_order_of_its_bytes() {
    let folder = Folder::new("encodings");
    let text = format!("\u{feff}token: {}\r\n", key());
    let wide = text.encode_utf16().flat_map(u16::to_le_bytes);
    folder.put("little.txt", wide.collect::<Vec<u8>>());
    let wide = text.encode_utf16().flat_map(u16::to_be_bytes);
    folder.put("big.txt", wide.collect::<Vec<u8>>());
    let (report, lines) = folder.scan();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(report.binary_files, 0);
}

#[test]
fn standard_input_is_looked_through_too() {
    let text = format!("export TOKEN={}\n", key());
    let report = scan(&[PathBuf::from("-")], text.as_bytes());
    let [found] = report.findings.as_slice() else {
        panic!("{report:?}");
    };
    assert_eq!(
        (found.path.as_str(), found.line, found.column),
        ("-", 1, 14)
    );
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_is_looked_through() {
    let folder = Folder::new("problems");
    let there = folder.put("there.txt", key());
    let missing = folder.0.join(key());
    let report = scan(&[missing, there], io::empty());
    assert_eq!((report.findings.len(), report.problems.len()), (1, 1));
    let told = format!("{:?}", report.problems);
    assert!(told.contains("ghp_…[redacted]"), "{told}");
}

#[test]
fn a_name_tells_the_terminal_nothing() {
    let name = format!("\u{1b}[2J {}\n.txt", key());
    assert_eq!(
        report::shown(Path::new(&name)),
        "\u{fffd}[2J ghp_…[redacted]\u{fffd}.txt"
    );
}

proptest! {
    /// Lines and columns are those that an editor shows, wherever one measures on the way.
    #[test]
    fn places_are_those_of_an_editor(text in "[a\n北🙂]{0,60}", stops in proptest::collection::vec(any::<usize>(), 0..6)) {
        let mut stops: Vec<usize> = stops
            .into_iter()
            .map(|stop| text.floor_char_boundary(stop % (text.len() + 1)))
            .collect();
        stops.sort_unstable();
        let mut ruler = Ruler::at_the_beginning_of(text.as_bytes());
        for stop in stops {
            let before = text.split_at(stop).0;
            let line = before.matches('\n').count() as u64 + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() as u64 + 1;
            prop_assert_eq!(ruler.measure_to(stop), (line, column));
        }
    }
}
