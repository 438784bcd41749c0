//! A helper's pass: a link that opens one session's roll call and no other door.

use crate::kit::ids::{self, SessionId};

/// What a pass opens below `/sessions/{id}/`.
const OPENS: [&str; 6] = ["roll-call", "scanner", "check-in", "arrivals", "marks", "walk-ins"];

/// The secret of a pass; it follows from its id, so that none is kept.
pub fn token(secret: &str, pass: i64) -> String {
    format!("{pass}.{}", ids::short_seal(secret, "helper", &pass.to_string()))
}

/// Which pass a secret is of.
pub fn read(secret: &str, token: &str) -> Option<i64> {
    let (pass, seal) = token.split_once('.')?;
    ids::short_seal_fits(secret, "helper", pass, seal).then(|| pass.parse().ok())?
}

/// What the helper's browser keeps: the pass and the one session that it opens, so that it is no key
/// even at the roll call of another.
pub fn cookie(secret: &str, pass: i64, session: SessionId) -> String {
    let held = format!("{pass}.{session}");
    format!("{held}.{}", ids::short_seal(secret, "helper-cookie", &held))
}

/// Which pass a cookie is of, at this session.
pub fn read_cookie(secret: &str, cookie: &str, session: SessionId) -> Option<i64> {
    let (held, seal) = cookie.rsplit_once('.')?;
    let (pass, of) = held.split_once('.')?;
    let here = of.parse().is_ok_and(|of: SessionId| of == session);
    (here && ids::short_seal_fits(secret, "helper-cookie", held, seal))
        .then(|| pass.parse().ok())?
}

/// The session whose roll call an address belongs to; none for every other door.
pub fn session_of(path: &str) -> Option<SessionId> {
    let path = path.strip_prefix("/api/v1").unwrap_or(path);
    let mut words = path.strip_prefix("/sessions/")?.split('/');
    let session = words.next()?.parse().ok()?;
    words.next().is_some_and(|word| OPENS.contains(&word)).then_some(session)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_good_for_its_session_only() {
        let cookie = cookie("secret", 7, SessionId(3));
        assert_eq!(read_cookie("secret", &cookie, SessionId(3)), Some(7));
        assert_eq!(read_cookie("secret", &cookie, SessionId(4)), None);
        assert_eq!(read_cookie("other", &cookie, SessionId(3)), None);
        assert_eq!(read_cookie("secret", &cookie.replacen('3', "4", 1), SessionId(4)), None);
        assert_eq!(read_cookie("secret", &token("secret", 7), SessionId(3)), None);
    }

    #[test]
    fn a_pass_opens_the_roll_call_and_nothing_else() {
        for (path, session) in [
            ("/sessions/7/roll-call", Some(7)),
            ("/sessions/7/roll-call/closing", Some(7)),
            ("/sessions/7/scanner/names", Some(7)),
            ("/sessions/7/walk-ins", Some(7)),
            ("/api/v1/sessions/7/marks", Some(7)),
            ("/sessions/7", None),
            ("/sessions/7/helpers", None),
            ("/sessions/7/apologies", None),
            ("/sessions/7/move", None),
            ("/sessions", None),
            ("/me", None),
            ("/people/7/roll-call", None),
            ("/api/v1/people", None),
        ] {
            assert_eq!(session_of(path).map(|s| s.0), session, "{path}");
        }
    }
}
