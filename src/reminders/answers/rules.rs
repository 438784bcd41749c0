//! What may be answered, and the token that lets one person answer about one session.

use crate::kit::clock::Moment;
use crate::kit::columns::words;
use crate::kit::ids::{self, PersonId, SessionId};

words! {
    pub enum Answer { Coming = "coming", NotComing = "not_coming" }
}

/// Whom a letter asked about what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub session: SessionId,
    pub person: PersonId,
}

/// Lets one person answer about one session until it begins. Sealed for this purpose, not stored:
/// whoever gets it forwarded answers for that person, and can do nothing else.
pub fn token(secret: &str, asked: Asked, until: Moment) -> String {
    let text = text(asked, until.micros() / 1_000_000);
    format!("{text}.{}", ids::seal(secret, "answer", &text))
}

/// What a token lets answer, while it is good.
pub fn read(secret: &str, token: &str, now: Moment) -> Option<Asked> {
    let mut parts = token.splitn(4, '.');
    let (session, person) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let until: i64 = parts.next()?.parse().ok()?;
    let seal = parts.next()?;
    let asked = Asked { session, person };
    let fits = ids::seal_fits(secret, "answer", &text(asked, until), seal);
    (fits && until > now.micros() / 1_000_000).then_some(asked)
}

fn text(asked: Asked, until: i64) -> String {
    format!("{}.{}.{until}", asked.session, asked.person)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_answers_for_one_person_about_one_session_in_time() {
        let now = Moment::parse("2026-11-28 08:00").unwrap();
        let asked = Asked { session: SessionId(7), person: PersonId(9) };
        let token = token("secret", asked, now.plus_minutes(60));
        assert_eq!(read("secret", &token, now), Some(asked));
        assert_eq!(read("secret", &token, now.plus_minutes(60)), None, "the session has begun");
        assert_eq!(read("other", &token, now), None);
        assert_eq!(read("secret", &token.replacen('9', "8", 1), now), None, "another person");
        for odd in ["", "...", "7.9.x.y", "7.9", "🙂.9.1.x"] {
            assert_eq!(read("secret", odd, now), None, "{odd}");
        }
    }
}
