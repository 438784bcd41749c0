//! Many rows written by one statement that is prepared once, whatever their number.
//!
//! diesel prepares an insert of many rows anew each time, which costs more than running it. Here the
//! rows are filled up with empty ones to one of a few lengths, and the empty ones left out again:
//! some thirty texts serve every number of rows, and each is kept.

use diesel::RunQueryDsl;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::serialize::ToSql;
use diesel::sql_types::{BigInt, HasSqlType, Nullable, Text, Timestamp};

use crate::kit::clock::Moment;
use crate::kit::db::{Db, on_each};
use crate::kit::fault::Fault;

/// One value of a row. An empty one has the kind of its column as well.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'a> {
    Number(Option<i64>),
    Text(Option<&'a str>),
    At(Option<Moment>),
}

impl<'a> Cell<'a> {
    pub fn number(value: impl Into<i64>) -> Self {
        Self::Number(Some(value.into()))
    }

    pub fn text(value: &'a str) -> Self {
        Self::Text(Some(value))
    }

    pub fn at(value: Moment) -> Self {
        Self::At(Some(value))
    }
}

/// The most rows of one statement.
const MOST_ROWS: usize = 512;

/// Writes rows: `insert into t (a, b)`, the rows, and what comes after them (`on conflict …`). The
/// first column of a row is never empty.
pub fn insert<const N: usize>(
    db: &mut Db,
    into: &str,
    rows: &[[Cell<'_>; N]],
    then: &str,
) -> Result<(), Fault> {
    for rows in rows.chunks(MOST_ROWS) {
        let insert = Insert { into, rows, then };
        on_each!(db, c => insert.execute(c))?;
    }
    Ok(())
}

/// Up to eight as it is, then four lengths for each doubling: at most a fifth of them is empty.
fn length_for(rows: usize) -> usize {
    rows.next_multiple_of((rows.next_power_of_two() / 8).max(1))
}

struct Insert<'a, const N: usize> {
    into: &'a str,
    rows: &'a [[Cell<'a>; N]],
    then: &'a str,
}

impl<const N: usize> QueryId for Insert<'_, N> {
    type QueryId = ();
    // diesel then keeps it by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<C, const N: usize> RunQueryDsl<C> for Insert<'_, N> {}

impl<DB, const N: usize> QueryFragment<DB> for Insert<'_, N>
where
    DB: Backend + HasSqlType<Text> + HasSqlType<BigInt> + HasSqlType<Timestamp>,
    i64: ToSql<BigInt, DB>,
    str: ToSql<Text, DB>,
    Moment: ToSql<Timestamp, DB>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let Some(last) = self.rows.last() else { return Ok(()) };
        out.push_sql(self.into);
        out.push_sql(" select * from (values ");
        for (place, row) in self.rows.iter().enumerate() {
            out.push_sql(if place == 0 { "(" } else { "), (" });
            for (column, cell) in row.iter().enumerate() {
                out.push_sql(if column == 0 { "" } else { ", " });
                match cell {
                    Cell::Number(Some(value)) => out.push_bind_param::<BigInt, i64>(value)?,
                    Cell::Text(Some(value)) => out.push_bind_param::<Text, str>(value)?,
                    Cell::At(Some(value)) => out.push_bind_param::<Timestamp, Moment>(value)?,
                    empty => nothing(&mut out, empty)?,
                }
            }
        }
        for _ in self.rows.len()..length_for(self.rows.len()) {
            out.push_sql("), (");
            for (column, cell) in last.iter().enumerate() {
                out.push_sql(if column == 0 { "" } else { ", " });
                nothing(&mut out, cell)?;
            }
        }
        out.push_sql(")) as filled where column1 is not null ");
        out.push_sql(self.then);
        Ok(())
    }
}

/// An empty value of the kind of another.
fn nothing<DB>(out: &mut AstPass<'_, '_, DB>, like: &Cell<'_>) -> QueryResult<()>
where
    DB: Backend + HasSqlType<Text> + HasSqlType<BigInt> + HasSqlType<Timestamp>,
    i64: ToSql<BigInt, DB>,
    str: ToSql<Text, DB>,
    Moment: ToSql<Timestamp, DB>,
{
    match like {
        Cell::Number(_) => out.push_bind_param::<Nullable<BigInt>, Option<i64>>(&None),
        Cell::Text(_) => out.push_bind_param::<Nullable<Text>, Option<&'static str>>(&None),
        Cell::At(_) => out.push_bind_param::<Nullable<Timestamp>, Option<Moment>>(&None),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn few_lengths_serve_every_number_of_rows() {
        let lengths: BTreeSet<usize> = (1..=MOST_ROWS).map(length_for).collect();
        assert_eq!(lengths.len(), 32);
        for rows in 1..=MOST_ROWS {
            let length = length_for(rows);
            assert!(length >= rows && (length - rows) * 4 <= length, "{rows} {length}");
        }
        assert_eq!([1, 7, 40, 41, 512].map(length_for), [1, 7, 40, 48, 512]);
    }
}
