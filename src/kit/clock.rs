//! Moments in UTC; the only place that asks the machine what time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::{
    DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta,
    TimeZone, Timelike, Utc,
};
use chrono_tz::Tz;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::pg::Pg;
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Timestamp;
use diesel::sqlite::Sqlite;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::kit::db::MultiBackend;

/// An instant, UTC, to the microsecond: SQLite would keep nanoseconds and PostgreSQL would not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Timestamp)]
pub struct Moment(NaiveDateTime);

impl Moment {
    /// Cut to microseconds.
    pub fn from_utc(at: DateTime<Utc>) -> Self {
        Self::from_micros(at.timestamp_micros())
    }

    /// Microseconds since 1970; out of chrono's range becomes 1970.
    pub fn from_micros(micros: i64) -> Self {
        Self(DateTime::from_timestamp_micros(micros).unwrap_or_default().naive_utc())
    }

    pub fn micros(self) -> i64 {
        self.0.and_utc().timestamp_micros()
    }

    pub fn utc(self) -> DateTime<Utc> {
        self.0.and_utc()
    }

    /// RFC 3339, or `2026-03-02 08:00` taken as UTC.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(at) = DateTime::parse_from_rfc3339(text) {
            return Some(Self::from_utc(at.with_timezone(&Utc)));
        }
        let at = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").ok()?;
        Some(Self::from_utc(at.and_utc()))
    }

    /// The instant of a wall clock reading in a zone. A reading that the zone skips becomes the
    /// first valid minute after it; one that it has twice means the first.
    pub fn of_local(local: NaiveDateTime, zone: Tz) -> Self {
        let mut reading = local;
        for _ in 0..(26 * 60) {
            match zone.from_local_datetime(&reading) {
                LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => {
                    return Self::from_utc(at.with_timezone(&Utc));
                }
                LocalResult::None => reading += TimeDelta::minutes(1),
            }
        }
        Self(local)
    }

    pub fn local(self, zone: Tz) -> NaiveDateTime {
        self.0.and_utc().with_timezone(&zone).naive_local()
    }

    pub fn date_in(self, zone: Tz) -> NaiveDate {
        self.local(zone).date()
    }

    pub fn plus_minutes(self, minutes: i64) -> Self {
        self.plus_seconds(minutes.saturating_mul(60))
    }

    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_micros(self.micros().saturating_add(seconds.saturating_mul(1_000_000)))
    }

    pub fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days.saturating_mul(86_400))
    }

    /// Whole minutes from `earlier` to this, rounded down.
    pub fn minutes_since(self, earlier: Self) -> i64 {
        (self.micros() - earlier.micros()).div_euclid(60_000_000)
    }
}

/// The instant of a clock time on the calendar day `days` before another day in a zone.
pub fn at_clock(day: NaiveDate, days_before: u64, clock: NaiveTime, zone: Tz) -> Moment {
    let day = day.checked_sub_days(Days::new(days_before)).unwrap_or(day);
    Moment::of_local(day.and_time(clock), zone)
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.and_utc().to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true))
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not an RFC 3339 time"))
    }
}

impl ToSql<Timestamp, Pg> for Moment {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Timestamp, Pg>::to_sql(&self.0, out)
    }
}

impl ToSql<Timestamp, Sqlite> for Moment {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(as_written(self.0));
        Ok(IsNull::No)
    }
}

impl ToSql<Timestamp, MultiBackend> for Moment {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
        out.set_value((Timestamp, self));
        Ok(IsNull::No)
    }
}

