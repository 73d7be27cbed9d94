//! What parts of a request weigh beyond their bytes: images, PDFs, tools that lie at the API, and what nobody can weigh.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// The weight of one part, or of many together.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Weight {
    /// Images that stand in the request itself.
    pub(super) images: u64,
    /// Tools whose definition lies at the API; the program itself runs them.
    pub(super) hosted_tools: u64,
    /// Something is there that the number of bytes does not bound.
    pub(super) has_unbounded: bool,
    /// The first part that cannot be weighed at all.
    pub(super) refused: Option<String>,
}

/// A list of parts, of which the weight alone is kept.
#[derive(Debug)]
pub(super) struct List<T> {
    weight: Weight,
    part: PhantomData<T>,
}

/// Content: text, or blocks.
#[derive(Debug, Default)]
pub(super) struct Content(Weight);

/// One message.
#[derive(Debug, Deserialize)]
pub(super) struct Message {
    content: Option<Content>,
}

/// One tool.
#[derive(Debug, Deserialize)]
pub(super) struct Tool<'a> {
    #[serde(borrow)]
    r#type: Option<Cow<'a, str>>,
}

/// One way in which the API may edit the conversation.
#[derive(Debug, Deserialize)]
pub(super) struct Edit<'a> {
    #[serde(borrow)]
    r#type: Option<Cow<'a, str>>,
}

#[derive(Debug, Deserialize)]
struct Block {
    #[serde(default)]
    r#type: BlockType,
    source: Option<Source>,
    content: Option<Content>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum BlockType {
    Text,
    Thinking,
    RedactedThinking,
    ToolUse,
    ToolResult,
    SearchResult,
    Image,
    Document,
    ContainerUpload,
    /// One that is newer than this code, or is left by a tool that ran at the API.
    #[default]
    #[serde(other)]
    Other,
}

/// Where an image or a document comes from. Search results name theirs in a bare text.
#[derive(Debug, Default)]
struct Source {
    r#type: SourceType,
    content: Content,
}

#[derive(Debug, Deserialize)]
struct SourceFields {
    #[serde(default)]
    r#type: SourceType,
    content: Option<Content>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SourceType {
    Base64,
    Text,
    Content,
    /// A URL, a file id, or a kind that is newer than this code.
    #[default]
    #[serde(other)]
    Elsewhere,
}

impl Weight {
    /// Adds `other`.
    pub(super) fn add(&mut self, other: Self) {
        self.images = self.images.saturating_add(other.images);
        self.hosted_tools = self.hosted_tools.saturating_add(other.hosted_tools);
        self.has_unbounded |= other.has_unbounded;
        self.refused = self.refused.take().or(other.refused);
    }

    fn refused(what: impl Into<String>) -> Self {
        Self {
            refused: Some(what.into()),
            ..Self::default()
        }
    }
}

impl<T> List<T> {
    /// What the list weighs.
    pub(super) fn weight(self) -> Weight {
        self.weight
    }
}

impl From<Content> for Weight {
    fn from(content: Content) -> Self {
        content.0
    }
}

impl From<Message> for Weight {
    fn from(message: Message) -> Self {
        message.content.unwrap_or_default().0
    }
}

impl From<Tool<'_>> for Weight {
    /// A tool of the program's own is its bytes. Some are defined at the API and run by the program; all others run at the API, where
    /// what they read and cost has no bound.
    fn from(tool: Tool<'_>) -> Self {
        const HOSTED: [&str; 3] = ["bash_", "memory_", "text_editor_"];
        match tool.r#type.as_deref() {
            None | Some("custom") => Self::default(),
            Some(kind) if HOSTED.iter().any(|hosted| kind.starts_with(hosted)) => Self {
                hosted_tools: 1,
                ..Self::default()
            },
            Some(kind) => Self::refused(format!("tools: {}", shortened(kind))),
        }
    }
}

impl From<Edit<'_>> for Weight {
    /// To clear costs nothing; everything else is an answer of its own.
    fn from(edit: Edit<'_>) -> Self {
        match edit.r#type.as_deref() {
            Some(kind) if kind.starts_with("clear_") => Self::default(),
            kind => Self::refused(format!(
                "context_management: {}",
                shortened(kind.unwrap_or("an edit without a type"))
            )),
        }
    }
}

impl From<Block> for Weight {
    fn from(block: Block) -> Self {
        let mut weight = block.content.unwrap_or_default().0;
        let source = block.source.unwrap_or_default();
        let kind = source.r#type;
        weight.add(source.content.0);
        match block.r#type {
            BlockType::Text
            | BlockType::Thinking
            | BlockType::RedactedThinking
            | BlockType::ToolUse
            | BlockType::ToolResult
            | BlockType::SearchResult => {}
            BlockType::Image if kind == SourceType::Base64 => {
                weight.images = weight.images.saturating_add(1);
            }
            BlockType::Document if kind == SourceType::Base64 => weight.has_unbounded = true,
            BlockType::Document if kind != SourceType::Elsewhere => {}
            BlockType::Image => weight.add(Self::refused("an image by URL or file id")),
            BlockType::Document => weight.add(Self::refused("a document by URL or file id")),
            BlockType::ContainerUpload => weight.add(Self::refused("container_upload")),
            BlockType::Other => weight.has_unbounded = true,
        }
        weight
    }
}

impl<'de, T: Deserialize<'de> + Into<Weight>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Parts<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de> + Into<Weight>> Visitor<'de> for Parts<T> {
            type Value = List<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, parts: A) -> Result<Self::Value, A::Error> {
                Ok(List {
                    weight: total::<T, A>(parts)?,
                    part: PhantomData,
                })
            }
        }

        deserializer.deserialize_seq(Parts(PhantomData))
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrBlocks;

        impl<'de> Visitor<'de> for TextOrBlocks {
            type Value = Content;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text or a list of blocks")
            }

            fn visit_str<E>(self, _text: &str) -> Result<Content, E> {
                Ok(Content::default())
            }

            fn visit_unit<E>(self) -> Result<Content, E> {
                Ok(Content::default())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, blocks: A) -> Result<Content, A::Error> {
                total::<Block, A>(blocks).map(Content)
            }

            /// What a tool at the API left behind may be one object.
            fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Content, A::Error> {
                while fields.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Content::default())
            }
        }

        deserializer.deserialize_any(TextOrBlocks)
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameOrFields;

        impl<'de> Visitor<'de> for NameOrFields {
            type Value = Source;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a source")
            }

            fn visit_str<E>(self, _name: &str) -> Result<Source, E> {
                Ok(Source::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Source, A::Error> {
                let fields = SourceFields::deserialize(MapAccessDeserializer::new(fields))?;
                Ok(Source {
                    r#type: fields.r#type,
                    content: fields.content.unwrap_or_default(),
                })
            }
        }

        deserializer.deserialize_any(NameOrFields)
    }
}

/// The weight of all parts of a list, none of which is kept.
fn total<'de, T: Deserialize<'de> + Into<Weight>, A: SeqAccess<'de>>(
    mut parts: A,
) -> Result<Weight, A::Error> {
    let mut weight = Weight::default();
    while let Some(part) = parts.next_element::<T>()? {
        weight.add(part.into());
    }
    Ok(weight)
}

/// The first characters of a name that somebody else chose, enough to recognise it by.
fn shortened(name: &str) -> String {
    name.chars().take(64).collect()
}
