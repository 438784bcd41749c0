//! A page asks the database a constant number of questions, however many people there are, and none
//! that walks through all of them.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use prashikshan::demo;
use prashikshan::kit::db::Db;
use prashikshan::kit::ids::SessionId;
use prashikshan::kit::schema::session_trainers;
use prashikshan::letters as office;

use crate::stage::{Client, Stage};

/// The pages that are looked at most, each by whom it is for.
async fn pages(stage: &Stage, people: u32) -> Vec<(&'static str, Client, String)> {
    let loaded = demo::load(&stage.site, people, 1).expect("a demo");
    let session: SessionId = stage.read(|db| {
        Ok(session_trainers::table
            .filter(session_trainers::person_id.eq(loaded.trainer))
            .select(session_trainers::session_id)
            .order(session_trainers::session_id.desc())
            .first(db)?)
    });
    let [admin, trainer, newcomer] = [loaded.state_admin, loaded.trainer, loaded.newcomer];
    [
        ("/me", newcomer, "/me".to_owned()),
        ("/today", trainer, "/today".to_owned()),
        ("/people", admin, "/people".to_owned()),
        ("/people?q=", admin, "/people?q=sunita".to_owned()),
        ("roster", trainer, format!("/api/v1/sessions/{session}/roster")),
        ("roll call", trainer, format!("/sessions/{session}/roll-call")),
        ("/completion", admin, "/completion".to_owned()),
        ("/completion/people", admin, "/completion/people".to_owned()),
        ("/letters", admin, "/letters".to_owned()),
        ("/dashboard", admin, "/dashboard".to_owned()),
        ("/batches", admin, "/batches".to_owned()),
        ("/sessions", admin, "/sessions".to_owned()),
        ("/calendar", admin, "/calendar".to_owned()),
        ("/calendar week", admin, "/calendar?view=week".to_owned()),
        ("/calendar list", trainer, "/calendar?view=list".to_owned()),
        ("/calendar mine", newcomer, "/calendar".to_owned()),
    ]
    .map(|(name, who, path)| (name, stage.sign_in(who), path))
    .into()
}

async fn counts(people: u32) -> BTreeMap<&'static str, u64> {
    let stage = Stage::empty("2026-03-02 08:02").await;
    let mut out = BTreeMap::new();
    for (name, client, path) in pages(&stage, people).await {
        let before = stage.site.database.statements.count();
        client.get(&path).await.must_be(200);
        out.insert(name, stage.site.database.statements.count() - before);
    }
    out
}

#[actix_web::test]
async fn a_page_asks_as_much_of_ten_thousand_people_as_of_few() {
    let few = counts(120).await;
    let many = counts(10_000).await;
    for (page, asked) in &few {
        println!("{page:20} {asked:>3} statements at 120 people, {:>3} at 10,000", many[page]);
    }
    assert_eq!(few, many);
    let most = few.values().max().copied().unwrap_or_default();
    assert!(most <= 14, "{few:?}");
}

/// What grows with the number of people.
const LONG: [&str; 11] = [
    "people",
    "phones",
    "emails",
    "name_words",
    "enrolments",
    "enrolment_moves",
    "marks",
    "mark_events",
    "letters",
    "letter_bodies",
    "journal",
];

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// Meant so: the sums of a report, a row for each unit, are put in order once; how many letters
/// there are in each state, the index of states alone answers.
const MEANT: [&str; 3] = [
    "BLOOM FILTER ON counted ",
    "SEARCH counted USING AUTOMATIC COVERING INDEX ",
    "SCAN letters USING COVERING INDEX letters_due",
];

/// Steps of SQLite's plan that walk through a long table, or make an index of what they read. A
/// walk in order that ends when the page is full is none; to look for a sign-in code among all that
/// is planned is one.
fn walks(stage: &Stage, text: &str) -> Vec<String> {
    let explained = sql_query(format!("explain query plan {text}"));
    let steps: Vec<Step> = stage.read(|db| Ok(explained.load(db)?));
    let ends = text.to_lowercase().contains(" limit ")
        && !steps.iter().any(|s| s.detail.contains("B-TREE") && !s.detail.contains("FOR LAST"));
    let is_walk = |step: &str| {
        let table = step.strip_prefix("SCAN ").and_then(|rest| rest.split(' ').next());
        (table.is_some_and(|table| LONG.contains(&table)) && !ends)
            || step.starts_with("BLOOM FILTER")
            || (text.contains(CODES) && step.contains("INDEX letters_due"))
            || step.contains("AUTOMATIC")
    };
    let is_meant = |step: &str| MEANT.iter().any(|meant| step.starts_with(meant));
    steps.into_iter().map(|s| s.detail).filter(|d| is_walk(d) && !is_meant(d)).collect()
}

/// How the sender says which letters are sign-in codes that wait.
const CODES: &str = "state = 'planned' and kind = 'sign_in'";

#[actix_web::test]
async fn no_page_and_no_turn_of_the_sender_walks_through_a_long_table() {
    let stage = Stage::empty("2026-03-02 08:02").await;
    if stage.read(|db| Ok(matches!(db, Db::Postgres(_)))) {
        return;
    }
    let pages = pages(&stage, 3_000).await;
    let statements = &stage.site.database.statements;
    statements.texts();
    let mut found = vec![];
    let mut explain = |name: &str, texts: BTreeSet<String>| {
        assert!(!texts.is_empty(), "{name} asks nothing");
        let asks_for_codes = texts.iter().any(|text| text.contains(CODES));
        assert!(asks_for_codes || name != "the sender", "{texts:#?}");
        for text in texts.iter().filter(|t| !t.starts_with("PRAGMA")) {
            found.extend(
                walks(&stage, text).into_iter().map(|walk| format!("{name}: {walk}: {text}")),
            );
        }
        statements.texts();
    };
    for (name, client, path) in &pages {
        client.get(path).await.must_be(200);
        explain(name, statements.texts());
    }
    office::tick(&stage.site).await.expect("a turn");
    explain("the sender", statements.texts());
    assert!(found.is_empty(), "{found:#?}");
}
