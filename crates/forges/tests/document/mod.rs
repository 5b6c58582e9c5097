//! A forge's own description of its API, in OpenAPI 3.0 or Swagger 2.0, and the fields that the
//! clients read, as their source declares them.

use serde_json::{Map, Value, json};
use std::{collections::BTreeSet, env, fs};

/// How deep answers are made: descriptions of repositories hold repositories.
const DEPTH: usize = 5;

/// A description.
pub struct Document(Value);

/// How much there is of an answer that is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Every field, and nothing null.
    Whole,
    /// Null wherever that is allowed.
    Null,
    /// Only the fields that are always there.
    Least,
}

impl Document {
    /// The one whose file a variable of the environment names.
    pub fn named(variable: &str) -> Self {
        let path = env::var_os(variable)
            .unwrap_or_else(|| panic!("{variable} names no file: run cargo xtask test"));
        let bytes = fs::read(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        Self(serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{path:?}: {error}")))
    }

    /// A text in it.
    pub fn text(&self, pointer: &str) -> &str {
        let found = self.0.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("{pointer} is missing"))
    }

    /// What reading `asked` is in the document: its template, and the operation. Everything in
    /// the query has to be among its parameters.
    pub fn get(&self, asked: &str) -> (&str, &Value) {
        let (path, query) = asked.split_once('?').unwrap_or((asked, ""));
        let paths = self.0["paths"].as_object().unwrap();
        let is_parameter = |segment: &str| segment.starts_with('{');
        let (template, item) = paths
            .iter()
            .filter(|(template, _)| {
                let (template, path) = (template.split('/'), path.split('/'));
                template.clone().count() == path.clone().count()
                    && template
                        .zip(path)
                        .all(|(here, there)| is_parameter(here) || here == there)
            })
            // What is written out goes before a parameter.
            .min_by_key(|(template, _)| {
                template
                    .split('/')
                    .filter(|part| is_parameter(part))
                    .count()
            })
            .unwrap_or_else(|| panic!("{path} is not documented"));
        let operation = &item["get"];
        assert!(operation.is_object(), "{template} cannot be read");
        for name in query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split('=').next())
        {
            let parameters = operation["parameters"].as_array().unwrap();
            let is_there = parameters
                .iter()
                .map(|one| self.resolved(one))
                .any(|one| one["in"] == "query" && one["name"].as_str() == name);
            assert!(is_there, "{template} has no parameter {name:?}");
        }
        (template, operation)
    }

    /// The schema of what an operation answers if all is well.
    pub fn answer<'a>(&'a self, operation: &'a Value) -> &'a Value {
        let answer = self.resolved(&operation["responses"]["200"]);
        let schema = match answer.get("content") {
            Some(content) => &content["application/json"]["schema"],
            None => &answer["schema"],
        };
        self.resolved(schema)
    }

    /// The published examples of that answer.
    pub fn examples(&self, operation: &Value) -> Vec<Value> {
        let answer = self.resolved(&operation["responses"]["200"]);
        let examples = answer["content"]["application/json"]["examples"].as_object();
        examples
            .into_iter()
            .flat_map(Map::values)
            .map(|example| self.resolved(example)["value"].clone())
            .collect()
    }

    /// A part, or what it refers to.
    pub fn resolved<'a>(&'a self, part: &'a Value) -> &'a Value {
        match part["$ref"].as_str() {
            Some(reference) => {
                let found = self.0.pointer(reference.trim_start_matches('#'));
                self.resolved(found.unwrap_or_else(|| panic!("{reference} leads nowhere")))
            }
            None => part,
        }
    }

    /// The fields of an object.
    pub fn properties<'a>(&'a self, schema: &'a Value) -> &'a Map<String, Value> {
        let schema = self.resolved(schema);
        let found = schema["properties"].as_object();
        found.unwrap_or_else(|| panic!("no object: {schema}"))
    }

    /// The fields that are always there, if the document says so of any.
    pub fn required<'a>(&'a self, schema: &'a Value) -> Option<Vec<&'a str>> {
        let names = self.resolved(schema)["required"].as_array()?;
        Some(names.iter().filter_map(Value::as_str).collect())
    }

