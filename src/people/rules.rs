//! What a person's facts may be, how a person is found again, what a search means.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::kit::clean;
use crate::kit::columns::{Language, words};
use crate::kit::form::Reading;
use crate::kit::search;
use crate::people::PersonDraft;

words! {
    /// Optional; nobody is asked why.
    pub enum Gender { Female = "female", Male = "male", Other = "other" }
}

/// What is kept of a person besides where he or she belongs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    pub reference: Option<String>,
    pub name: String,
    pub name_other: Option<String>,
    pub relation_name: Option<String>,
    pub previous_party: Option<String>,
    pub joined_on: Option<NaiveDate>,
    pub admitted_by: Option<String>,
    pub language: Option<Language>,
    pub gender: Option<Gender>,
    pub phones: Vec<String>,
    pub emails: Vec<String>,
}

/// Numbers or addresses of one person.
const MOST_CONTACTS: usize = 10;

/// Reads a form's facts, all errors at once.
pub fn facts(reading: &mut Reading, draft: &PersonDraft) -> Facts {
    let name = reading.name("name", &draft.name);
    if !is_unicode(&name) {
        reading.fields.add("name", "not-unicode");
    }
    Facts {
        name,
        reference: reading.optional("reference", &draft.reference, 60),
        name_other: reading.optional_name("name_other", &draft.name_other),
        relation_name: reading.optional_name("relation_name", &draft.relation_name),
        previous_party: reading.optional_name("previous_party", &draft.previous_party),
        joined_on: reading.optional_date("joined_on", &draft.joined_on),
        admitted_by: reading.optional_name("admitted_by", &draft.admitted_by),
        language: reading.language("language", &draft.language),
        gender: gender_of_form(reading, &draft.gender),
        phones: several(reading, "phones", "phone", &draft.phones, clean::phone),
        emails: several(reading, "emails", "email", &draft.emails, clean::email),
    }
}

fn gender_of_form(reading: &mut Reading, given: &str) -> Option<Gender> {
    let found = gender(given);
    if found.is_none() && !given.trim().is_empty() {
        reading.fields.add("gender", "unknown");
    }
    found
}

fn several(
    reading: &mut Reading,
    name: &str,
    wrong: &'static str,
    given: &[String],
    read: impl Fn(&str) -> Option<String>,
) -> Vec<String> {
    let mut out: Vec<String> = vec![];
    for part in given.iter().flat_map(|text| parts(text)) {
        match read(part) {
            Some(kept) if !out.iter().any(|o| o.eq_ignore_ascii_case(&kept)) => out.push(kept),
            Some(_) => {}
            None if reading.has(name) => {}
            None => reading.fields.add(name, wrong),
        }
    }
    if out.len() > MOST_CONTACTS {
        reading.fields.add_with(name, "too-many", vec![("most", MOST_CONTACTS.to_string())]);
    }
    out
}

/// Several numbers or addresses in one cell, as offices write them.
pub fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '/', '|', '\n']).map(str::trim).filter(|part| !part.is_empty())
}

/// In either language, long or short.
pub fn gender(text: &str) -> Option<Gender> {
    Some(match text.trim().to_lowercase().as_str() {
        "female" | "f" | "woman" | "महिला" | "स्त्री" | "म" => {
            Gender::Female
        }
        "male" | "m" | "man" | "पुरुष" | "पु" => Gender::Male,
        "other" | "o" | "third gender" | "अन्य" => Gender::Other,
        _ => return None,
    })
}

/// In either language, long or short.
pub fn language(text: &str) -> Option<Language> {
    Some(match text.trim().to_lowercase().as_str() {
        "hi" | "hindi" | "हिन्दी" | "हिंदी" => Language::Hi,
        "en" | "english" | "अंग्रेजी" | "अंग्रेज़ी" => {
            Language::En
        }
        _ => return None,
    })
}

/// Whether a name can be a name: KrutiDev and its kin write Devanagari with Latin letters and
/// signs that stand in no name (`jke dqekj flag` shows itself by `;`, `[`, `{`, `+` and the like).
pub fn is_unicode(name: &str) -> bool {
    !name.contains([';', '[', ']', '{', '}', '|', '\\', '/', '+', '=', '<', '>'])
}

/// How a name is sorted and compared; a script that folding does not read stays as it is.
pub fn key(name: &str) -> String {
    let folded = search::fold(name);
    if folded.is_empty() { name.to_lowercase() } else { folded }
}

