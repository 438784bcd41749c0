//! The code of a sheet and the numbers that are typed from it.

use std::collections::HashSet;

use crate::completion::rules::Status;
use crate::kit::fault::Fields;
use crate::kit::ids::{self, PersonId, SessionId};

/// The operation table of H. M. Damm (2004): totally anti-symmetric, so that each single wrong digit
/// and each swap of neighbours is caught.
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// The check digit of digits; of digits with their check digit it is 0.
fn check_digit(digits: &[u8]) -> u8 {
    digits.iter().fold(0, |state, digit| DAMM[usize::from(state)][usize::from(*digit)])
}

/// How many digits say the session, its revision and its list, in this order.
const PARTS: [usize; 3] = [4, 2, 4];

/// What a sheet was printed of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    session: String,
    revision: String,
    list: String,
}

/// A sheet's number belongs to one order of names: when somebody joins or leaves, the numbers move,
/// and an older sheet must not mark the wrong people.
pub fn printed(session: SessionId, revision: i32, people: &[PersonId]) -> Printed {
    let names: Vec<String> = people.iter().map(ToString::to_string).collect();
    let hash = ids::hash(&names.join(" "));
    let list = u64::from_str_radix(&hash[..8], 16).unwrap_or(0) % 10_000;
    Printed {
        session: format!("{:04}", session.0.rem_euclid(10_000)),
        revision: format!("{:02}", revision.rem_euclid(100)),
        list: format!("{list:04}"),
    }
}

impl Printed {
    /// `4821035827` and its check digit.
    pub fn code(&self) -> String {
        let digits = format!("{}{}{}", self.session, self.revision, self.list);
        let values: Vec<u8> = digits.bytes().map(|b| b - b'0').collect();
        format!("{digits}{}", check_digit(&values))
    }

    /// The same in groups, as it is read.
    pub fn shown(&self) -> String {
        let code = self.code();
        format!("{} {} {} {}", &code[..4], &code[4..6], &code[6..10], &code[10..])
    }

    /// What is wrong with a code that was typed from a sheet.
    pub fn refuses(&self, typed: &str) -> Option<&'static str> {
        let digits: Vec<u8> = typed.chars().filter_map(digit).collect();
        let strange = typed.chars().any(|c| digit(c).is_none() && !c.is_whitespace() && c != '-');
        if strange || digits.len() != PARTS.iter().sum::<usize>() + 1 {
            return Some("sheet-code");
        }
        if check_digit(&digits) != 0 {
            return Some("sheet-digit");
        }
        let text: String = digits.iter().map(|d| char::from(b'0' + d)).collect();
        if text[..4] != self.session {
            Some("sheet-session")
        } else if text[4..6] != self.revision {
            Some("sheet-revision")
        } else if text[6..10] != self.list {
            Some("sheet-list")
        } else {
            None
        }
    }
}

/// A digit of either script.
fn digit(c: char) -> Option<u8> {
    match c {
        '0'..='9' => u8::try_from(u32::from(c) - u32::from('0')).ok(),
        '०'..='९' => u8::try_from(u32::from(c) - u32::from('०')).ok(),
        _ => None,
    }
}

/// One number that was typed: its place on the list, and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entered {
    pub serial: usize,
    pub status: Status,
    pub minutes: Option<i32>,
}

/// Reads `3 7 12; late 8 9/15; left 4/40`: numbers without a word are absent, a word holds until the
/// next one or the next `;`, minutes stand behind a `/`. Everything that is wrong is told at once.
pub fn read_numbers(text: &str, people: usize) -> Result<Vec<Entered>, Fields> {
    let (mut out, mut wrong): (Vec<Entered>, Fields) = (vec![], Fields::default());
    let mut seen: HashSet<usize> = HashSet::new();
    for part in text.split([';', '\n', '।']) {
        let mut status = Status::Absent;
        let blanks = |c: char| c.is_whitespace() || c == ',' || c == ':';
        for token in part.split(blanks).filter(|t| !t.is_empty()) {
            match word(token) {
                Some(Word::Is(word)) => status = word,
                Some(Word::Filler) => {}
                None => match number(token, status) {
                    Err(code) => wrong.add_with("absent", code, told(token)),
                    Ok(one) if one.serial == 0 || one.serial > people => {
                        wrong.add_with("absent", "quick-unknown", told(token));
                    }
                    Ok(one) if !seen.insert(one.serial) => {
                        wrong.add_with("absent", "quick-double", told(token));
                    }
                    Ok(one) => out.push(one),
                },
            }
        }
    }
    if wrong.0.is_empty() { Ok(out) } else { Err(wrong) }
}

enum Word {
    Is(Status),
    /// `से` of देर से, `बीच में` of बीच में प्रस्थान.
    Filler,
}

fn word(token: &str) -> Option<Word> {
    Some(match token.to_lowercase().as_str() {
        "a" | "absent" | "अ" | "अनुपस्थित" => Word::Is(Status::Absent),
        "l" | "late" | "देर" => Word::Is(Status::Late),
        "e" | "excused" | "अनुमति" => Word::Is(Status::Excused),
        "left" | "partial" | "प्रस्थान" => Word::Is(Status::Partial),
        "p" | "present" | "उपस्थित" => Word::Is(Status::Present),
        "से" | "में" | "बीच" | "early" => Word::Filler,
        _ => return None,
    })
}