    /// An answer made from its schema.
    pub fn made(&self, schema: &Value, style: Style) -> Value {
        self.made_at(schema, style, "", 0)
    }

    fn made_at(&self, schema: &Value, style: Style, name: &str, depth: usize) -> Value {
        let schema = self.resolved(schema);
        if style == Style::Null && depth > 0 && schema["nullable"] == true {
            return Value::Null;
        }
        for several in ["allOf", "oneOf", "anyOf"] {
            if let Some(first) = schema[several].get(0) {
                return self.made_at(first, style, name, depth);
            }
        }
        match schema["type"].as_str() {
            Some("boolean") => json!(false),
            Some("integer" | "number") => json!(1),
            Some("array") => json!([self.made_at(&schema["items"], style, name, depth + 1)]),
            Some("string") => schema
                .get("example")
                .or_else(|| schema["enum"].get(0))
                .cloned()
                .unwrap_or_else(|| match schema["format"].as_str() {
                    Some("date-time") => json!("2026-08-01T00:00:00Z"),
                    _ => json!(name),
                }),
            _ if depth > DEPTH => json!({}),
            _ => {
                let always = self.required(schema);
                let is_wanted = |name: &str| {
                    style != Style::Least || always.as_ref().is_none_or(|all| all.contains(&name))
                };
                let properties = schema["properties"].as_object();
                let made = properties
                    .into_iter()
                    .flatten()
                    .filter(|(name, _)| is_wanted(name))
                    .map(|(name, part)| (name.clone(), self.made_at(part, style, name, depth + 1)));
                Value::Object(made.collect())
            }
        }
    }
}

/// The fields of `body` that make a difference to `outcome`.
pub fn read_by(body: &Value, outcome: impl Fn(&Value) -> String) -> BTreeSet<String> {
    let before = outcome(body);
    let makes_a_difference = |name: &str| {
        [json!(null), json!({"of": "no use"}), json!(true)]
            .into_iter()
            .any(|other| {
                let mut changed = body.clone();
                changed[name] = other;
                outcome(&changed) != before
            })
    };
    let names = body.as_object().unwrap().keys();
    names
        .filter(|name| makes_a_difference(name))
        .cloned()
        .collect()
}

/// A field that a client reads.
#[derive(Debug)]
pub struct Field {
    /// Its name in the answer.
    pub name: String,
    /// Its type in Rust, without `Option`.
    pub kind: String,
    /// Whether null is taken.
    pub is_option: bool,
    /// Whether it may be absent.
    pub has_default: bool,
}

impl Field {
    /// Its type in JSON; nothing where any is taken.
    pub fn json_type(&self) -> Option<&'static str> {
        match self.kind.as_str() {
            "String" | "DateTime<Utc>" => Some("string"),
            "bool" => Some("boolean"),
            "u64" => Some("integer"),
            "serde::de::IgnoredAny" => None,
            list if list.starts_with("Vec<") => Some("array"),
            _ => Some("object"),
        }
    }
}

/// The fields of a struct of the client, read from its source: the structs are its own, and a
/// list here would only repeat them.
pub fn fields(name: &str) -> Vec<Field> {
    let source = include_str!("../../src/inquiry.rs");
    let begin = format!("\nstruct {name} {{\n");
    let (_, rest) = source
        .split_once(&begin)
        .unwrap_or_else(|| panic!("src/inquiry.rs has no struct {name}"));
    let (inside, _) = rest.split_once("\n}").unwrap();
    let mut has_default = false;
    let mut found = Vec::new();
    for line in inside.lines().map(str::trim) {
        match line
            .strip_suffix(',')
            .and_then(|line| line.split_once(": "))
        {
            Some((name, kind)) => {
                let bare = kind
                    .strip_prefix("Option<")
                    .and_then(|kind| kind.strip_suffix('>'));
                found.push(Field {
                    name: name.to_owned(),
                    kind: bare.unwrap_or(kind).to_owned(),
                    is_option: bare.is_some(),
                    has_default,
                });
                has_default = false;
            }
            None => {
                assert_eq!(
                    line, "#[serde(default)]",
                    "{name} is read in a way unknown here"
                );
                has_default = true;
            }
        }
    }
    assert!(!found.is_empty(), "{name} reads nothing");
    found
}
