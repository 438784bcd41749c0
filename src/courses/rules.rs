//! What a course says when it is well-formed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::kit::columns::{Language, words};
use crate::kit::form::{Reading, loose};
use crate::kit::ids::{CourseId, UnitId};

words! {
    /// Where a course is in its life. A published one goes on being taught while its next version is a draft.
    pub enum CourseState { Draft = "draft", Published = "published", Retired = "retired" }
}

/// The share of minutes that completes a course when nobody says otherwise.
pub const PERCENT: &str = "80";

const MOST_MODULES: usize = 100;

/// A course as typed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CourseDraft {
    pub code: String,
    pub unit: String,
    pub title_hi: String,
    pub title_en: String,
    pub percent: String,
    /// Codes of the courses that come first, commas between; nothing leaves them as they are.
    pub needs: Option<String>,
    pub modules: Vec<ModuleDraft>,
}

impl CourseDraft {
    pub fn needed_codes(&self) -> Option<Vec<&str>> {
        let needs = self.needs.as_deref()?;
        let split = needs.split([',', ';']).map(str::trim).filter(|code| !code.is_empty());
        Some(split.collect())
    }
}

/// Whether a course would come before itself; `pairs` are (course, what it needs).
pub fn is_circle(course: CourseId, needs: &[CourseId], pairs: &[(CourseId, CourseId)]) -> bool {
    let mut seen: Vec<CourseId> = vec![];
    let mut open: Vec<CourseId> = needs.to_vec();
    while let Some(next) = open.pop() {
        if next == course {
            return true;
        }
        if !seen.contains(&next) {
            seen.push(next);
            open.extend(pairs.iter().filter(|(c, _)| *c == next).map(|(_, n)| *n));
        }
    }
    false
}

/// One module as typed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ModuleDraft {
    pub code: String,
    pub title_hi: String,
    pub title_en: String,
    #[serde(deserialize_with = "loose")]
    #[schema(value_type = i32)]
    pub minutes: String,
    /// `yes`, `true`, or not.
    #[serde(deserialize_with = "loose")]
    #[schema(value_type = bool)]
    pub compulsory: String,
}

impl ModuleDraft {
    /// A row of the form that was offered and not used.
    pub fn is_blank(&self) -> bool {
        [&self.code, &self.title_hi, &self.title_en, &self.minutes]
            .iter()
            .all(|t| t.trim().is_empty())
    }
}

/// What a version of a course says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Content {
    pub title_hi: String,
    pub title_en: String,
    pub percent: i32,
    pub modules: Vec<Module>,
}

/// One part of a course. Its code ties it together across versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Module {
    pub code: String,
    pub title_hi: String,
    pub title_en: String,
    pub minutes: i32,
    pub compulsory: bool,
}

/// Reads everything that may change in a course.
pub fn content(reading: &mut Reading, draft: &CourseDraft) -> Content {
    let (title_hi, title_en) =
        both(reading, ("title_hi", &draft.title_hi), ("title_en", &draft.title_en));
    let percent = if draft.percent.trim().is_empty() { PERCENT } else { &draft.percent };
    let percent = whole(reading, "percent", percent, 1, 100);
    Content { title_hi, title_en, percent, modules: modules(reading, &draft.modules) }
}

/// Reads the modules; errors stand at `module_minutes-2` for the second row. Blank rows do not count.
fn modules(reading: &mut Reading, drafts: &[ModuleDraft]) -> Vec<Module> {
    let mut modules: Vec<Module> = vec![];
    for (i, draft) in drafts.iter().enumerate().filter(|(_, d)| !d.is_blank()) {
        let at = |field: &str| format!("module_{field}-{}", i + 1);
        let code = reading.code(&at("code"), &draft.code);
        if !code.is_empty() && modules.iter().any(|m| m.code == code) {
            reading.fields.add(&at("code"), "module-twice");
        }
        let (title_hi, title_en) =
            both(reading, (&at("title_hi"), &draft.title_hi), (&at("title_en"), &draft.title_en));
        let minutes = whole(reading, &at("minutes"), &draft.minutes, 1, 6000);
        let compulsory = match draft.compulsory.trim() {
            "yes" | "true" => true,
            "" | "no" | "false" => false,
            _ => {
                reading.fields.add(&at("compulsory"), "unknown");
                false
            }
        };
        modules.push(Module { code, title_hi, title_en, minutes, compulsory });
    }
    if modules.len() > MOST_MODULES {
        reading.fields.add_with(
            "modules",
            "too-many-modules",
            vec![("most", MOST_MODULES.to_string())],
        );
    }
    modules
}

