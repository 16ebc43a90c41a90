//! Holds answers against the OpenAPI document of the server.

use crate::client::{Answer, BASE};
use serde_json::{Map, Value};
use std::sync::OnceLock;
use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime, macros::format_description};

/// The document.
pub struct Contract(pub Value);

/// An operation of the document.
#[derive(Clone, Copy)]
pub struct Operation<'d> {
    /// Its method.
    pub method: &'d str,
    /// Its path, with parameters in braces.
    pub path: &'d str,
    /// What the document says of it.
    pub said: &'d Value,
}

impl<'d> Operation<'d> {
    /// Its id.
    #[must_use]
    pub fn id(&self) -> &'d str {
        self.said["operationId"].as_str().unwrap_or_default()
    }

    /// Whether it changes anything by its method.
    #[must_use]
    pub fn writes(&self) -> bool {
        self.method != "GET"
    }

    /// Its parameters in one place: `path`, `query` or `header`.
    pub fn parameters(&self, place: &str) -> impl Iterator<Item = &'d Value> {
        let parameters = self.said["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
        parameters.iter().filter(move |parameter| parameter["in"] == place)
    }

    fn fits(&self, method: &str, path: &str) -> bool {
        let (known, given): (Vec<_>, Vec<_>) = (self.path.split('/').collect(), path.split('/').collect());
        self.method == method
            && known.len() == given.len()
            && known.iter().zip(&given).all(|(known, given)| known.starts_with('{') || known == given)
    }

    fn parameter_count(&self) -> usize {
        self.path.matches('{').count()
    }
}

impl Contract {
    /// The document of this version.
    pub fn get() -> &'static Self {
        static CONTRACT: OnceLock<Contract> = OnceLock::new();
        CONTRACT.get_or_init(|| Self(serde_json::from_str(&partita_http::openapi_json()).unwrap()))
    }

    /// Every operation.
    pub fn operations(&self) -> impl Iterator<Item = Operation<'_>> {
        let paths = self.0["paths"].as_object().into_iter().flatten();
        paths.flat_map(|(path, item)| {
            [("get", "GET"), ("post", "POST"), ("put", "PUT"), ("patch", "PATCH"), ("delete", "DELETE")]
                .into_iter()
                .filter_map(move |(name, method)| item.get(name).map(|said| Operation { method, path, said }))
        })
    }

    /// The operation that a request is for.
    #[must_use]
    pub fn operation(&self, method: &str, path: &str) -> Option<Operation<'_>> {
        let path = path.split('?').next().unwrap_or_default();
        self.operations()
            .filter(|operation| operation.fits(method, path))
            .min_by_key(Operation::parameter_count)
    }

    /// Asserts that the document promises this answer.
    ///
    /// # Panics
    /// When it does not.
    pub fn check_answer(&self, method: &str, path: &str, answer: &Answer) {
        let Some(operation) = self.operation(method, path) else {
            assert!(
                matches!(answer.status, 404 | 405 | 429)
                    || !path.starts_with(BASE)
                    || path.contains("/docs")
                    || path.contains("/openapi.json"),
                "{}: the document does not know this operation, but it answers {}",
                answer.request,
                answer.status
            );
            return;
        };
        let response = &operation.said["responses"][answer.status.to_string()];
        assert!(response.is_object(), "{}: {} is not documented", answer.request, answer.status);
        let kind = answer.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default();
        let content = &response["content"][kind];
        assert!(content.is_object(), "{}: {} as {kind} is not documented", answer.request, answer.status);
        if kind == "application/json" && answer.header("content-encoding").is_none() {
            let problems = self.problems(&content["schema"], answer.json());
            assert!(problems.is_empty(), "{}: {problems:#?}\n{}", answer.request, answer.json());
        }
    }

    /// What is wrong with a value by a schema. A property that the schema does not know is wrong too.
    #[must_use]
    pub fn problems(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut problems = Vec::new();
        self.check(schema, value, "$", true, &mut problems);
        problems
    }

    fn resolve<'s>(&'s self, schema: &'s Value) -> &'s Value {
        match schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
            Some(pointer) => self.0.pointer(pointer).unwrap_or_else(|| panic!("{pointer} leads nowhere")),
            None => schema,
        }
    }

    fn check(&self, schema: &Value, value: &Value, at: &str, is_closed: bool, problems: &mut Vec<String>) {
        let schema = self.resolve(schema);
        let Some(keywords) = schema.as_object() else { return };
        for (keyword, said) in keywords {
            match keyword.as_str() {
                "type" => check_type(said, value, at, problems),
                "enum" if !said.as_array().unwrap().contains(value) => {
                    problems.push(format!("{at}: {value} is none of {said}"));
                }
                "minimum" | "maximum" | "minLength" | "maxLength" | "minItems" | "maxItems" => {
                    check_size(keyword, said, value, at, problems);
                }
                "format" => check_format(said.as_str().unwrap(), value, at, problems),
                "required" => {
                    if let Some(object) = value.as_object() {
                        let missing = |name: &&Value| !object.contains_key(name.as_str().unwrap());
                        let missing: Vec<_> = said.as_array().unwrap().iter().filter(missing).collect();
                        problems.extend(missing.iter().map(|name| format!("{at}: {name} is missing")));
                    }
                }
                "items" => {
                    for (i, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(said, item, &format!("{at}[{i}]"), true, problems);
                    }
                }
                "oneOf" | "anyOf" => {
                    let fit = |branch: &&Value| self.problems(branch, value).is_empty();
                    let fitting = said.as_array().unwrap().iter().filter(fit).count();
                    if fitting == 0 || (fitting > 1 && keyword == "oneOf") {
                        problems.push(format!("{at}: {fitting} of {keyword} fit {value}"));
                    }
                }
                "allOf" => {
                    for branch in said.as_array().unwrap() {
                        self.check(branch, value, at, false, problems);
                    }
                }
                "enum"
                | "properties"
                | "additionalProperties"
                | "propertyNames"
                | "pattern"
                | "description"
                | "title"
                | "example"
                | "examples"
                | "default"
                | "deprecated" => {}
                other => panic!("{at}: the schema says {other}, which this check does not know"),
            }
        }
        self.check_properties(schema, value, at, is_closed, problems);
    }

    fn check_properties(
        &self,
        schema: &Value,
        value: &Value,
        at: &str,
        is_closed: bool,
        problems: &mut Vec<String>,
    ) {
        let Some(object) = value.as_object() else { return };
        let known = self.properties(schema);
        for (name, value) in object {
            let at = format!("{at}.{name}");
            if let Some(property) = schema["properties"].get(name) {
                self.check(property, value, &at, true, problems);
            } else if !known.contains_key(name) {
                match &schema["additionalProperties"] {
                    Value::Object(_) => {
                        self.check(&schema["additionalProperties"], value, &at, true, problems)
                    }
                    Value::Bool(true) => {}
                    Value::Bool(false) => problems.push(format!("{at} is not documented")),
                    _ if is_closed && !known.is_empty() => problems.push(format!("{at} is not documented")),
                    _ => {}
                }
            }
        }
    }

    /// The properties of a schema and of all that it is made of.
    fn properties<'s>(&'s self, schema: &'s Value) -> Map<String, Value> {
        let schema = self.resolve(schema);
        let mut known = schema["properties"].as_object().cloned().unwrap_or_default();
        for branch in schema["allOf"].as_array().into_iter().flatten() {
            known.extend(self.properties(branch));
        }
        known
    }
}

