//! Writes that wait for the one writer go into it together, and each stands or falls by itself.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use prashikshan::journal::{self, Verdict};
use prashikshan::kit::db::Db;
use prashikshan::kit::fault::Fault;
use prashikshan::kit::journal::{Entry, note};
use prashikshan::kit::schema::journal as entries;
use prashikshan::kit::site::Site;
use tokio::task::JoinHandle;

use crate::stage::Stage;

/// What a write does in these stories: it leaves a line in the journal.
fn leave(db: &mut Db, site: &Site, number: usize) -> Result<(), Fault> {
    let entry = Entry {
        actor: None,
        action: "line left",
        subject: format!("line/{number}"),
        unit: None,
        detail: serde_json::Value::Null,
    };
    note(db, entry, site.now())
}

/// There nothing waits: each write has a connection of its own.
fn is_server(stage: &Stage) -> bool {
    stage.read(|db| Ok(matches!(db, Db::Postgres(_))))
}

fn lines(stage: &Stage) -> Vec<String> {
    stage.read(|db| {
        Ok(entries::table
            .filter(entries::action.eq("line left"))
            .order(entries::position)
            .select(entries::subject)
            .load(db)?)
    })
}

/// Asks for all these writes while nobody gets the writer, then lets them go.
async fn ask<T: Send + 'static>(
    stage: &Stage,
    count: usize,
    work: impl Fn(&mut Db, &Site, usize) -> Result<T, Fault> + Clone + Send + 'static,
) -> Vec<Result<T, Fault>> {
    let turn = stage.site.database.writing().await.expect("a turn");
    let asked: Vec<JoinHandle<Result<T, Fault>>> = (0..count)
        .map(|number| {
            let (site, here, work) = (stage.site.clone(), stage.site.clone(), work.clone());
            tokio::task::spawn_local(
                async move { site.write(move |db| work(db, &here, number)).await },
            )
        })
        .collect();
    // Each of them gets in line.
    tokio::task::yield_now().await;
    drop(turn);
    let mut out = vec![];
    for one in asked {
        out.push(one.await.expect("a task"));
    }
    out
}

#[actix_web::test]
async fn what_waits_for_the_writer_goes_in_together_and_fails_alone() {
    let stage = Stage::on_disk("2026-03-02 08:00").await;
    let outcomes = ask(&stage, 40, |db, site, number| {
        leave(db, site, number)?;
        if number % 3 == 0 { Err(Fault::conflict("full")) } else { Ok(number) }
    })
    .await;
    let expected: Vec<Result<usize, Fault>> =
        (0..40).map(|n| if n % 3 == 0 { Err(Fault::conflict("full")) } else { Ok(n) }).collect();
    assert_eq!(outcomes, expected);
    let mut left = lines(&stage);
    if is_server(&stage) {
        left.sort_by_key(|line| line.split('/').nth(1).and_then(|n| n.parse::<usize>().ok()));
    }
    let wanted: Vec<String> = (0..40).filter(|n| n % 3 != 0).map(|n| format!("line/{n}")).collect();
    assert_eq!(left, wanted, "in the order of asking");
    assert!(matches!(stage.read(|db| journal::verify(db, &stage.site.secret)), Verdict::Whole(_)));
}

/// With a part of its own open, as an import's row has.
#[actix_web::test]
async fn a_write_that_panics_takes_nobody_along() {
    let stage = Stage::on_disk("2026-03-02 08:00").await;
    let outcomes = ask(&stage, 6, |db, site, number| {
        leave(db, site, number)?;
        if number == 3 {
            db.transaction::<(), Fault, _>(|_| panic!("invented"))?;
        }
        Ok(number)
    })
    .await;
    for (number, outcome) in outcomes.iter().enumerate() {
        match number {
            3 => assert!(outcome.is_err()),
            _ => assert_eq!(outcome, &Ok(number)),
        }
    }
    let mut left = lines(&stage);
    left.sort();
    assert_eq!(left, ["line/0", "line/1", "line/2", "line/4", "line/5"]);
    assert!(matches!(stage.read(|db| journal::verify(db, &stage.site.secret)), Verdict::Whole(_)));
    let here = stage.site.clone();
    stage.site.write(move |db| leave(db, &here, 7)).await.expect("the next one");
}

#[actix_web::test]
async fn who_no_longer_waits_is_left_out() {
    let stage = Stage::on_disk("2026-03-02 08:00").await;
    if is_server(&stage) {
        return;
    }
    let turn = stage.site.database.writing().await.expect("a turn");
    let (site, here) = (stage.site.clone(), stage.site.clone());
    let gone =
        tokio::task::spawn_local(async move { site.write(move |db| leave(db, &here, 1)).await });
    tokio::task::yield_now().await;
    gone.abort();
    assert!(gone.await.is_err_and(|e| e.is_cancelled()));
    drop(turn);
    let here = stage.site.clone();
    stage.site.write(move |db| leave(db, &here, 2)).await.expect("a write");
    assert_eq!(lines(&stage), ["line/2"]);
}

/// A full disk makes SQLite roll back by itself: nothing of the group may stay, and nobody of it may
/// hear that his write is done.
#[actix_web::test]
async fn a_transaction_that_is_lost_is_lost_for_all_in_it() {
    let stage = Stage::on_disk("2026-03-02 08:00").await;
    if is_server(&stage) {
        return;
    }
    let outcomes = ask(&stage, 6, |db, site, number| {
        leave(db, site, number)?;
        if number == 3 {
            db.batch_execute("rollback")?;
        }
        Ok(())
    })
    .await;
    assert!(outcomes.iter().all(Result::is_err), "{outcomes:?}");
    assert_eq!(lines(&stage), [""; 0]);
    let here = stage.site.clone();
    stage.site.write(move |db| leave(db, &here, 7)).await.expect("the next one");
    assert_eq!(lines(&stage), ["line/7"]);
    assert!(matches!(stage.read(|db| journal::verify(db, &stage.site.secret)), Verdict::Whole(_)));
}