/// A name in both languages: one that is missing is the other's copy.
pub fn both(reading: &mut Reading, hi: (&str, &str), en: (&str, &str)) -> (String, String) {
    let first = reading.optional_name(hi.0, hi.1);
    let second = reading.optional_name(en.0, en.1);
    if first.is_none() && second.is_none() && !reading.has(hi.0) && !reading.has(en.0) {
        reading.fields.add(hi.0, "required");
    }
    let copy = first.clone().or_else(|| second.clone()).unwrap_or_default();
    (first.unwrap_or_else(|| copy.clone()), second.unwrap_or(copy))
}

/// A whole number that fits the column it is for.
pub fn whole(reading: &mut Reading, name: &str, given: &str, least: i32, most: i32) -> i32 {
    let number = reading.number(name, given, i64::from(least), i64::from(most));
    i32::try_from(number).unwrap_or(least)
}

/// The units on the way from the root to the one with this path: 19 digits each.
pub fn line_of(path: &str) -> Vec<UnitId> {
    path.as_bytes()
        .chunks(19)
        .filter_map(|digits| std::str::from_utf8(digits).ok()?.parse().ok())
        .collect()
}

/// A name in the language of its reader.
pub fn said<'a>(language: Language, hi: &'a str, en: &'a str) -> &'a str {
    match language {
        Language::Hi => hi,
        Language::En => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::fault::Fault;

    fn module(code: &str, hi: &str, en: &str, minutes: &str, compulsory: &str) -> ModuleDraft {
        ModuleDraft {
            code: code.to_owned(),
            title_hi: hi.to_owned(),
            title_en: en.to_owned(),
            minutes: minutes.to_owned(),
            compulsory: compulsory.to_owned(),
        }
    }

    /// What was wrong, in words, or how many modules there are.
    fn check(percent: &str, modules: Vec<ModuleDraft>, said: &str) {
        let draft = CourseDraft {
            title_en: "Welcome".to_owned(),
            percent: percent.to_owned(),
            modules,
            ..CourseDraft::default()
        };
        let mut reading = Reading::default();
        let content = content(&mut reading, &draft);
        let found = match reading.done(()) {
            Ok(()) => format!("{} modules, {} %", content.modules.len(), content.percent),
            Err(fault @ Fault::Invalid(_)) => fault.to_string(),
            Err(other) => format!("?? {other}"),
        };
        assert_eq!(found, said);
    }

    #[test]
    fn rows_are_read_or_told() {
        let good = || module("M1", "परिचय", "", "60", "yes");
        check("", vec![], "0 modules, 80 %");
        check("75", vec![good(), module("", " ", "", "", "no")], "1 modules, 75 %");
        check("0", vec![], "invalid: percent: range");
        check("eighty", vec![], "invalid: percent: number");
        check(
            "",
            vec![good(), module("", "", "", "90", "")],
            "invalid: module_code-2: required, module_title_hi-2: required",
        );
        check("", vec![good(), good()], "invalid: module_code-2: module-twice");
        check(
            "",
            vec![module("M 1", "a", "", "0", "maybe")],
            "invalid: module_code-1: code, module_minutes-1: range, module_compulsory-1: unknown",
        );
        // A row left empty before a wrong one: the error names the row as it stands in the form.
        check(
            "",
            vec![module("", "", "", "", ""), module("M2", "", "b", "x", "")],
            "invalid: module_minutes-2: number",
        );
    }

    #[test]
    fn no_course_comes_before_itself() {
        let [a, b, c] = [1, 2, 3].map(CourseId);
        assert!(is_circle(a, &[a], &[]));
        assert!(is_circle(a, &[b], &[(b, c), (c, a)]));
        assert!(!is_circle(a, &[b, c], &[(b, c), (c, b)]));
    }

    #[test]
    fn one_language_is_enough() {
        let mut reading = Reading::default();
        let pair = both(&mut reading, ("title_hi", ""), ("title_en", " Ideas "));
        assert_eq!(pair, ("Ideas".to_owned(), "Ideas".to_owned()));
        assert!(reading.done(()).is_ok());
    }

    #[test]
    fn a_path_names_its_line() {
        let path = format!("{:019}{:019}", 12, 345);
        assert_eq!(line_of(&path), [UnitId(12), UnitId(345)]);
        assert!(line_of("").is_empty());
    }
}