fn check_type(said: &Value, value: &Value, at: &str, problems: &mut Vec<String>) {
    let is = |name: &Value| match name.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{other} is no type"),
    };
    let fits = match said {
        Value::Array(types) => types.iter().any(is),
        one => is(one),
    };
    if !fits {
        problems.push(format!("{at}: {value} is no {said}"));
    }
}

fn check_size(keyword: &str, said: &Value, value: &Value, at: &str, problems: &mut Vec<String>) {
    let size = match keyword {
        "minimum" | "maximum" => value.as_i64(),
        "minLength" | "maxLength" => value.as_str().map(|text| i64::try_from(text.chars().count()).unwrap()),
        _ => value.as_array().map(|items| i64::try_from(items.len()).unwrap()),
    };
    let bound = said.as_i64().unwrap_or_else(|| panic!("{at}: {keyword} {said}"));
    let fits = |size: i64| if keyword.starts_with("min") { size >= bound } else { size <= bound };
    if size.is_some_and(|size| !fits(size)) {
        problems.push(format!("{at}: {value} breaks {keyword} {said}"));
    }
}

fn check_format(format: &str, value: &Value, at: &str, problems: &mut Vec<String>) {
    let Some(text) = value.as_str() else { return };
    let fits = match format {
        "uuid" => text.len() == 36 && uuid::Uuid::try_parse(text).is_ok() && text == text.to_lowercase(),
        "date" => Date::parse(text, format_description!("[year]-[month]-[day]")).is_ok(),
        "date-time" => OffsetDateTime::parse(text, &Rfc3339).is_ok() && text.len() == 24,
        "email" => text.contains('@'),
        "password" | "ulid" | "int32" | "int64" => true,
        other => panic!("{at}: the schema says format {other}, which this check does not know"),
    };
    if !fits {
        problems.push(format!("{at}: {text} is no {format}"));
    }
}
