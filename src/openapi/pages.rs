//! The description as JSON, and readable.

use serde_json::{Value, json};

use crate::access::door::{self, Answer, Visitor};
use crate::kit::fault::{Fault, Fields};
use crate::openapi::description;

pub async fn document() -> Answer {
    door::json(200, &description())
}

/// Every call on one page, without a script.
pub async fn readable(visitor: Visitor) -> Answer {
    let whole = serde_json::to_value(description()).map_err(Fault::broken)?;
    let mut calls = vec![];
    for (path, methods) in whole["paths"].as_object().into_iter().flatten() {
        for (method, call) in methods.as_object().into_iter().flatten() {
            calls.push(json!({
                "method": method.to_uppercase(),
                "path": path,
                "summary": call["summary"].as_str().or(call["description"].as_str()),
                "body": shape(&whole, &call["requestBody"]["content"]["application/json"]["schema"]),
                "answer": answer(&whole, &call["responses"]),
            }));
        }
    }
    visitor.public(200, "openapi/readable.html", &Fields::default(), &json!({ "calls": calls }))
}

/// The body of the first good answer.
fn answer(whole: &Value, responses: &Value) -> Option<String> {
    let good = responses.as_object()?.iter().find(|(status, _)| status.starts_with('2'))?.1;
    shape(whole, &good["content"]["application/json"]["schema"])
}

/// The field names of a schema, one level deep.
fn shape(whole: &Value, schema: &Value) -> Option<String> {
    if let Some(items) = schema.get("items") {
        return shape(whole, items).map(|inner| format!("[{inner}]"));
    }
    let schema = match schema["$ref"].as_str() {
        Some(name) => whole.pointer(name.trim_start_matches('#'))?,
        None => schema,
    };
    let names: Vec<&str> = schema["properties"].as_object()?.keys().map(String::as_str).collect();
    Some(format!("{{{}}}", names.join(", ")))
}
