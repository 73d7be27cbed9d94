//! Rust sources as syntax trees: the words of doc comments, the methods of a type, and methods that are tables.

use anyhow::{Context as _, Result, bail};
use syn::{
    Attribute, Block, Expr, ExprLit, File, ImplItem, ImplItemFn, ItemImpl, Lit, Meta, Pat, Path,
    Stmt,
};

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

/// The methods of a block of them.
pub(super) fn functions(block: &ItemImpl) -> impl Iterator<Item = &ImplItemFn> {
    block.items.iter().filter_map(|item| match item {
        ImplItem::Fn(function) => Some(function),
        _ => None,
    })
}

/// A method that is one `match` with a literal or a name in each arm: each variant's name with that.
pub(super) fn table(body: &Block) -> Result<Vec<(String, String)>> {
    let [Stmt::Expr(Expr::Match(table), None)] = body.stmts.as_slice() else {
        bail!("is not one `match`");
    };
    let mut cells = Vec::new();
    for arm in &table.arms {
        let value =
            literal(&arm.body).context("has an arm that is neither a literal nor a name")?;
        for variant in variants_in(&arm.pat) {
            cells.push((variant, value.clone()));
        }
    }
    Ok(cells)
}

/// A literal, the last name of a path, or a block around one of them.
fn literal(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Path(path) => last_name(&path.path),
        Expr::Block(block) => match block.block.stmts.as_slice() {
            [Stmt::Expr(inner, None)] => text(inner),
            _ => None,
        },
        other => text(other),
    }
}

/// The variants in a pattern such as `Self::A | Self::B(_)`.
fn variants_in(pattern: &Pat) -> Vec<String> {
    match pattern {
        Pat::Or(either) => either.cases.iter().flat_map(variants_in).collect(),
        Pat::Path(path) => last_name(&path.path).into_iter().collect(),
        Pat::TupleStruct(tuple) => last_name(&tuple.path).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// The last name of a path.
pub(super) fn last_name(path: &Path) -> Option<String> {
    path.segments.last().map(|last| last.ident.to_string())
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

    #[test]
    fn a_table_gives_each_variant_its_literal() {
        let body = "{ match self { Self::A | Self::B(_) => 1, Self::C => { \"c\" } } }";
        let cells = table(&syn::parse_str(body).unwrap()).unwrap();
        let cells: Vec<_> = cells
            .iter()
            .map(|(a, b)| (a.as_str(), b.as_str()))
            .collect();
        assert_eq!(cells, [("A", "1"), ("B", "1"), ("C", "c")]);
        let named = "{ match self { Self::A => Colour::Red } }";
        let cells = table(&syn::parse_str(named).unwrap()).unwrap();
        assert_eq!(cells, [("A".to_owned(), "Red".to_owned())]);
        assert!(table(&syn::parse_str("{ 1 }").unwrap()).is_err());
    }
}
