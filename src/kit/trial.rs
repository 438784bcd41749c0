//! Broken on purpose: what the crash harness switches on in a debug build, so that its checker can
//! be seen to fail. A release build has none of it.

/// Which promise of the ledger is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sabotage {
    /// A letter is taken in hand without being held.
    ClaimWithoutLease,
    /// A letter is handed over before its claim is in the database.
    SentBeforeCommit,
    /// The same letter may stand in the ledger twice.
    NoUniqueKey,
}

/// `PRASHIKSHAN_TRIAL`, words with commas: `lease=3` holds leases for seconds, the rest break
/// something.
#[cfg(debug_assertions)]
fn words() -> &'static [String] {
    use std::sync::OnceLock;
    static WORDS: OnceLock<Vec<String>> = OnceLock::new();
    WORDS.get_or_init(|| {
        crate::kit::settings::trial().split(',').map(|word| word.trim().to_owned()).collect()
    })
}

#[cfg(not(debug_assertions))]
fn words() -> &'static [String] {
    &[]
}

/// A lease as short as a crash trial needs it.
pub fn lease_seconds() -> Option<i64> {
    words().iter().find_map(|word| word.strip_prefix("lease=")?.parse().ok())
}

/// Whether a promise is broken in this run.
pub fn breaks(what: Sabotage) -> bool {
    let word = match what {
        Sabotage::ClaimWithoutLease => "claim-without-lease",
        Sabotage::SentBeforeCommit => "sent-before-commit",
        Sabotage::NoUniqueKey => "no-unique-key",
    };
    words().iter().any(|w| w == word)
}
