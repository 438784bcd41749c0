//! A column that is one of several values, as one statement whatever their number.
//!
//! diesel writes `in (?, ?, …)` for SQLite and prepares such a statement anew each time, which cost
//! more than running it: on a page of eight statements three quarters of the time (perf, 10,000
//! people). One bind of a JSON list keeps the text the same, so that it is prepared once.

use diesel::expression::{
    AppearsOnTable, Expression, SelectableExpression, ValidGrouping, is_aggregate,
};
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{Array, BigInt, Bool, Text};
use diesel::sqlite::Sqlite;

use crate::kit::db::MultiBackend;

/// True where the column holds one of the values; no value, no row. Numbers and texts are two types,
/// since they are two statements.
#[derive(Debug, Clone)]
pub struct Among<C, V> {
    column: C,
    list: Vec<V>,
    json: String,
}

/// `column = one of these ids`.
pub fn ids_among<C, I>(column: C, ids: impl IntoIterator<Item = I>) -> Among<C, i64>
where
    I: Into<i64>,
{
    let list: Vec<i64> = ids.into_iter().map(Into::into).collect();
    let json = serde_json::Value::from(list.clone()).to_string();
    Among { column, list, json }
}

/// `column = one of these texts`.
pub fn words_among<C, W>(column: C, words: impl IntoIterator<Item = W>) -> Among<C, String>
where
    W: Into<String>,
{
    let list: Vec<String> = words.into_iter().map(Into::into).collect();
    let json = serde_json::Value::from(list.clone()).to_string();
    Among { column, list, json }
}

impl<C: Expression, V> Expression for Among<C, V> {
    type SqlType = Bool;
}

impl<C: AppearsOnTable<QS>, QS, V> AppearsOnTable<QS> for Among<C, V> {}
impl<C: SelectableExpression<QS>, QS, V> SelectableExpression<QS> for Among<C, V> {}

impl<C, V> ValidGrouping<()> for Among<C, V> {
    type IsAggregate = is_aggregate::Never;
}

impl<C: QueryId, V: 'static> QueryId for Among<C, V> {
    type QueryId = Among<C::QueryId, V>;
    const HAS_STATIC_QUERY_ID: bool = C::HAS_STATIC_QUERY_ID;
}

impl<C: QueryFragment<Sqlite>, V> QueryFragment<Sqlite> for Among<C, V> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" in (select value from json_each(");
        out.push_bind_param::<Text, String>(&self.json)?;
        out.push_sql("))");
        Ok(())
    }
}

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for Among<C, i64> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = any(");
        out.push_bind_param::<Array<BigInt>, Vec<i64>>(&self.list)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<C: QueryFragment<Pg>> QueryFragment<Pg> for Among<C, String> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.column.walk_ast(out.reborrow())?;
        out.push_sql(" = any(");
        out.push_bind_param::<Array<Text>, Vec<String>>(&self.list)?;
        out.push_sql(")");
        Ok(())
    }
}

impl<C, V> QueryFragment<MultiBackend> for Among<C, V>
where
    Self: QueryFragment<Sqlite> + QueryFragment<Pg>,
{
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(self, pass)
    }
}
