//! Rust sources as syntax trees, and the words of their doc comments.

use anyhow::{Context as _, Result};
use syn::{Attribute, Expr, ExprLit, File, Lit, Meta};

use crate::source::Tree;

/// Parses the file at `path`.
pub(super) fn parse(tree: &Tree, path: &str) -> Result<File> {
    let file = tree
        .get(path)
        .with_context(|| format!("{path} is not there"))?;
    syn::parse_file(&file.text).with_context(|| format!("{path} is not Rust"))
}

/// The doc comment among `attributes`, line for line, without the space behind the slashes.
pub(super) fn doc_comment(attributes: &[Attribute]) -> String {
    let lines: Vec<_> = attributes.iter().filter_map(doc_line).collect();
    lines.join("\n")
}

fn doc_line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    let line = text(&pair.value).filter(|_| pair.path.is_ident("doc"))?;
    Some(line.strip_prefix(' ').unwrap_or(&line).to_owned())
}

/// What a literal says; other expressions say nothing by themselves.
pub(super) fn text(expression: &Expr) -> Option<String> {
    let Expr::Lit(ExprLit { lit, .. }) = expression else {
        return None;
    };
    match lit {
        Lit::Str(text) => Some(text.value()),
        Lit::Int(number) => Some(number.base10_digits().to_owned()),
        Lit::Bool(truth) => Some(truth.value.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doc_comments_are_read_line_for_line() {
        let item: syn::ItemStruct =
            syn::parse_str("/// One.\n///   Two.\n#[derive(Debug)]\nstruct S;").unwrap();
        assert_eq!(doc_comment(&item.attrs), "One.\n  Two.");
    }

    #[test]
    fn literals_say_what_they_are() {
        let said = |source| text(&syn::parse_str::<Expr>(source).unwrap());
        assert_eq!(said("\"a\\\"b\"").as_deref(), Some("a\"b"));
        assert_eq!(said("1_000_u32").as_deref(), Some("1000"));
        assert_eq!(said("true").as_deref(), Some("true"));
        assert_eq!(said("f()"), None);
    }
}
