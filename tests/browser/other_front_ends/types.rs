//! The types are true: TypeScript's own compiler takes everything that the module says for what they say it is, and no field more.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use preflight_js::types::TYPES;
use serde_json::{Value, json};
use tests::corpus::Case;
use tests::setting;

use super::corpus::{CASES, NATIVELY};
use super::module;
use super::place::Place;

/// Samples in the compiler's file, in bytes: what is longer shows no other fields.
const SAMPLE_MAX: usize = 4_000;

/// What a verdict consists of, with the types that it is said to have.
const PARTS: [(&str, &str); 5] = [
    ("report", "Preflight"),
    ("costs", "ModelCost[]"),
    ("trim", "Trim | null"),
    ("mended", "(ChatRequest | null)[]"),
    ("trimmed", "ChatRequest | null"),
];

/// What went in and what came out, as constants of the types that they are said to have.
fn samples(cases: &[Case], verdicts: &[String]) -> String {
    let names = "ChatRequest, ModelCost, Policy, Preflight, Trim";
    let mut text = format!("import type {{ {names} }} from \"./preflight.js\";\n");
    let short = cases
        .iter()
        .zip(verdicts)
        .filter(|(_, verdict)| verdict.len() <= SAMPLE_MAX);
    for (number, (case, verdict)) in short.enumerate() {
        let verdict: Value = serde_json::from_str(verdict).expect("JSON");
        let input = [
            ("request", "ChatRequest", json!(case.request)),
            ("policy", "Policy", json!(case.policy)),
        ];
        let output = PARTS.map(|(name, of)| (name, of, verdict[name].clone()));
        for (name, of, value) in input.into_iter().chain(output) {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "export const {name}{number}: {of} = {value};");
        }
    }
    text
}

#[test]
fn typescripts_compiler_finds_the_types_true_of_the_whole_corpus() {
    let place = Place::new("types");
    let types = fs::read_to_string(module::folder().join("preflight.d.ts")).expect("the types");
    place.write("preflight.d.ts", &types);
    place.write("every_field.ts", include_str!("every_field.ts"));
    place.write("samples.ts", &samples(&CASES, &NATIVELY));
    let compiler = setting("AIRLOCK_SDK_NODE_MODULES").join("typescript/bin/tsc");
    let output = Command::new(setting("AIRLOCK_SDK_NODE"))
        .arg(compiler)
        .args([
            "--noEmit",
            "--strict",
            "--target",
            "esnext",
            "--lib",
            "esnext,dom",
        ])
        .args(["--module", "esnext", "--moduleResolution", "bundler"])
        .args([
            place.path().join("every_field.ts"),
            place.path().join("samples.ts"),
        ])
        .current_dir(place.path())
        .output()
        .expect("the compiler starts");
    let said = String::from_utf8_lossy(&output.stdout);
    let first: Vec<_> = said.lines().take(20).collect();
    assert!(output.status.success(), "{}", first.join("\n"));
}

/// Or a rule's findings would have been compared nowhere, and a rule's name would be missing from the types unseen.
#[test]
fn the_corpus_meets_every_rule_that_the_types_name() {
    let mut met = BTreeSet::new();
    for verdict in NATIVELY.iter() {
        let verdict: Value = serde_json::from_str(verdict).expect("JSON");
        let findings = verdict["report"]["findings"].as_array().expect("findings");
        met.extend(
            findings
                .iter()
                .map(|finding| finding["rule"].as_str().expect("a name").to_owned()),
        );
    }
    let (_, union) = TYPES.split_once("export type Rule =").expect("the type");
    let (union, _) = union.split_once(';').expect("its end");
    let named: BTreeSet<_> = union
        .split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect();
    assert_eq!(met, named);
}