/// The words by which a person is found.
pub fn words_of(name: &str, other: Option<&str>) -> BTreeSet<String> {
    let both = [Some(name), other];
    both.into_iter()
        .flatten()
        .flat_map(|n| key(n).split_whitespace().map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

/// What finds a person again who came without a reference.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Likeness {
    pub name: String,
    pub unit: i64,
    /// The first phone, or without one the folded name of father or husband.
    pub mark: String,
}

impl Likeness {
    pub fn of(name: &str, unit: i64, phone: Option<&str>, relation: Option<&str>) -> Self {
        let mark = phone.map_or_else(|| key(relation.unwrap_or_default()), str::to_owned);
        Self { name: key(name), unit, mark }
    }
}

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Search {
    All,
    /// Every one of these begins a word of the name; the longest first, for it has fewest people.
    Words(Vec<String>),
    /// A phone number begins so (E.164).
    PhoneBegins(String),
    PhoneEnds(String),
}

impl Search {
    /// Digits are a phone: from its start when they can be one, else its end.
    pub fn of(q: &str) -> Self {
        let digits: String =
            q.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')' | '.' | '+')).collect();
        if digits.len() >= 4 && digits.chars().all(|c| c.is_ascii_digit()) {
            return Self::phone(&digits, q.trim_start().starts_with('+'));
        }
        let mut words: Vec<String> = key(q).split_whitespace().map(str::to_owned).collect();
        words.sort_by_key(|w| std::cmp::Reverse(w.len()));
        words.dedup();
        words.truncate(5);
        if words.is_empty() { Self::All } else { Self::Words(words) }
    }

    fn phone(digits: &str, international: bool) -> Self {
        if international {
            return Self::PhoneBegins(format!("+{digits}"));
        }
        let bare = match digits.len() {
            11.. => {
                digits.strip_prefix("91").or_else(|| digits.strip_prefix('0')).unwrap_or(digits)
            }
            _ => digits,
        };
        if bare.len() >= 5 && bare.starts_with(['6', '7', '8', '9']) {
            Self::PhoneBegins(format!("+91{bare}"))
        } else {
            Self::PhoneEnds(bare.to_owned())
        }
    }

    /// The same digits as the end of a number, when they stand at the start of none.
    pub fn other_end(&self) -> Option<Self> {
        match self {
            Self::PhoneBegins(number) if number.len() < 13 => {
                Some(Self::PhoneEnds(number.strip_prefix("+91")?.to_owned()))
            }
            _ => None,
        }
    }
}

/// The first text behind all that begin with this one: the end of a range over an index. Folded
/// words hold only `0-9a-z`, which every collation sorts alike.
pub fn behind(prefix: &str) -> Option<String> {
    let mut chars: Vec<char> = prefix.chars().collect();
    while let Some(last) = chars.pop() {
        let next = match last {
            'z' => continue,
            '9' => 'a',
            other => char::from_u32(other as u32 + 1)?,
        };
        chars.push(next);
        return Some(chars.into_iter().collect());
    }
    None
}

/// As `behind`, for phone numbers: digits only.
pub fn behind_number(prefix: &str) -> Option<String> {
    let kept = prefix.trim_end_matches('9');
    let last = kept.chars().last().filter(char::is_ascii_digit)?;
    let next = char::from_u32(last as u32 + 1)?;
    Some(format!("{}{next}", &kept[..kept.len() - 1]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_means_words_or_a_phone() {
        let words = |w: &[&str]| Search::Words(w.iter().map(|w| (*w).to_owned()).collect());
        let check = |q: &str, meant: Search| assert_eq!(Search::of(q), meant, "{q}");
        check("", Search::All);
        check("  ***", words(&["***"]));
        check("सुनीता", words(&["sunit"]));
        check("Ram Sharma", words(&["sarm", "ram"]));
        check("98765 43210", Search::PhoneBegins("+919876543210".to_owned()));
        check("+91 98765", Search::PhoneBegins("+9198765".to_owned()));
        check("09876543210", Search::PhoneBegins("+919876543210".to_owned()));
        check("98765", Search::PhoneBegins("+9198765".to_owned()));
        check("43210", Search::PhoneEnds("43210".to_owned()));
        check("9876", Search::PhoneEnds("9876".to_owned()));
        check("12", words(&["12"]));
        assert_eq!(Search::of("98765").other_end(), Some(Search::PhoneEnds("98765".to_owned())));
        assert_eq!(Search::of("9876543210").other_end(), None);
    }

    #[test]
    fn a_range_ends_right_behind_its_prefix() {
        for (prefix, end) in
            [("sun", Some("suo")), ("suz", Some("sv")), ("a9", Some("aa")), ("zz", None)]
        {
            assert_eq!(behind(prefix).as_deref(), end, "{prefix}");
        }
        for (prefix, end) in [("+9198", Some("+9199")), ("+9199", Some("+92")), ("+99", None)] {
            assert_eq!(behind_number(prefix).as_deref(), end, "{prefix}");
        }
    }

    #[test]
    fn a_form_is_read_with_all_its_errors() {
        let check = |draft: PersonDraft, errors: &str| {
            let mut reading = Reading::default();
            facts(&mut reading, &draft);
            let found: Vec<String> =
                reading.fields.0.iter().map(|e| format!("{} {}", e.name, e.code)).collect();
            assert_eq!(found.join(", "), errors);
        };
        let named = |name: &str| PersonDraft { name: name.to_owned(), ..PersonDraft::default() };
        check(named("राम"), "");
        check(named(""), "name required");
        check(named("jke{k dqekj"), "name not-unicode");
        check(named("Buy at www.example.org"), "name address-in-name");
        let bad = PersonDraft {
            phones: vec!["98765 43210, 12345".to_owned()],
            emails: vec!["a@b".to_owned()],
            joined_on: "31-02-2026".to_owned(),
            gender: "x".to_owned(),
            ..named("राम")
        };
        check(bad, "joined_on date, gender unknown, phones phone, emails email");
    }

    #[test]
    fn several_contacts_stand_in_one_field() {
        let mut reading = Reading::default();
        let draft = PersonDraft {
            name: "राम".to_owned(),
            phones: vec!["98765 43210 / 9123456780; +91 98765-43210".to_owned()],
            emails: vec!["A@Example.org".to_owned(), "a@example.org".to_owned()],
            ..PersonDraft::default()
        };
        let facts = facts(&mut reading, &draft);
        assert_eq!(facts.phones, ["+919876543210", "+919123456780"]);
        assert_eq!(facts.emails, ["A@example.org"]);
    }

    #[test]
    fn names_of_both_scripts_give_words() {
        let words: Vec<String> = words_of("ज्योति शर्मा", Some("Jyoti Sharma")).into_iter().collect();
        assert_eq!(words.len(), 2, "{words:?}");
        assert_eq!(key("தமிழ்"), "தமிழ்");
    }
}