fn number(token: &str, status: Status) -> Result<Entered, &'static str> {
    let whole = |text: &str| -> Option<i32> {
        let digits: Option<String> =
            text.chars().map(|c| digit(c).map(|d| char::from(b'0' + d))).collect();
        digits.filter(|d| (1..=4).contains(&d.len()))?.parse().ok()
    };
    let (serial, minutes) = match token.split_once('/') {
        Some((serial, minutes)) => (serial, Some(whole(minutes).ok_or("quick-word")?)),
        None => (token, None),
    };
    let serial = whole(serial).and_then(|n| usize::try_from(n).ok()).ok_or("quick-word")?;
    match (status, minutes) {
        (Status::Partial, None) => Err("quick-minutes"),
        (Status::Late, Some(minutes)) if minutes > 1_440 => Err("quick-minutes"),
        (Status::Partial, Some(minutes)) if minutes > 6_000 => Err("quick-minutes"),
        (Status::Partial | Status::Late, minutes) => Ok(Entered { serial, status, minutes }),
        (_, None) => Ok(Entered { serial, status, minutes: None }),
        (_, Some(_)) => Err("quick-word"),
    }
}

fn told(token: &str) -> Vec<(&'static str, String)> {
    vec![("what", token.chars().take(20).collect())]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every code of five digits, every digit of it replaced by every other, every two neighbours
    /// swapped, the check digit among them.
    #[test]
    fn every_wrong_digit_and_every_swap_is_caught() {
        let mut tried = 0_u64;
        for n in 0..100_000_u32 {
            let mut code: Vec<u8> = (0..5).rev().map(|p| (n / 10_u32.pow(p) % 10) as u8).collect();
            code.push(check_digit(&code));
            assert_eq!(check_digit(&code), 0, "{code:?}");
            for place in 0..code.len() {
                for other in (0..10).filter(|d| *d != code[place]) {
                    let mut wrong = code.clone();
                    wrong[place] = other;
                    assert_ne!(check_digit(&wrong), 0, "{code:?} as {wrong:?}");
                    tried += 1;
                }
                if place + 1 < code.len() && code[place] != code[place + 1] {
                    let mut wrong = code.clone();
                    wrong.swap(place, place + 1);
                    assert_ne!(check_digit(&wrong), 0, "{code:?} as {wrong:?}");
                    tried += 1;
                }
            }
        }
        assert!(tried > 5_800_000, "{tried}");
    }

    /// Codes as long as a sheet's: the table's own law, which holds from any digits before.
    #[test]
    fn the_table_is_totally_anti_symmetric() {
        for state in 0..10_u8 {
            for (a, b) in (0..10_u8).flat_map(|a| (0..10_u8).map(move |b| (a, b))) {
                let step = |s: u8, d: u8| DAMM[usize::from(s)][usize::from(d)];
                assert_eq!(step(state, a) == step(state, b), a == b, "each digit leads elsewhere");
                assert_eq!(step(a, state) == step(b, state), a == b, "no two ways meet again");
                assert_eq!(step(step(state, a), b) == step(step(state, b), a), a == b, "no swap");
            }
        }
    }

    #[test]
    fn a_sheet_of_another_list_is_refused_with_its_reason() {
        let people = [3, 1, 2].map(PersonId);
        let sheet = printed(SessionId(98_765_432_101), 3, &people);
        let code = sheet.code();
        assert!(code.starts_with("210103"), "{code}");
        assert_eq!(sheet.refuses(&code), None);
        assert_eq!(sheet.refuses(&sheet.shown()), None);
        let check = |other: Printed, expected: &str| {
            assert_eq!(sheet.refuses(&other.code()), Some(expected));
        };
        check(printed(SessionId(98_765_432_102), 3, &people), "sheet-session");
        check(printed(SessionId(98_765_432_101), 4, &people), "sheet-revision");
        check(printed(SessionId(98_765_432_101), 3, &people[..2]), "sheet-list");
        let last = code.as_bytes()[10];
        let wrong = format!("{}{}", &code[..10], if last == b'0' { '1' } else { '0' });
        assert_eq!(sheet.refuses(&wrong), Some("sheet-digit"));
        assert_eq!(sheet.refuses("12"), Some("sheet-code"));
        assert_eq!(sheet.refuses(&format!("{code}x")), Some("sheet-code"));
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        let check = |text: &str, expected: &str| {
            let said = match read_numbers(text, 40) {
                Ok(all) => all
                    .iter()
                    .map(|e| match e.minutes {
                        Some(m) => format!("{} {}/{m}", e.status, e.serial),
                        None => format!("{} {}", e.status, e.serial),
                    })
                    .collect::<Vec<_>>()
                    .join(", "),
                Err(wrong) => wrong.0.iter().map(|e| e.code).collect::<Vec<_>>().join(", "),
            };
            assert_eq!(said, expected, "{text}");
        };
        check("", "");
        check("3 7,12", "absent 3, absent 7, absent 12");
        check("3 7; late 8", "absent 3, absent 7, late 8");
        check("3 late 8 9/15; 4", "absent 3, late 8, late 9/15, absent 4");
        check("३ ७; देर से ८", "absent 3, absent 7, late 8");
        check("अनुमति से 2; बीच में प्रस्थान 5/40", "excused 2, partial 5/40");
        check("0 41 x", "quick-unknown, quick-unknown, quick-word");
        check("3 3", "quick-double");
        check("left 5", "quick-minutes");
        check("5/10", "quick-word");
        check("99999", "quick-word");
    }
}
