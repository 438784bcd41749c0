//! Ids and secrets: the only place that asks for randomness.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::BigInt;
use hmac::{Hmac, KeyInit, Mac};
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::kit::clock::Moment;

/// Declares id types: a `bigint` in the database, a string in JSON and addresses.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
        #[diesel(sql_type = BigInt)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl From<$name> for i64 {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl From<&$name> for i64 {
            fn from(id: &$name) -> Self {
                id.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.trim().parse().map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                text.parse().map_err(|_| serde::de::Error::custom("not an id"))
            }
        }

        impl<DB: Backend> ToSql<BigInt, DB> for $name
        where
            i64: ToSql<BigInt, DB>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
                self.0.to_sql(out)
            }
        }

        impl<DB: Backend> FromSql<BigInt, DB> for $name
        where
            i64: FromSql<BigInt, DB>,
        {
            fn from_sql(raw: DB::RawValue<'_>) -> deserialize::Result<Self> {
                i64::from_sql(raw).map(Self)
            }
        }
    )*};
}

ids!(
    LevelId,
    UnitId,
    PersonId,
    GrantId,
    VisitId,
    CourseId,
    VersionId,
    ModuleId,
    VenueId,
    HolidayId,
    PlanId,
    BatchId,
    SessionId,
    EnrolmentId,
    LetterId,
    OfferId,
    OfficeKindId,
    OfficeId,
    RuleId,
    FeedId,
    AbsenceId,
    NoticeId,
);

/// Makes ids that grow with time: milliseconds since 2020, then 22 bits that count up from a
/// random start, so that neighbours in time are neighbours in the index.
#[derive(Clone)]
pub struct Ids {
    last: Arc<AtomicI64>,
    rng: Arc<Mutex<StdRng>>,
}

const EPOCH_2020_MS: i64 = 1_577_836_800_000;

impl Ids {
    pub fn from_machine() -> Self {
        Self::with(StdRng::from_rng(&mut rand::rng()))
    }

    /// The same seed and the same calls give the same ids: for tests and for the demo.
    pub fn seeded(seed: u64) -> Self {
        Self::with(StdRng::seed_from_u64(seed))
    }

    fn with(rng: StdRng) -> Self {
        Self { last: Arc::new(AtomicI64::new(0)), rng: Arc::new(Mutex::new(rng)) }
    }

    /// The next id: never one that this generator gave before.
    pub fn next(&self, now: Moment) -> i64 {
        let ms = (now.micros() / 1000 - EPOCH_2020_MS).max(0);
        let fresh = (ms << 22) | i64::from(self.number(1 << 16));
        let bump = |last: i64| Some(fresh.max(last + 1));
        match self.last.fetch_update(Ordering::SeqCst, Ordering::SeqCst, bump) {
            Ok(last) | Err(last) => fresh.max(last + 1),
        }
    }

    /// A number below `limit`.
    pub fn number(&self, limit: u32) -> u32 {
        self.lock().random_range(0..limit.max(1))
    }

    /// A secret of 256 bits, URL-safe.
    pub fn secret(&self) -> String {
        let mut bytes = [0u8; 32];
        self.lock().fill_bytes(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// A code of six digits.
    pub fn code(&self) -> String {
        format!("{:06}", self.number(1_000_000))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, StdRng> {
        self.rng.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// SHA-256 in hex: how a secret that is compared, never shown, is kept.
pub fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// A keyed seal (HMAC-SHA-256) over a purpose and a text; a seal for one purpose fits no other.
pub fn seal(key: &str, purpose: &str, text: &str) -> String {
    URL_SAFE_NO_PAD.encode(mac(key, purpose, text).finalize().into_bytes())
}

/// Whether a seal is ours, in constant time.
pub fn seal_fits(key: &str, purpose: &str, text: &str, given: &str) -> bool {
    let Ok(given) = URL_SAFE_NO_PAD.decode(given) else { return false };
    mac(key, purpose, text).verify_slice(&given).is_ok()
}

/// Bytes of a short seal: 96 bits, nothing to guess and short enough for a QR code.
const SHORT: usize = 12;

/// The first 16 characters of a seal: for codes that are drawn or printed.
pub fn short_seal(key: &str, purpose: &str, text: &str) -> String {
    let bytes = mac(key, purpose, text).finalize().into_bytes();
    URL_SAFE_NO_PAD.encode(&bytes[..SHORT])
}

/// Whether a short seal is ours, in constant time.
pub fn short_seal_fits(key: &str, purpose: &str, text: &str, given: &str) -> bool {
    let Ok(given) = URL_SAFE_NO_PAD.decode(given) else { return false };
    given.len() == SHORT && mac(key, purpose, text).verify_truncated_left(&given).is_ok()
}

/// Some digits that follow from a text: for codes that are typed.
pub fn digits_of(key: &str, purpose: &str, text: &str, digits: u32) -> String {
    let bytes = mac(key, purpose, text).finalize().into_bytes();
    let number = bytes[..7].iter().fold(0_u64, |n, b| n << 8 | u64::from(*b));
    format!("{:0width$}", number % 10_u64.pow(digits), width = digits as usize)
}

fn mac(key: &str, purpose: &str, text: &str) -> Hmac<Sha256> {
    // A key of any length is allowed by HMAC (RFC 2104); an empty one is refused at the start.
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes())
        .unwrap_or_else(|_| Hmac::<Sha256>::new(&Default::default()));
    mac.update(purpose.as_bytes());
    mac.update(b"\0");
    mac.update(text.as_bytes());
    mac
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_and_never_repeat() {
        let ids = Ids::seeded(1);
        let now = Moment::parse("2026-03-02 08:00").unwrap();
        let made: Vec<i64> = (0..10_000).map(|_| ids.next(now)).collect();
        assert!(made.windows(2).all(|w| w[0] < w[1]));
        assert!(ids.next(now.plus_minutes(1)) > made[9_999]);
        assert!(format!("{:019}", made[0]).starts_with('0'), "a path segment never starts with 9");
    }

    #[test]
    fn a_seal_fits_one_purpose_only() {
        let given = seal("key", "view", "42");
        assert!(seal_fits("key", "view", "42", &given));
        assert!(!seal_fits("key", "form", "42", &given));
        assert!(!seal_fits("key", "view", "43", &given));
        assert!(!seal_fits("other", "view", "42", &given));
        assert!(!seal_fits("key", "view", "42", "???"));
        let short = short_seal("key", "view", "42");
        assert!(given.starts_with(&short) && short.len() == 16);
        assert!(short_seal_fits("key", "view", "42", &short));
        assert!(!short_seal_fits("key", "view", "43", &short));
        assert!(!short_seal_fits("key", "view", "42", &short[..8]));
        assert!(!short_seal_fits("key", "view", "42", &given));
        assert_eq!(digits_of("key", "view", "42", 6).len(), 6);
    }
}
