//! The types of our own API, as JSON has them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::Result;
use syn::{
    Attribute, Field, Fields, GenericArgument, Item, ItemEnum, ItemStruct, Meta, PathArguments,
    Type,
};

use super::super::rust;
use crate::source::Tree;

/// Where types of the API are declared.
const SHARED: &str = "shared/src/";

/// Types that another page speaks of: what JSON has for them, and where that is told.
const ELSEWHERE: [(&str, &str); 2] = [
    ("ApiError", "[problem document](errors.md)"),
    ("ErrorKind", "[code](errors.md#all-codes)"),
];

/// Every type of `shared`, by its name.
pub(super) struct Types(BTreeMap<String, Declared>);

struct Declared {
    item: Item,
    path: String,
    /// Its place among the items of that file.
    position: usize,
    /// The names of its variants in a stream of events, where it has any.
    events: BTreeMap<String, String>,
}

impl Types {
    /// Reads them from the source.
    pub(super) fn read(tree: &Tree) -> Result<Self> {
        let mut types = BTreeMap::new();
        let files = tree
            .rust()
            .filter(|file| file.path.starts_with(SHARED) && !file.is_test());
        for file in files {
            let items = rust::parse(tree, &file.path)?.items;
            let events = events(&items);
            for (position, item) in items.into_iter().enumerate() {
                let name = match &item {
                    Item::Struct(declared) => declared.ident.to_string(),
                    Item::Enum(declared) => declared.ident.to_string(),
                    _ => continue,
                };
                let declared = Declared {
                    item,
                    path: file.path.clone(),
                    position,
                    events: events.get(&name).cloned().unwrap_or_default(),
                };
                types.insert(name, declared);
            }
        }
        Ok(Self(types))
    }

    /// The types declared in the file of this path, in their order.
    pub(super) fn in_file(&self, path: &str) -> Vec<String> {
        let declared = self.0.iter().filter(|(_, declared)| declared.path == path);
        let mut names: Vec<_> = declared
            .map(|(name, declared)| (declared.position, name.clone()))
            .collect();
        names.sort_unstable();
        names.into_iter().map(|(_, name)| name).collect()
    }

    /// These types and all that their fields lead to, each once: those given first.
    pub(super) fn closure(&self, roots: Vec<String>) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let mut waiting = std::collections::VecDeque::from(roots);
        while let Some(name) = waiting.pop_front() {
            if let Some(declared) = self.0.get(&name)
                && !names.contains(&name)
            {
                waiting.extend(used_by(&declared.item));
                names.push(name);
            }
        }
        names
    }

    /// How it is declared.
    pub(super) fn get(&self, name: &str) -> Option<&Item> {
        self.0.get(name).map(|declared| &declared.item)
    }

    /// Whether it is one of these.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Adds a type's section to the page.
    pub(super) fn write(&self, page: &mut String, name: &str) -> Result<()> {
        let Some(declared) = self.0.get(name).filter(|_| elsewhere(name).is_none()) else {
            return Ok(());
        };
        write!(page, "\n### {name}\n\n")?;
        match &declared.item {
            Item::Struct(item) => self.write_struct(page, item),
            Item::Enum(item) => self.write_enum(page, item, &declared.events),
            _ => Ok(()),
        }
    }

    fn write_struct(&self, page: &mut String, item: &ItemStruct) -> Result<()> {
        writeln!(page, "{}", self.about(&item.attrs))?;
        let Fields::Named(fields) = &item.fields else {
            return Ok(());
        };
        page.push_str("\n| field | type | what it is |\n|---|---|---|\n");
        for field in &fields.named {
            let name = field
                .ident
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default();
            let about = self.about(&field.attrs);
            if serde(&field.attrs, "flatten").is_some() {
                writeln!(
                    page,
                    "| | the fields of {} | {about} |",
                    self.words(&field.ty)
                )?;
            } else {
                let name = name.trim_start_matches("r#");
                writeln!(page, "| `{name}` | {} | {about} |", self.words(&field.ty))?;
            }
        }
        Ok(())
    }

    fn write_enum(
        &self,
        page: &mut String,
        item: &ItemEnum,
        events: &BTreeMap<String, String>,
    ) -> Result<()> {
        writeln!(page, "{}", self.about(&item.attrs))?;
        let is_plain = item
            .variants
            .iter()
            .all(|variant| variant.fields.is_empty());
        page.push_str(if is_plain {
            "\n| value | what it is |\n|---|---|\n"
        } else {
            "\n| event | data | what it is |\n|---|---|---|\n"
        });
        for variant in &item.variants {
            let name = variant.ident.to_string();
            let about = self.about(&variant.attrs);
            let wire = serde(&variant.attrs, "rename")
                .or_else(|| events.get(&name).cloned())
                .unwrap_or_else(|| snake_case(&name));
            match variant.fields.iter().next() {
                None => writeln!(page, "| `{wire}` | {about} |")?,
                Some(field) => {
                    writeln!(page, "| `{wire}` | {} | {about} |", self.words(&field.ty))?;
                }
            }
        }
        Ok(())
    }

    /// A doc comment for a cell or a paragraph, its links turned into the page's own.
    fn about(&self, attributes: &[Attribute]) -> String {
        let words = rust::doc_comment(attributes);
        super::links::resolve(&words, self)
            .replace("\n\n", " ")
            .replace('\n', " ")
            .replace('|', "\\|")
    }

    /// What JSON has for a type of the source.
    fn words(&self, declared: &Type) -> String {
        let (name, inner) = generic(declared);
        let of_inner = || inner.map(|inner| self.words(inner)).unwrap_or_default();
        if let Some(words) = elsewhere(&name) {
            return words.to_owned();
        }
        match name.as_str() {
            "Option" => format!("{}, or absent", of_inner()),
            "Vec" => format!("list of {}", of_inner()),
            "Box" => of_inner(),
            "String" | "Cow" => "text".to_owned(),
            "bool" => "true or false".to_owned(),
            "u8" | "u16" | "u32" | "u64" | "usize" => "number".to_owned(),
            other if self.has(other) => format!("[{other}](#{})", other.to_lowercase()),
            other => other.to_owned(),
        }
    }
}