/// A moment as diesel writes it for SQLite, which compares it as text. chrono reads such a format anew
/// for each value; a roll call writes hundreds.
fn as_written(at: NaiveDateTime) -> String {
    let micros = at.and_utc().timestamp_subsec_micros();
    if !(1_000..=9_999).contains(&at.year()) || micros >= 1_000_000 {
        return at.format("%F %T%.f").to_string();
    }
    let mut out = String::with_capacity(26);
    let mut put = |before: &str, number: u32, digits: u32| {
        out.push_str(before);
        for place in (0..digits).rev() {
            let digit = number / 10_u32.pow(place) % 10;
            out.extend(char::from_digit(digit, 10));
        }
    };
    put("", at.year().unsigned_abs(), 4);
    put("-", at.month(), 2);
    put("-", at.day(), 2);
    put(" ", at.hour(), 2);
    put(":", at.minute(), 2);
    put(":", at.second(), 2);
    match micros {
        0 => {}
        _ if micros.is_multiple_of(1_000) => put(".", micros / 1_000, 3),
        _ => put(".", micros, 6),
    }
    out
}

impl<DB: Backend> FromSql<Timestamp, DB> for Moment
where
    NaiveDateTime: FromSql<Timestamp, DB>,
{
    fn from_sql(raw: DB::RawValue<'_>) -> deserialize::Result<Self> {
        NaiveDateTime::from_sql(raw).map(Self)
    }
}

/// What time it is: the machine's, or one that a test holds in its hand.
#[derive(Clone)]
pub enum Clock {
    Machine,
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    pub fn fixed(now: Moment) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(now.micros())))
    }

    #[expect(clippy::disallowed_methods, reason = "this is the one place that may ask")]
    pub fn now(&self) -> Moment {
        match self {
            Self::Machine => Moment::from_utc(Utc::now()),
            Self::Fixed(micros) => Moment::from_micros(micros.load(Ordering::SeqCst)),
        }
    }

    /// How long until an instant; a fixed clock never comes there by waiting.
    pub fn until(&self, now: Moment, then: Moment) -> Option<Duration> {
        match self {
            Self::Machine => Some((then.utc() - now.utc()).to_std().unwrap_or_default()),
            Self::Fixed(_) => None,
        }
    }

    /// Sets a fixed clock; the machine's cannot be set and stays.
    pub fn set(&self, now: Moment) {
        if let Self::Fixed(micros) = self {
            micros.store(now.micros(), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(local: &str, zone: &str, utc: &str) {
        let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").unwrap();
        let zone: Tz = zone.parse().unwrap();
        assert_eq!(Moment::of_local(local, zone), Moment::parse(utc).unwrap(), "{local} {zone}");
    }

    #[test]
    fn sqlite_gets_what_chrono_would_write() {
        for micros in [0, 1, 999, 1_000, 1_500, 120_000, 999_999, 1_000_000, -1, -1_000_001]
            .into_iter()
            .chain((0..400).map(|n: i64| (n - 200) * 987_654_321_987_654))
            .chain([-62_135_596_800_000_000, 253_402_300_799_999_999, 253_402_300_800_000_000])
        {
            let at = Moment::from_micros(micros).0;
            assert_eq!(as_written(at), at.format("%F %T%.f").to_string(), "{micros}");
        }
    }

    #[test]
    fn wall_clocks_become_instants() {
        check("2026-03-02 09:00", "Asia/Kolkata", "2026-03-02T03:30:00Z");
        check("2026-03-02 09:00", "Asia/Kathmandu", "2026-03-02T03:15:00Z");
        // Skipped by the zone: the first valid minute after.
        check("2026-03-29 01:30", "Europe/London", "2026-03-29T01:00:00Z");
        check("2026-03-08 02:10", "America/New_York", "2026-03-08T07:00:00Z");
        // Read twice: the first.
        check("2026-10-25 01:30", "Europe/London", "2026-10-25T00:30:00Z");
        // A day that never was.
        check("2011-12-30 12:00", "Pacific/Apia", "2011-12-30T10:00:00Z");
        check("2028-02-29 00:00", "Asia/Kolkata", "2028-02-28T18:30:00Z");
    }

    #[test]
    fn a_moment_keeps_no_more_than_microseconds() {
        let at = DateTime::from_timestamp_nanos(1_700_000_000_123_456_789);
        assert_eq!(Moment::from_utc(at).micros(), 1_700_000_000_123_456);
    }
}
