//! Who may say beforehand that he cannot come, and until when.

use crate::kit::clock::Moment;
use crate::kit::columns::words;

words! {
    /// Why somebody cannot come: four choices, the rest in his own words.
    pub enum Why { Ill = "ill", Family = "family", Work = "work", Other = "other" }
}

words! {
    /// What became of it.
    pub enum State {
        Asked = "asked",
        Approved = "approved",
        Declined = "declined",
        Withdrawn = "withdrawn",
    }
}

/// What stands in the way of a new apology; the word of the conflict.
pub fn shut(state: &str, starts_at: Moment, now: Moment) -> Option<&'static str> {
    match state {
        "published" if now >= starts_at => Some("apology-late"),
        "published" => None,
        _ => Some("apology-cancelled"),
    }
}

/// Whether an apology can still be decided.
pub fn is_open(state: State) -> bool {
    state == State::Asked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_apology_is_made_before_the_start() {
        let at = |text: &str| Moment::parse(text).unwrap();
        let start = at("2026-03-02 09:00");
        assert_eq!(shut("published", start, at("2026-03-02 08:59")), None);
        assert_eq!(shut("published", start, start), Some("apology-late"));
        assert_eq!(shut("cancelled", start, at("2026-03-01 09:00")), Some("apology-cancelled"));
        assert_eq!(shut("draft", start, at("2026-03-01 09:00")), Some("apology-cancelled"));
    }
}
