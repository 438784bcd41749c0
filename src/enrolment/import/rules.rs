//! Who a row of a list of enrolments speaks of, and how a consent in it is read.

use std::collections::BTreeSet;

use crate::enrolment::rules::Channel;
use crate::kit::ids::PersonId;
use crate::kit::search;

/// Somebody whom a row may mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub id: PersonId,
    pub name: String,
    pub name_other: Option<String>,
    pub relation_name: Option<String>,
    pub unit: String,
    pub path: String,
}

impl Known {
    /// As a sentence names the person, told apart from namesakes.
    pub fn said(&self) -> String {
        match &self.relation_name {
            Some(relation) => format!("{} ({relation}, {})", self.name, self.unit),
            None => format!("{} ({})", self.name, self.unit),
        }
    }

    /// Every word of the name as typed is one of the person's, in either script.
    fn is_called(&self, typed: &str) -> bool {
        let words =
            words(&self.name).into_iter().chain(self.name_other.iter().flat_map(|n| words(n)));
        let own: BTreeSet<String> = words.collect();
        let typed = words_of(typed);
        !typed.is_empty() && typed.iter().all(|word| own.contains(word))
    }

    fn is_child_of(&self, typed: &str) -> bool {
        self.relation_name.as_deref().is_none_or(|kept| words_of(kept) == words_of(typed))
    }
}

fn words(name: &str) -> Vec<String> {
    search::fold(name).split_whitespace().map(str::to_owned).collect()
}

fn words_of(name: &str) -> BTreeSet<String> {
    words(name).into_iter().collect()
}

/// What a row says of a person beside the key that found the candidates.
#[derive(Debug, Clone, Copy, Default)]
pub struct Said<'a> {
    pub name: &'a str,
    pub relation: &'a str,
    /// The path of the unit, when one is named.
    pub unit: Option<&'a str>,
}

/// Why nobody was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lost {
    Nobody,
    /// Somebody has this number, with another name.
    Another(String),
    /// Several fit.
    Several(Vec<String>),
}

/// The one whom a row means. A number or reference may belong to somebody else of the family: a
/// name that differs is never passed over.
pub fn meant<'a>(candidates: &[&'a Known], said: Said<'_>) -> Result<&'a Known, Lost> {
    let fits = |k: &&&Known| {
        (said.name.is_empty() || k.is_called(said.name))
            && (said.relation.is_empty() || k.is_child_of(said.relation))
            && said.unit.is_none_or(|path| k.path.starts_with(path))
    };
    let found: Vec<&&Known> = candidates.iter().filter(fits).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => match candidates {
            [] => Err(Lost::Nobody),
            [other, ..] => Err(Lost::Another(other.said())),
        },
        several => Err(Lost::Several(several.iter().map(|k| k.said()).collect())),
    }
}

/// How a list says that a person agreed: a bare yes is the list's own word.
pub fn consent(typed: &str) -> Result<Option<Channel>, &'static str> {
    match typed.trim().to_lowercase().as_str() {
        "" | "no" | "n" | "नहीं" | "-" => Ok(None),
        "yes" | "y" | "list" | "हाँ" | "हां" | "हा" | "सूची" => {
            Ok(Some(Channel::List))
        }
        "paper" | "form" | "कागज" | "फॉर्म" | "फार्म" => {
            Ok(Some(Channel::Paper))
        }
        "phone" | "फोन" => Ok(Some(Channel::Phone)),
        _ => Err("consent-word"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(id: i64, name: &str, relation: &str, path: &str) -> Known {
        Known {
            id: PersonId(id),
            name: name.to_owned(),
            name_other: None,
            relation_name: (!relation.is_empty()).then(|| relation.to_owned()),
            unit: format!("U{path}"),
            path: path.to_owned(),
        }
    }

    fn check(name: &str, relation: &str, unit: &str, expected: &str) {
        let all = [
            known(1, "आशा देवी", "मोहन लाल", "11"),
            known(2, "Asha Devi", "Ram Lal", "12"),
            known(3, "Bela Rao", "", "12"),
        ];
        let unit = (!unit.is_empty()).then_some(unit);
        let found = match meant(&all.iter().collect::<Vec<_>>(), Said { name, relation, unit }) {
            Ok(k) => k.id.to_string(),
            Err(Lost::Several(all)) => format!("several {}", all.len()),
            Err(Lost::Another(who)) => who,
            Err(Lost::Nobody) => "nobody".to_owned(),
        };
        assert_eq!(found, expected, "{name} {relation} {unit:?}");
    }

    #[test]
    fn a_row_means_one_person_or_says_why_not() {
        check("asha devi", "", "", "several 2");
        check("asha devi", "राम लाल", "", "2");
        check("आशा", "", "11", "1");
        check("rao bela", "", "", "3");
        check("", "", "12", "several 2");
        check("Chand", "", "", "आशा देवी (मोहन लाल, U11)");
        assert_eq!(meant(&[], Said::default()), Err(Lost::Nobody));
    }

    #[test]
    fn a_consent_is_what_the_list_says() {
        for (typed, channel) in [
            ("", Ok(None)),
            ("हाँ", Ok(Some(Channel::List))),
            ("Paper", Ok(Some(Channel::Paper))),
            ("phone", Ok(Some(Channel::Phone))),
            ("maybe", Err("consent-word")),
        ] {
            assert_eq!(consent(typed), channel, "{typed}");
        }
    }
}
