//! Enforces the upper bounds that the description of the API states: the length of texts, the number of items and
//! members. The extractors ask it, after the caller is known, so no operation needs code of its own.

use std::sync::Arc;

use axum::extract::MatchedPath;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use serde_json::Value;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::schema::{AdditionalProperties, ArrayItems, Object, Ref, SchemaType, Type};
use utoipa::openapi::{OpenApi, RefOr, Schema};

use super::api::bad_parameter;
use crate::Problem;

/// Maximum length of a member's name in a message about it.
const MAX_SHOWN: usize = 60;

/// The description of the API, with which a layer equips every request of it. It is made once.
#[derive(Clone)]
pub(crate) struct Described {
    base: &'static str,
    api: Arc<OpenApi>,
}

impl Described {
    /// The description of the operations below a path.
    pub(crate) const fn new(base: &'static str, api: Arc<OpenApi>) -> Self {
        Self { base, api }
    }
}

/// The bounds of one operation.
pub(super) struct Bounds {
    api: Arc<OpenApi>,
    method: Method,
    path: String,
}

impl Bounds {
    /// The bounds of the operation that was asked for. `None` outside the API.
    pub(super) fn of(parts: &Parts) -> Option<Self> {
        let Described { base, api } = parts.extensions.get()?;
        let path = parts.extensions.get::<MatchedPath>()?.as_str().strip_prefix(*base)?;
        Some(Self { api: Arc::clone(api), method: parts.method.clone(), path: path.to_owned() })
    }

    fn operation(&self) -> Option<&Operation> {
        let path = self.api.paths.paths.get(&self.path)?;
        match self.method {
            Method::GET | Method::HEAD => path.get.as_ref(),
            Method::PUT => path.put.as_ref(),
            Method::POST => path.post.as_ref(),
            Method::DELETE => path.delete.as_ref(),
            Method::PATCH => path.patch.as_ref(),
            _ => None,
        }
    }

