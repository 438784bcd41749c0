//! What stands on a badge, and how it is known for ours.

use crate::kit::fault::Fault;
use crate::kit::ids::{self, PersonId};
use crate::kit::sign::Key;

/// The first word of a badge; another one is another kind.
const KIND: &str = "PB1";
/// Digits of the number that is typed when no camera reads the code.
const DIGITS: u32 = 8;

/// A badge: the person's first, or the one after so many lost ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Badge {
    pub person: PersonId,
    pub number: i32,
}

/// What makes badges: the service's secret and the key that follows from it.
pub struct Press<'a> {
    secret: &'a str,
    key: Key,
}

impl<'a> Press<'a> {
    pub fn of(secret: &'a str) -> Result<Self, Fault> {
        Ok(Self { secret, key: Key::of(secret, "badge")? })
    }

    pub fn public_key(&self) -> String {
        self.key.public()
    }

    fn head(&self, badge: Badge) -> String {
        format!("{KIND}.{}.{}.{}", self.key.id(), badge.person, badge.number)
    }

    /// The text of the QR code. It names nobody: ids only, and the signature.
    pub fn text(&self, badge: Badge) -> String {
        let head = self.head(badge);
        let signature = self.key.sign(&head);
        format!("{head}.{signature}")
    }

    /// The number below the code, for typing.
    pub fn typed(&self, badge: Badge) -> String {
        let text = format!("{}.{}", badge.person, badge.number);
        ids::digits_of(self.secret, "badge-typed", &text, DIGITS)
    }

    /// Which badge a text is; none when it is not ours.
    pub fn read(&self, text: &str) -> Option<Badge> {
        let (head, signature) = text.rsplit_once('.')?;
        let mut parts = head.split('.');
        let (_, _, person, number) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let badge = Badge { person: person.parse().ok()?, number: number.parse().ok()? };
        (self.head(badge) == head && self.key.fits(head, signature)).then_some(badge)
    }
}

/// How a trainer's phone knows a badge without a network: by the hash of its text. The phone then
/// holds nothing of which a badge could be made.
pub fn known_by(text: &str) -> String {
    ids::hash(text).chars().take(32).collect()
}

/// `4827 1936`
pub fn in_two(digits: &str) -> String {
    match digits.len() {
        8 => format!("{} {}", &digits[..4], &digits[4..]),
        _ => digits.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_badge_is_known_and_no_character_of_it_can_be_changed() {
        let press = Press::of("a secret that only tests know").unwrap();
        let badge = Badge { person: PersonId(42), number: 1 };
        let text = press.text(badge);
        assert_eq!(press.read(&text), Some(badge));
        for place in 0..text.len() {
            let mut other: Vec<u8> = text.bytes().collect();
            other[place] = if other[place] == b'A' { b'B' } else { b'A' };
            assert_eq!(press.read(&String::from_utf8(other).unwrap()), None, "{place}");
        }
        for wrong in ["", ".", "PB1", "PB1.x.42.1", &text[..text.len() - 1], &format!("{text}A")] {
            assert_eq!(press.read(wrong), None, "{wrong}");
        }
        assert_eq!(Press::of("another secret").unwrap().read(&text), None);
    }

    #[test]
    fn the_next_badge_is_another_one() {
        let press = Press::of("a secret that only tests know").unwrap();
        let (old, new) =
            (Badge { person: PersonId(42), number: 1 }, Badge { person: PersonId(42), number: 2 });
        assert_ne!(press.text(old), press.text(new));
        assert_ne!(press.typed(old), press.typed(new));
        assert_eq!(press.typed(old).len(), 8);
        assert_eq!(in_two("48271936"), "4827 1936");
    }
}
