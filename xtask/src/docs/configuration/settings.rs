//! The settings as the source declares them: one struct for each section, a documented field for each setting.

use anyhow::{Context as _, Result, bail};
use syn::{Attribute, Expr, Fields, GenericArgument, Item, ItemStruct, PathArguments, Type};

use super::super::rust;
use crate::source::Tree;

/// Where the sections are declared.
const SECTIONS: [&str; 3] = [
    "configuration/src/sections.rs",
    "configuration/src/budget.rs",
    "configuration/src/store.rs",
];
/// Where the variables beside the settings are listed.
const VARIABLES: &str = "configuration/src/env.rs";
/// What introduces an example in a doc comment.
const EXAMPLE: &str = "such as `";

/// Everything that can be set.
#[derive(Debug)]
pub(super) struct Settings {
    /// The sections of the settings file, as they are declared.
    pub(super) sections: Vec<Section>,
    /// The variables of the environment that are no settings: their names, and what they are for.
    pub(super) variables: Vec<(String, String)>,
}

/// One section of the settings file.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) name: String,
    pub(super) about: String,
    pub(super) fields: Vec<Setting>,
}

/// One setting.
#[derive(Debug)]
pub(super) struct Setting {
    pub(super) name: String,
    pub(super) about: String,
    /// What can be written there, in words.
    pub(super) kind: String,
    /// A value for the example file, where there is no default.
    pub(super) example: Option<String>,
}

impl Settings {
    /// Reads them from the source.
    pub(super) fn read(tree: &Tree) -> Result<Self> {
        let mut sections = Vec::new();
        for path in SECTIONS {
            for item in rust::parse(tree, path)?.items {
                if let Item::Struct(declared) = item {
                    sections.extend(section(&declared)?);
                }
            }
        }
        Ok(Self {
            sections,
            variables: variables(tree)?,
        })
    }
}

/// The section that a struct declares, if its doc comment begins with one's name: `` `[server]`: where Airlock listens. ``
fn section(declared: &ItemStruct) -> Result<Option<Section>> {
    let words = one_line(&declared.attrs);
    let Some((name, about)) = words
        .strip_prefix("`[")
        .and_then(|rest| rest.split_once("]`: "))
    else {
        return Ok(None);
    };
    let Fields::Named(fields) = &declared.fields else {
        bail!("`[{name}]` has no fields");
    };
    let fields = fields
        .named
        .iter()
        .map(|field| {
            let about = one_line(&field.attrs);
            let kind = kind(&field.ty);
            Some(Setting {
                name: field.ident.as_ref()?.to_string(),
                example: example(&about, &kind),
                kind,
                about,
            })
        })
        .collect::<Option<Vec<_>>>()
        .with_context(|| format!("`[{name}]` has a field without a name"))?;
    Ok(Some(Section {
        name: name.to_owned(),
        about: capitalised(about),
        fields,
    }))
}

/// The doc comment as one line.
fn one_line(attributes: &[Attribute]) -> String {
    rust::doc_comment(attributes).replace('\n', " ")
}

fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    rest.next()
        .map(|first| first.to_uppercase().chain(rest).collect())
        .unwrap_or_default()
}

/// What can be written for a type of the source.
fn kind(declared: &Type) -> String {
    let (name, inner) = generic(declared);
    let of_inner = || inner.map(kind).unwrap_or_default();
    match name.as_str() {
        "Option" => of_inner(),
        "Vec" => format!("list of {}s", of_inner()),
        "bool" => "true or false".to_owned(),
        "u8" | "u16" | "u32" | "u64" | "usize" => "whole number".to_owned(),
        "String" => "text".to_owned(),
        "PathBuf" => "path".to_owned(),
        "SocketAddr" => "address and port".to_owned(),
        "IpNet" => "network".to_owned(),
        "WebhookUrl" => "URL".to_owned(),
        "Origin" => "origin".to_owned(),
        "BTreeMap" => "table".to_owned(),
        "NanoUsd" => "dollars".to_owned(),
        "TokenDigest" => "64 hexadecimal digits".to_owned(),
        "OnSecret" => "one word".to_owned(),
        // A type of our own, whose words stand with the setting.
        other => other.to_owned(),
    }
}

