//! `docs/preflight.md`: the rules that judge a request before it costs anything.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Context as _, Result};
use syn::{Item, ItemEnum};

use super::rust;
use crate::source::Tree;

const SOURCE: &str = "shared/src/preflight/finding.rs";

const OPENING: &str = "\
# The preflight's rules

Every request of the page is judged by these rules, in the tab while it is written and once more on the server, by the same code with
the same verdict. What blocks is not sent; the server refuses it with [`preflight_refused`](errors.md#preflight_refused), and `findings`
has what was found:

```json
{
  \"rule\": \"over_budget\",
  \"severity\": \"block\",
  \"place\": null,
  \"what\": \"Could cost up to $0.0103; $0.01 is left today.\",
  \"why\": \"The budget must hold the worst case before a request is sent. …\",
  \"fix\": { \"change\": \"cap_output\", \"max_tokens\": 485 }
}
```

`rule` is stable: programs decide by it. `place` is the `message`, counted from 0, with the `span` of its text in bytes of UTF-8 where
it is a part. `fix` is a change of the request that removes the finding, where a machine can make it; it is offered and never made
unasked. Findings come with the worst first.

| rule | severity | judges | mended by |
|---|---|---|---|
";

const CLOSING: &str = "
## Who chooses the model of `auto`

A request for the model `auto` leaves the choice to [rules of their own](../shared/src/preflight/route/work.rs). Of the models that the
policy lists and that can take the request (its length, its output cap, its effort), and whose worst case the budget can pay, the
smallest goes that is large enough for the work. How large that is, the effort says that is asked for, or else the last messages do:
code, words that ask to reason, and the length of the question. The verdict's `route` says which model it is, why in one sentence, and
what the nearest other one would probably have cost. Where no model can take the request, it is judged by the one that comes nearest.
";

/// Writes the page.
pub(super) fn write(tree: &Tree) -> Result<String> {
    let file = rust::parse(tree, SOURCE)?;
    let mut severities = BTreeMap::new();
    let mut rules = None;
    for item in &file.items {
        match item {
            Item::Enum(variants) if variants.ident == "Rule" => rules = Some(variants),
            Item::Impl(block) => {
                for function in rust::functions(block).filter(|one| one.sig.ident == "severity") {
                    severities.extend(rust::table(&function.block)?);
                }
            }
            _ => {}
        }
    }
    let rules = rules.with_context(|| format!("{SOURCE} declares no `Rule`"))?;
    let mut page = OPENING.to_owned();
    write_rows(&mut page, rules, &severities)?;
    page.push_str(CLOSING);
    Ok(page)
}

fn write_rows(
    page: &mut String,
    rules: &ItemEnum,
    severities: &BTreeMap<String, String>,
) -> Result<()> {
    for rule in &rules.variants {
        let name = rule.ident.to_string();
        let severity = severities
            .get(&name)
            .with_context(|| format!("`{name}` has no severity in {SOURCE}"))?;
        let comment = rust::doc_comment(&rule.attrs).replace('\n', " ");
        let parts = comment.split_once("  Mended by ");
        let (judges, mended_by) = parts.unwrap_or((&comment, "only the person."));
        let (id, severity) = (snake_case(&name), severity.to_lowercase());
        writeln!(page, "| `{id}` | {severity} | {judges} | {mended_by} |")?;
    }
    Ok(())
}

/// The name as serde writes it.
fn snake_case(name: &str) -> String {
    let mut id = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !id.is_empty() {
            id.push('_');
        }
        id.extend(letter.to_lowercase());
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(severities: &str) -> Tree {
        let rules = "enum Rule {\n/// No such model.\n///\n/// Mended by another\n/// model.\nModelUnknown,\n/// Nothing.\nNoMessages }";
        let table =
            format!("impl Rule {{ fn severity(self) -> S {{ match self {{ {severities} }} }} }}");
        Tree::of(&[(SOURCE, &format!("{rules}\n{table}"))])
    }

    #[test]
    fn each_rule_has_a_row_with_its_severity_and_what_mends_it() {
        let page = write(&source(
            "Self::ModelUnknown => S::Block, Self::NoMessages => S::Info",
        ))
        .unwrap();
        let rows = "\
| `model_unknown` | block | No such model. | another model. |
| `no_messages` | info | Nothing. | only the person. |
";
        assert!(page.contains(rows), "{page}");
    }

    #[test]
    fn a_rule_without_a_severity_is_an_error() {
        assert!(write(&source("Self::ModelUnknown => S::Block")).is_err());
    }
}
