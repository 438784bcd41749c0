//! Holidays: seeded, kept by form and by file, taken off and put back, said to planners.

use prashikshan::schedule::holidays::{rules, store};

use crate::stage::Stage;

#[actix_web::test]
async fn three_years_of_holidays_are_there_from_the_start() {
    let stage = Stage::new("2026-11-25 08:00").await;
    let day = |text: &str| chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").expect("a day");
    let before = stage.site.database.statements.count();
    let all = stage.read(|db| store::between(db, day("2026-01-01"), day("2028-12-31")));
    assert_eq!(stage.site.database.statements.count() - before, 1);
    assert!(all.len() > 200, "{}", all.len());
    let said = |on: &str| {
        let names: Vec<String> = rules::on(&all, day(on), &stage.path("B11"))
            .iter()
            .map(|h| format!("{}{}", h.name_en, if h.estimated { "?" } else { "" }))
            .collect();
        names.join(", ")
    };
    assert_eq!(said("2027-08-15"), "Independence Day, Milad-un-Nabi?, Parsi New Year");
    assert_eq!(said("2028-10-17"), "Diwali, Narak Chaturdashi");
    assert_eq!(said("2026-11-26"), "");
    for year in [2026, 2027, 2028] {
        for fixed in ["01-26", "08-15", "10-02", "12-25"] {
            assert!(!said(&format!("{year}-{fixed}")).is_empty(), "{year}-{fixed}");
        }
    }
    stage.trainer().get("/holidays?year=2027").await.must_be(200).says("Independence Day");
    let page = stage.admin().in_hindi().get("/holidays").await.must_be(200);
    page.says("मंगल, 24 नवंबर 2026").says("गुरु नानक जयंती");
}

#[actix_web::test]
async fn a_holiday_is_kept_taken_off_and_put_back() {
    let stage = Stage::new("2026-11-25 08:00").await;
    let (state, district) = (stage.admin(), stage.district_admin());
    state.get("/holidays/new").await.must_be(200).says("everywhere");
    let fair =
        [("day", "2026-12-10"), ("name_en", "River fair"), ("kind", "optional"), ("unit", "D1")];
    district.post("/holidays", &fair).await.must_be(303);
    let again = district.post("/holidays", &fair).await.must_be(422);
    assert!(again.body.contains("error-name_hi"), "the same twice");
    // What holds everywhere is the state's; what holds elsewhere is not seen.
    let everywhere = [("day", "2026-12-11"), ("name_en", "All stay at home"), ("kind", "public")];
    district.post("/holidays", &everywhere).await.must_be(422);
    state.post("/holidays", &everywhere).await.must_be(303);
    district.get("/holidays?year=2026").await.must_be(200).says("River fair");
    let others = stage.other_admin().get("/holidays?year=2026").await.must_be(200);
    assert!(!others.text().contains("River fair") && others.text().contains("All stay at home"));
    stage.newcomer("Asha Devi", "B11").get("/holidays").await.must_be(403);
    stage.trainer().post("/holidays", &fair).await.must_be(403);

    let day = chrono::NaiveDate::from_ymd_opt(2026, 12, 10).expect("a day");
    let id = stage.read(|db| store::between(db, day, day))[0].id;
    let url = format!("/holidays/{id}");
    district.get(&format!("{url}/edit")).await.must_be(200).says("Take off the list");
    stage.other_admin().get(&format!("{url}/edit")).await.must_be(404);
    stage.auditor().get(&format!("{url}/edit")).await.must_be(403);
    let wrong = [("day", "2026-02-30"), ("name_en", ""), ("kind", "half"), ("unit", "D2")];
    let page = district.post(&url, &wrong).await.must_be(422);
    for name in ["day", "name_hi", "kind", "unit"] {
        assert!(page.body.contains(&format!("error-{name}")), "{name}");
    }
    let moved = [
        ("day", "2026-12-12"),
        ("name_en", "River fair"),
        ("kind", "public"),
        ("unit", "D1"),
        ("estimated", "yes"),
    ];
    district.post(&url, &moved).await.must_be(303);
    district.get("/holidays?year=2026").await.says("Sat 12 Dec 2026").says("estimated");
    district.post(&format!("{url}/removal"), &[]).await.must_be(303);
    district.get("/holidays?year=2026").await.says("1 holiday taken off the list");
    let file = district.get("/holidays.csv?year=2026").await.must_be(200);
    assert!(!file.body.contains("River fair"));
    district.post(&format!("{url}/restoration"), &[]).await.must_be(303);
    let file = district.get("/holidays.csv?year=2026").await.must_be(200);
    assert!(
        file.body
            .contains("\"2026-12-12\",\"River fair\",\"River fair\",\"public\",\"yes\",\"D1\"")
    );
    let journal = state.get(&format!("/journal?subject=holiday/{id}")).await.must_be(200);
    for action in ["holiday created", "holiday changed", "holiday removed", "holiday restored"] {
        assert!(journal.text().contains(action), "{action}: {}", journal.text());
    }
}

#[actix_web::test]
async fn holidays_come_from_a_table_and_the_same_twice_changes_nothing() {
    let stage = Stage::new("2026-11-25 08:00").await;
    let admin = stage.admin();
    admin.get("/holidays/import").await.must_be(200);
    let table = "दिनांक,नाम,name,प्रकार,estimated,unit\n\
        05/03/2029,होली,Holi,public,no,\n\
        14-02-2029,ईद,Id,सार्वजनिक,हाँ,D1\n\
        31-02-2029,गलत,Wrong,,,\n\
        06/03/2029,,,half,perhaps,X9\n";
    let looked = admin.post("/holidays/import", &[("table", table)]).await.must_be(200);
    let words = looked.text();
    assert!(words.contains("nothing is changed yet"), "{words}");
    admin.get("/holidays?year=2029").await.says("No holiday is listed");
    let taken = admin.post("/holidays/import/result", &[("table", table)]).await.must_be(200);
    assert!(taken.text().contains("The holidays of the table are in the list"));
    for wrong in ["31-02-2029", "half", "perhaps", "X9"] {
        assert!(taken.body.contains(wrong), "{wrong}");
    }
    admin.get("/holidays?year=2029").await.says("Mon 5 Mar 2029").says("Id").says("East district");
    let statements = stage.site.database.statements.count();
    let again = admin.post("/holidays/import/result", &[("table", table)]).await.must_be(200);
    assert!(
        again.text().contains("2 Already there") || again.text().contains("2"),
        "{}",
        again.text()
    );
    assert!(stage.site.database.statements.count() - statements < 14);
    // What the list gives as a file goes in again and changes nothing.
    let file = admin.get("/holidays.csv?year=2027").await.must_be(200).body;
    let whole = admin.post("/holidays/import", &[("table", &file)]).await.must_be(200);
    assert!(!whole.body.contains("/holidays/import/result"), "{}", whole.text());
    admin.post("/holidays/import", &[("table", " ")]).await.must_be(422);
    stage.trainer().post("/holidays/import", &[("table", table)]).await.must_be(403);
}
