//! A page asks the database a constant number of questions, however many people there are.

use std::collections::BTreeMap;

use diesel::prelude::*;
use prashikshan::demo;
use prashikshan::kit::ids::SessionId;
use prashikshan::kit::schema::session_trainers;

use crate::stage::Stage;

async fn counts(people: u32) -> BTreeMap<&'static str, u64> {
    let stage = Stage::empty("2026-03-02 08:02").await;
    let loaded = demo::load(&stage.site, people, 1).expect("a demo");
    let session: SessionId = stage.read(|db| {
        Ok(session_trainers::table
            .filter(session_trainers::person_id.eq(loaded.trainer))
            .select(session_trainers::session_id)
            .order(session_trainers::session_id.desc())
            .first(db)?)
    });
    let admin = stage.sign_in(loaded.state_admin);
    let trainer = stage.sign_in(loaded.trainer);
    let newcomer = stage.sign_in(loaded.newcomer);
    let mut out = BTreeMap::new();
    for (name, client, path) in [
        ("/me", &newcomer, "/me".to_owned()),
        ("/today", &trainer, "/today".to_owned()),
        ("/people", &admin, "/people".to_owned()),
        ("/people?q=", &admin, "/people?q=sunita".to_owned()),
        ("roster", &trainer, format!("/api/v1/sessions/{session}/roster")),
        ("roll call", &trainer, format!("/sessions/{session}/roll-call")),
        ("/completion", &admin, "/completion".to_owned()),
        ("/completion/people", &admin, "/completion/people".to_owned()),
        ("/letters", &admin, "/letters".to_owned()),
        ("/dashboard", &admin, "/dashboard".to_owned()),
        ("/batches", &admin, "/batches".to_owned()),
        ("/sessions", &admin, "/sessions".to_owned()),
        ("/calendar", &admin, "/calendar".to_owned()),
        ("/calendar week", &admin, "/calendar?view=week".to_owned()),
        ("/calendar list", &trainer, "/calendar?view=list".to_owned()),
        ("/calendar mine", &newcomer, "/calendar".to_owned()),
    ] {
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