/// What is said of a type that another page speaks of.
fn elsewhere(name: &str) -> Option<&'static str> {
    let found = ELSEWHERE.iter().find(|(known, _)| *known == name);
    found.map(|(_, words)| *words)
}

/// The last name of a type's path, and the type in its angle brackets.
pub(super) fn generic(declared: &Type) -> (String, Option<&Type>) {
    let Type::Path(path) = declared else {
        return (String::new(), None);
    };
    let Some(last) = path.path.segments.last() else {
        return (String::new(), None);
    };
    let inner = match &last.arguments {
        PathArguments::AngleBracketed(arguments) => arguments.args.first(),
        _ => None,
    };
    let inner = match inner {
        Some(GenericArgument::Type(inner)) => Some(inner),
        _ => None,
    };
    (last.ident.to_string(), inner)
}

/// The names of the types that an item's fields have.
fn used_by(item: &Item) -> Vec<String> {
    let fields: Vec<&Field> = match item {
        Item::Struct(item) if matches!(item.fields, Fields::Named(_)) => {
            item.fields.iter().collect()
        }
        Item::Enum(item) => item
            .variants
            .iter()
            .flat_map(|variant| variant.fields.iter())
            .collect(),
        _ => Vec::new(),
    };
    let mut names = Vec::new();
    for field in fields {
        let mut next = Some(&field.ty);
        while let Some(declared) = next {
            let (name, inner) = generic(declared);
            names.push(name);
            next = inner;
        }
    }
    names
}

/// What the items' `fn name` call each variant of a stream of events.
fn events(items: &[Item]) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut events = BTreeMap::new();
    for item in items {
        let Item::Impl(block) = item else { continue };
        let named = rust::functions(block).find(|function| function.sig.ident == "name");
        if let Some(table) = named.and_then(|function| rust::table(&function.block).ok()) {
            events.insert(generic(&block.self_ty).0, table.into_iter().collect());
        }
    }
    events
}

/// What serde is told of a field or variant under this word: the text behind it, empty for a word that stands alone.
pub(super) fn serde(attributes: &[Attribute], word: &str) -> Option<String> {
    let mut found = None;
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        let Meta::List(_) = attribute.meta else {
            continue;
        };
        // What is not asked for may have any form; a parse that stops at it has seen what came before.
        let _ = attribute.parse_nested_meta(|meta| {
            let value = match meta.value() {
                Ok(value) => value.parse::<syn::LitStr>()?.value(),
                Err(_) => String::new(),
            };
            if meta.path.is_ident(word) {
                found = Some(value);
            }
            Ok(())
        });
    }
    found
}

/// `RateLimited` as `rate_limited`.
pub(super) fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for character in name.chars() {
        if character.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(character.to_lowercase());
    }
    snake
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const SOURCE: &str = "\
        /// What is asked.\npub struct Ask {\n/// The model, as in [`Tier`].\npub tier: Option<Tier>,\n/// All of it.\n#[serde(flatten)]\npub rest: Rest,\n}\n\
        /// How large.\npub enum Tier {\n/// Small.\nVerySmall,\n/// Large.\n#[serde(rename = \"xl\")]\nLarge,\n}\n\
        /// The rest.\npub struct Rest {\n/// Counts.\npub counts: Vec<Count>,\n}\n\
        /// A count.\npub struct Count(pub u64);\n\
        /// What comes.\npub enum Event {\n/// More.\nDelta(Rest),\n/// No more.\nDone(Box<Rest>),\n}\n\
        impl Event { fn name(&self) -> &str { match self { Self::Delta(_) => \"delta\", Self::Done(_) => \"the_end\" } } }";

    /// Types for tests.
    pub(in super::super) fn types() -> Types {
        Types::read(&Tree::of(&[("shared/src/api/ask.rs", SOURCE)])).unwrap()
    }

    fn written(name: &str) -> String {
        let mut page = String::new();
        types().write(&mut page, name).unwrap();
        page
    }

    #[test]
    fn fields_have_their_types_and_words() {
        let page = written("Ask");
        assert!(
            page.contains(
                "| `tier` | [Tier](#tier), or absent | The model, as in [`Tier`](#tier). |"
            ),
            "{page}"
        );
        assert!(
            page.contains("| | the fields of [Rest](#rest) | All of it. |"),
            "{page}"
        );
        assert!(written("Rest").contains("| `counts` | list of [Count](#count) |"));
        assert_eq!(written("Count"), "\n### Count\n\nA count.\n");
    }

    #[test]
    fn values_and_events_have_their_names_on_the_wire() {
        let page = written("Tier");
        assert!(
            page.contains("| `very_small` | Small. |") && page.contains("| `xl` | Large. |"),
            "{page}"
        );
        let page = written("Event");
        assert!(
            page.contains("| `the_end` | [Rest](#rest) | No more. |"),
            "{page}"
        );
    }

    #[test]
    fn what_fields_lead_to_comes_along_once() {
        assert_eq!(
            types().closure(vec!["Ask".to_owned()]),
            ["Ask", "Tier", "Rest", "Count"]
        );
    }
}
