//! The types of our own API as JSON Schema, read from the declarations that serde reads.

use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value, json};
use syn::{Attribute, Field, Fields, Item, ItemEnum, ItemStruct, Type, Variant};

use super::super::super::rust;
use super::super::links::plain;
use super::super::types::{Types, generic, serde, snake_case};

/// Types whose form is not that of their declaration, and which the frame therefore has.
const IN_FRAME: [&str; 1] = ["RequestId"];

/// Whether the frame has the schema of this type.
pub(super) fn is_in_frame(name: &str) -> bool {
    IN_FRAME.contains(&name)
}

/// Where a type's schema is.
pub(super) fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// The schema of the type called `name`.
pub(super) fn schema(types: &Types, name: &str) -> Result<Value> {
    let item = types
        .get(name)
        .with_context(|| format!("`{name}` is not declared"))?;
    match item {
        Item::Struct(declared) => of_struct(types, declared),
        Item::Enum(declared) => of_enum(types, declared),
        _ => bail!("`{name}` is neither a struct nor an enum"),
    }
}

/// The fields of the struct called `name` as parameters of a query.
pub(super) fn parameters(types: &Types, name: &str) -> Result<Vec<Value>> {
    let Some(Item::Struct(declared)) = types.get(name) else {
        bail!("`{name}` is no struct");
    };
    let fields = declared.fields.iter().map(|field| {
        Ok(json!({
            "name": wire_name(field),
            "in": "query",
            "required": is_required(field),
            "description": about(&field.attrs),
            "schema": of_field(types, field, false)?,
        }))
    });
    fields.collect()
}

fn of_struct(types: &Types, declared: &ItemStruct) -> Result<Value> {
    if let Fields::Unnamed(fields) = &declared.fields {
        let field = fields.unnamed.first().context("a tuple of nothing")?;
        return Ok(described(of_type(types, &field.ty)?, &declared.attrs));
    }
    let mut properties = Map::new();
    let mut required = Vec::new();
    add_fields(types, &declared.fields, &mut properties, &mut required)?;
    let is_strict = serde(&declared.attrs, "deny_unknown_fields").is_some();
    let object = object(properties, required, is_strict);
    Ok(described(object, &declared.attrs))
}

fn add_fields(
    types: &Types,
    fields: &Fields,
    properties: &mut Map<String, Value>,
    required: &mut Vec<String>,
) -> Result<()> {
    for field in fields {
        if serde(&field.attrs, "flatten").is_some() {
            let (name, _) = generic(&field.ty);
            let Some(Item::Struct(inner)) = types.get(&name) else {
                bail!("`{name}` is flattened and no struct");
            };
            add_fields(types, &inner.fields, properties, required)?;
            continue;
        }
        let name = wire_name(field);
        if is_required(field) {
            required.push(name.clone());
        }
        let schema = described(of_field(types, field, true)?, &field.attrs);
        properties.insert(name, schema);
    }
    Ok(())
}

fn object(properties: Map<String, Value>, required: Vec<String>, is_strict: bool) -> Value {
    let mut object = Map::from_iter([
        ("type".to_owned(), "object".into()),
        ("properties".to_owned(), properties.into()),
        ("required".to_owned(), required.into()),
    ]);
    if is_strict {
        object.insert("additionalProperties".to_owned(), false.into());
    }
    object.into()
}

fn of_enum(types: &Types, declared: &ItemEnum) -> Result<Value> {
    let schema = match serde(&declared.attrs, "tag") {
        Some(tag) => {
            let variants = declared.variants.iter();
            let variants = variants.map(|variant| of_variant(types, &tag, variant));
            json!({ "oneOf": variants.collect::<Result<Vec<_>>>()? })
        }
        None if declared
            .variants
            .iter()
            .all(|variant| variant.fields.is_empty()) =>
        {
            let names: Vec<_> = declared.variants.iter().map(variant_name).collect();
            json!({ "type": "string", "enum": names })
        }
        None => bail!("`{}` has fields and no tag", declared.ident),
    };
    Ok(described(schema, &declared.attrs))
}

fn of_variant(types: &Types, tag: &str, variant: &Variant) -> Result<Value> {
    let mut properties = Map::new();
    let mut required = vec![tag.to_owned()];
    add_fields(types, &variant.fields, &mut properties, &mut required)?;
    properties.insert(tag.to_owned(), json!({ "const": variant_name(variant) }));
    Ok(described(
        object(properties, required, true),
        &variant.attrs,
    ))
}

fn variant_name(variant: &Variant) -> String {
    serde(&variant.attrs, "rename").unwrap_or_else(|| snake_case(&variant.ident.to_string()))
}

/// A field's schema. Where it `may_be_null`, what is absent in the source can be written as null.
fn of_field(types: &Types, field: &Field, may_be_null: bool) -> Result<Value> {
    let (name, inner) = generic(&field.ty);
    if serde(&field.attrs, "deserialize_with").as_deref() == Some("date") {
        return Ok(json!({ "type": "string", "format": "date" }));
    }
    match inner {
        Some(inner) if name == "Option" && may_be_null => {
            Ok(json!({ "anyOf": [of_type(types, inner)?, { "type": "null" }] }))
        }
        Some(inner) if name == "Option" => of_type(types, inner),
        _ => of_type(types, &field.ty),
    }
}

fn of_type(types: &Types, declared: &Type) -> Result<Value> {
    let (name, inner) = generic(declared);
    let of_inner = || {
        inner.map_or_else(
            || bail!("`{name}` of nothing"),
            |inner| of_type(types, inner),
        )
    };
    Ok(match name.as_str() {
        "Vec" => json!({ "type": "array", "items": of_inner()? }),
        "Box" => of_inner()?,
        "Option" => json!({ "anyOf": [of_inner()?, { "type": "null" }] }),
        "String" | "Cow" => json!({ "type": "string" }),
        "bool" => json!({ "type": "boolean" }),
        "u8" => whole(u8::MAX.into()),
        "u16" => whole(u16::MAX.into()),
        "u32" => whole(u32::MAX.into()),
        "u64" | "usize" => whole(u64::MAX),
        "i64" => json!({ "type": "integer" }),
        other if types.get(other).is_some() => reference(other),
        other => bail!("`{other}` has no form in JSON that is known here"),
    })
}

fn whole(most: u64) -> Value {
    json!({ "type": "integer", "minimum": 0, "maximum": most })
}

fn is_required(field: &Field) -> bool {
    let (name, _) = generic(&field.ty);
    name != "Option" && serde(&field.attrs, "default").is_none()
}

fn wire_name(field: &Field) -> String {
    let declared = field.ident.as_ref().map(ToString::to_string);
    let name = serde(&field.attrs, "rename")
        .or(declared)
        .unwrap_or_default();
    name.trim_start_matches("r#").to_owned()
}

fn described(mut schema: Value, attributes: &[Attribute]) -> Value {
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("description".to_owned(), about(attributes).into());
    }
    schema
}

fn about(attributes: &[Attribute]) -> String {
    plain(&rust::doc_comment(attributes))
}
