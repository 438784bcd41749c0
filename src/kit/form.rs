//! Reading a form: every field into a type that cannot be wrong, or its error at the field.

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Deserializer};

use crate::kit::clean;
use crate::kit::fault::{Fault, Fields};

/// A JSON string, number or boolean, or a form's text: kept as typed, checked later at its field.
pub fn loose<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Loose {
        Text(String),
        Int(i64),
        Float(f64),
        Bool(bool),
        None(()),
    }
    Ok(match Loose::deserialize(from)? {
        Loose::Text(text) => text,
        Loose::Int(n) => n.to_string(),
        Loose::Float(n) => n.to_string(),
        Loose::Bool(b) => b.to_string(),
        Loose::None(()) => String::new(),
    })
}

/// Reads fields one by one and remembers what was wrong with each.
#[derive(Default)]
pub struct Reading {
    pub fields: Fields,
}

impl Reading {
    /// One line, required, at most `most` characters.
    pub fn text(&mut self, name: &str, given: &str, most: usize) -> String {
        let text = self.optional(name, given, most);
        if text.is_none() && !self.has(name) {
            self.fields.add(name, "required");
        }
        text.unwrap_or_default()
    }

    /// One line, or nothing.
    pub fn optional(&mut self, name: &str, given: &str, most: usize) -> Option<String> {
        let Some(text) = clean::line(given) else {
            self.fields.add(name, "characters");
            return None;
        };
        if text.chars().count() > most {
            self.fields.add_with(name, "too-long", vec![("most", most.to_string())]);
            return None;
        }
        (!text.is_empty()).then_some(text)
    }

    /// The name of a person or thing: one line that carries no address.
    pub fn name(&mut self, name: &str, given: &str) -> String {
        let text = self.text(name, given, 120);
        if clean::holds_address(&text) {
            self.fields.add(name, "address-in-name");
        }
        text
    }

    pub fn optional_name(&mut self, name: &str, given: &str) -> Option<String> {
        let text = self.optional(name, given, 120)?;
        if clean::holds_address(&text) {
            self.fields.add(name, "address-in-name");
        }
        Some(text)
    }

    /// A code: letters of any script, digits, `- _ . / #`, no blank.
    pub fn code(&mut self, name: &str, given: &str) -> String {
        let code = clean::key(given).unwrap_or_default();
        if code.is_empty() {
            self.fields.add(name, "required");
        } else if code.chars().count() > 60 {
            self.fields.add_with(name, "too-long", vec![("most", "60".to_owned())]);
        } else if !code.chars().all(|c| c.is_alphanumeric() || "-_./#".contains(c)) {
            self.fields.add(name, "code");
        }
        code
    }

    /// A whole number within bounds, required.
    pub fn number(&mut self, name: &str, given: &str, least: i64, most: i64) -> i64 {
        if given.trim().is_empty() {
            self.fields.add(name, "required");
            return least;
        }
        match given.trim().parse::<i64>() {
            Ok(n) if (least..=most).contains(&n) => n,
            Ok(_) => {
                let args = vec![("least", least.to_string()), ("most", most.to_string())];
                self.fields.add_with(name, "range", args);
                least
            }
            Err(_) => {
                self.fields.add(name, "number");
                least
            }
        }
    }

    /// A date `2026-11-29`, or as written in India `29-11-2026`, `29/11/2026`; or nothing.
    pub fn optional_date(&mut self, name: &str, given: &str) -> Option<NaiveDate> {
        let text = given.trim();
        if text.is_empty() {
            return None;
        }
        let date = ["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y"]
            .iter()
            .find_map(|form| NaiveDate::parse_from_str(text, form).ok())
            .filter(|d| (1900..=2200).contains(&chrono::Datelike::year(d)));
        if date.is_none() {
            self.fields.add(name, "date");
        }
        date
    }

    /// A wall clock reading `2026-11-29T10:30`, required. Its zone is the place's.
    pub fn local_time(&mut self, name: &str, given: &str) -> Option<NaiveDateTime> {
        let text = given.trim();
        if text.is_empty() {
            self.fields.add(name, "required");
            return None;
        }
        let time = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
            .filter(|d| (1970..=2200).contains(&chrono::Datelike::year(&d.date())));
        if time.is_none() {
            self.fields.add(name, "time");
        }
        time
    }

    pub fn language(&mut self, name: &str, given: &str) -> Option<crate::kit::columns::Language> {
        let word = given.trim().to_lowercase();
        if word.is_empty() {
            return None;
        }
        let found = crate::kit::columns::Language::parse(&word);
        if found.is_none() {
            self.fields.add(name, "language");
        }
        found
    }

    pub fn has(&self, name: &str) -> bool {
        self.fields.0.iter().any(|e| e.name == name)
    }

    pub fn done<T>(self, made: T) -> Result<T, Fault> {
        self.fields.done().map(|()| made)
    }
}