/// The last name of a type's path, and the type in its angle brackets.
fn generic(declared: &Type) -> (String, Option<&Type>) {
    let Type::Path(path) = declared else {
        return (String::new(), None);
    };
    let Some(last) = path.path.segments.last() else {
        return (String::new(), None);
    };
    let inner = match &last.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first() {
            Some(GenericArgument::Type(inner)) => Some(inner),
            _ => None,
        },
        _ => None,
    };
    (last.ident.to_string(), inner)
}

/// The example that a doc comment gives, as TOML.
fn example(about: &str, kind: &str) -> Option<String> {
    let (_, rest) = about.split_once(EXAMPLE)?;
    let (value, _) = rest.split_once('`')?;
    let is_toml =
        value.starts_with(['"', '[', '{']) || ["whole number", "true or false"].contains(&kind);
    Some(if is_toml {
        value.to_owned()
    } else {
        format!("{value:?}")
    })
}

/// The array of names and words in [`VARIABLES`].
fn variables(tree: &Tree) -> Result<Vec<(String, String)>> {
    let file = rust::parse(tree, VARIABLES)?;
    let listed = file.items.iter().find_map(|item| match item {
        Item::Const(list) if list.ident == "VARIABLES" => match list.expr.as_ref() {
            Expr::Array(array) => Some(&array.elems),
            _ => None,
        },
        _ => None,
    });
    listed
        .with_context(|| format!("{VARIABLES} has no array `VARIABLES`"))?
        .iter()
        .map(pair)
        .collect::<Option<_>>()
        .with_context(|| format!("an entry of `VARIABLES` in {VARIABLES} is no pair of literals"))
}

fn pair(entry: &Expr) -> Option<(String, String)> {
    let Expr::Tuple(tuple) = entry else {
        return None;
    };
    let mut texts = tuple.elems.iter().map(rust::text);
    Some((texts.next()??, texts.next()??))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Settings for tests, as the source would declare them.
    pub(in super::super) fn settings() -> Settings {
        let sections = "\
            /// `[server]`: where it listens.\nstruct ServerConfig {\n\
            /// Address\n/// and port.\nlisten: SocketAddr,\n\
            /// Proxies, such as `[\"10.0.0.0/8\"]`.\nproxies: Vec<IpNet>,\n\
            /// Its name, such as `https://chat.example.org`.\norigin: Option<Origin>,\n}\n\
            /// No section.\nstruct Other { field: u8 }";
        let variables = "const VARIABLES: [(&str, &str); 1] = [(\"THE_KEY\", \"The key.\")];";
        Settings::read(&Tree::of(&[
            (SECTIONS[0], sections),
            (SECTIONS[1], ""),
            (SECTIONS[2], ""),
            (VARIABLES, variables),
        ]))
        .unwrap()
    }

    #[test]
    fn sections_and_fields_have_the_words_of_their_comments() {
        let settings = settings();
        let [section] = settings.sections.as_slice() else {
            panic!("{settings:?}");
        };
        assert_eq!(
            (section.name.as_str(), section.about.as_str()),
            ("server", "Where it listens.")
        );
        let fields: Vec<_> = section
            .fields
            .iter()
            .map(|field| {
                (
                    field.name.as_str(),
                    field.kind.as_str(),
                    field.about.as_str(),
                )
            })
            .collect();
        assert_eq!(
            fields[0],
            ("listen", "address and port", "Address and port.")
        );
        assert_eq!(fields[1].1, "list of networks");
        assert_eq!(fields[2].1, "origin");
        assert_eq!(
            settings.variables,
            [("THE_KEY".to_owned(), "The key.".to_owned())]
        );
    }

    #[test]
    fn examples_are_quoted_where_their_kind_is_no_toml() {
        let examples: Vec<_> = settings().sections[0]
            .fields
            .iter()
            .map(|field| field.example.clone())
            .collect();
        assert_eq!(
            examples,
            [
                None,
                Some("[\"10.0.0.0/8\"]".to_owned()),
                Some("\"https://chat.example.org\"".to_owned())
            ]
        );
        assert_eq!(
            example("A number, such as `5`.", "whole number").as_deref(),
            Some("5")
        );
    }
}