    /// Checks a body. What is no JSON at all is left to the parser, which says where.
    pub(super) fn check_body(&self, body: &[u8]) -> Result<(), Problem> {
        let described = self.operation().and_then(|operation| operation.request_body.as_ref());
        let Some(RefOr::T(described)) = described else { return Ok(()) };
        let Some(RefOr::T(content)) = described.content.get("application/json") else { return Ok(()) };
        let (Some(schema), Ok(value)) = (&content.schema, serde_json::from_slice::<Value>(body)) else { return Ok(()) };
        self.exceeded(schema, &value, "")
            .map_or(Ok(()), |detail| Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_body", detail)))
    }

    /// Checks a parameter.
    pub(super) fn check_parameter(&self, place: ParameterIn, name: &str, value: &str) -> Result<(), Problem> {
        let mut parameters = self.operation().into_iter().flat_map(|operation| operation.parameters.iter().flatten());
        let schema = parameters.find_map(|parameter| match parameter {
            RefOr::T(it) if it.parameter_in == place && it.name == name => it.schema.as_ref(),
            _ => None,
        });
        let Some(schema) = schema else { return Ok(()) };
        let exceeded = self.exceeded(schema, &Value::from(value), name);
        exceeded.map_or(Ok(()), |detail| Err(bad_parameter(detail)))
    }

    fn resolved<'a>(&'a self, schema: &'a RefOr<Schema>) -> Option<&'a Schema> {
        match schema {
            RefOr::T(schema) => Some(schema),
            RefOr::Ref(reference) => match self.api.components.as_ref()?.schemas.get(component(reference)?)? {
                RefOr::T(schema) => Some(schema),
                again @ RefOr::Ref(_) => self.resolved(again),
            },
        }
    }

    /// The first bound that a value exceeds, with the path to the value.
    fn exceeded(&self, schema: &RefOr<Schema>, value: &Value, at: &str) -> Option<String> {
        let beyond = |found: usize, most: Option<usize>, what: &str| {
            let most = most.filter(|most| found > *most)?;
            let at = if at.is_empty() { "the body".to_owned() } else { format!("`{at}`") };
            Some(format!("{at} has more than {most} {what}"))
        };
        match (self.resolved(schema)?, value) {
            (Schema::Object(text), Value::String(found)) => {
                // As the rules count: without blanks around it, and a line break as one.
                let counted = found.trim().chars().filter(|c| *c != '\r').count();
                beyond(counted, text.max_length, "characters")
            }
            (Schema::Object(object), Value::Object(members)) => beyond(members.len(), object.max_properties, "members")
                .or_else(|| {
                    members.iter().find_map(|(name, value)| {
                        let schema = object.properties.get(name).or_else(|| values(object))?;
                        let name: String = name.chars().take(MAX_SHOWN).collect();
                        let at = if at.is_empty() { name } else { format!("{at}.{name}") };
                        self.exceeded(schema, value, &at)
                    })
                }),
            (Schema::Array(array), Value::Array(found)) => {
                beyond(found.len(), array.max_items, "items").or_else(|| {
                    let ArrayItems::RefOrSchema(of) = &array.items else { return None };
                    found.iter().enumerate().find_map(|(n, value)| self.exceeded(of, value, &format!("{at}[{n}]")))
                })
            }
            (Schema::OneOf(one), _) => self.all_exceeded(&one.items, value, at),
            (Schema::AnyOf(any), _) => self.all_exceeded(&any.items, value, at),
            (Schema::AllOf(all), _) => all.items.iter().find_map(|part| self.exceeded(part, value, at)),
            _ => None,
        }
    }

    /// Whether a value exceeds a bound of every alternative that it could be.
    fn all_exceeded(&self, alternatives: &[RefOr<Schema>], value: &Value, at: &str) -> Option<String> {
        let mut first = None;
        for schema in alternatives.iter().filter(|schema| self.fits(schema, value)) {
            let exceeded = self.exceeded(schema, value, at)?;
            first.get_or_insert(exceeded);
        }
        first
    }

    /// Whether a value could be meant by this alternative: it has its members, and its tag.
    fn fits(&self, schema: &RefOr<Schema>, value: &Value) -> bool {
        match (self.resolved(schema), value) {
            (Some(Schema::Object(text)), Value::String(_)) => {
                is_text(text) && text.enum_values.as_ref().is_none_or(|known| known.contains(value))
            }
            (Some(Schema::Object(object)), Value::Object(members)) => {
                object.required.iter().all(|name| members.contains_key(name))
                    && members.iter().all(|(name, value)| {
                        let schema = object.properties.get(name).or_else(|| values(object));
                        schema.is_some_and(|schema| self.fits(schema, value))
                    })
            }
            (Some(Schema::Object(_)), value) => !value.is_array(),
            (Some(Schema::Array(_)), value) => value.is_array() || value.is_null(),
            (Some(Schema::OneOf(one)), _) => one.items.iter().any(|schema| self.fits(schema, value)),
            (Some(Schema::AnyOf(any)), _) => any.items.iter().any(|schema| self.fits(schema, value)),
            (Some(Schema::AllOf(all)), _) => all.items.iter().all(|schema| self.fits(schema, value)),
            _ => false,
        }
    }
}

/// The name of the component that is referred to.
pub(crate) fn component(reference: &Ref) -> Option<&str> {
    reference.ref_location.strip_prefix("#/components/schemas/")
}

/// Whether a schema describes a text.
pub(crate) fn is_text(schema: &Object) -> bool {
    match &schema.schema_type {
        SchemaType::Type(one) => *one == Type::String,
        SchemaType::Array(types) => types.contains(&Type::String),
        SchemaType::AnyValue => false,
    }
}

/// The schema of a map's values.
fn values(object: &Object) -> Option<&RefOr<Schema>> {
    match object.additional_properties.as_deref()? {
        AdditionalProperties::RefOr(schema) => Some(schema),
        AdditionalProperties::FreeForm(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn bounds() -> Bounds {
        let api = json!({
            "openapi": "3.1.0", "info": { "title": "Example", "version": "1" },
            "paths": { "/things/{id}": { "post": {
                "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "string", "maxLength": 3 } }],
                "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/Thing" } } } },
                "responses": {},
            } } },
            "components": { "schemas": {
                "Thing": { "type": "object", "properties": {
                    "name": { "type": ["string", "null"], "maxLength": 2 },
                    "lines": { "type": "array", "maxItems": 2, "items": { "$ref": "#/components/schemas/Line" } },
                    "named": { "type": "object", "maxProperties": 1, "additionalProperties": { "type": "string", "maxLength": 1 } },
                    "choice": { "oneOf": [{ "type": "null" }, { "$ref": "#/components/schemas/Choice" }] },
                } },
                "Line": { "type": "object", "properties": { "text": { "type": "string", "maxLength": 2 } } },
                "Choice": { "oneOf": [
                    { "type": "object", "required": ["kind", "text"], "properties": {
                        "kind": { "type": "string", "enum": ["short"] }, "text": { "type": "string", "maxLength": 1 } } },
                    { "type": "object", "required": ["kind", "text"], "properties": {
                        "kind": { "type": "string", "enum": ["long"] }, "text": { "type": "string", "maxLength": 4 } } },
                ] },
            } },
        });
        let api = serde_json::from_value(api).unwrap();
        Bounds { api: Arc::new(api), method: Method::POST, path: "/things/{id}".to_owned() }
    }

    #[test]
    fn h01_a_body_beyond_a_described_bound_is_refused_by_the_path_to_the_field() {
        let bounds = bounds();
        let check = |body: Value| bounds.check_body(body.to_string().as_bytes()).map_err(|problem| problem.detail);
        for within in [
            json!({ "name": "äö", "lines": [{ "text": "ab" }, {}], "named": { "a": "b" } }),
            json!({ "name": null, "choice": null, "unknown": "abc" }),
            json!({ "choice": { "kind": "long", "text": "four" } }),
            json!({ "choice": { "kind": "neither", "text": "longer" } }),
            json!([1, 2, 3]),
        ] {
            assert_eq!(check(within.clone()), Ok(()), "{within}");
        }
        for (beyond, detail) in [
            (json!({ "name": "äöü" }), "`name` has more than 2 characters"),
            (json!({ "lines": [{}, {}, {}] }), "`lines` has more than 2 items"),
            (json!({ "lines": [{}, { "text": "abc" }] }), "`lines[1].text` has more than 2 characters"),
            (json!({ "named": { "a": "b", "c": "d" } }), "`named` has more than 1 members"),
            (json!({ "named": { "a": "bc" } }), "`named.a` has more than 1 characters"),
            (json!({ "choice": { "kind": "short", "text": "ab" } }), "`choice.text` has more than 1 characters"),
            (json!({ "choice": { "kind": "long", "text": "fives" } }), "`choice.text` has more than 4 characters"),
        ] {
            assert_eq!(check(beyond), Err(detail.to_owned()));
        }
        assert!(bounds.check_body(b"{").is_ok(), "left to the parser");
    }

    #[test]
    fn h01_a_parameter_beyond_its_described_bound_is_refused_by_name() {
        let bounds = bounds();
        assert!(bounds.check_parameter(ParameterIn::Path, "id", "abc").is_ok());
        assert!(bounds.check_parameter(ParameterIn::Query, "id", "abcd").is_ok(), "another parameter");
        let problem = bounds.check_parameter(ParameterIn::Path, "id", "abcd").unwrap_err();
        assert_eq!((problem.status, problem.detail.as_str()), (400, "`id` has more than 3 characters"));
    }
}
