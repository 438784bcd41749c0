//! Tables taken in: each row's fate told, nothing twice, nothing silently.

use std::path::PathBuf;

use diesel::prelude::*;
use prashikshan::kit::db;
use prashikshan::kit::intake::{Report, Wishes};
use prashikshan::kit::tables::Table;
use prashikshan::{people, units};

use crate::stage::Stage;

type Pairs<'a> = &'a [(&'a str, &'a str)];

fn wishes(columns: Pairs<'_>, sets: Pairs<'_>, only: Pairs<'_>) -> Wishes {
    let own =
        |pairs: Pairs<'_>| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    Wishes { columns: own(columns), sets: own(sets), only: own(only) }
}

fn units_in(stage: &Stage, bytes: &[u8], wishes: &Wishes) -> Report {
    let table = Table::read(bytes).expect("a table");
    stage.write(|db, stamp| units::import::import(db, None, &table, wishes, stamp))
}

fn people_in(stage: &Stage, text: &str) -> Report {
    let table = Table::read(text.as_bytes()).expect("a table");
    stage.write(|db, stamp| people::import::import(db, None, &table, &Wishes::default(), stamp))
}

/// `created/updated/unchanged/refused`.
fn counts(report: &Report) -> String {
    format!("{}/{}/{}/{}", report.created, report.updated, report.unchanged, report.refused())
}

/// `row column code`, one after the other.
fn errors(report: &Report) -> Vec<String> {
    let mut all: Vec<_> = report
        .errors
        .iter()
        .map(|e| (e.row, format!("{} {} {}", e.row, e.column, e.code)))
        .collect();
    all.sort();
    all.into_iter().map(|(_, e)| e).collect()
}

fn notes(report: &Report) -> Vec<&'static str> {
    report.notes.iter().map(|n| n.code).collect()
}

#[actix_web::test]
async fn units_come_in_any_order_and_only_once() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let table = "Code;Name_Hi;name_en;Level;Parent\n\
        W1;वार्ड 1;Ward 1;booth;N1\n\
        N1;\u{200B}नया  ब्लॉक;New block;block;D1\n\
        W2;;Ward 2;booth;N1\n";
    let none = Wishes::default();
    let report = units_in(&stage, table.as_bytes(), &none);
    assert_eq!(counts(&report), "3/0/0/0", "{:?}", errors(&report));
    assert!(notes(&report).contains(&"cells-cleaned"));
    assert!(stage.path("W1").starts_with(&stage.path("N1")));
    assert!(stage.path("N1").starts_with(&stage.path("D1")));
    assert_eq!(counts(&units_in(&stage, table.as_bytes(), &none)), "0/0/3/0");

    let changed = table.replace("New block;block;D1", "New name;block;D2");
    let report = units_in(&stage, changed.as_bytes(), &none);
    assert_eq!(counts(&report), "0/1/2/0");
    assert!(stage.path("W1").starts_with(&stage.path("D2")), "the subtree moved along");
    stage.admin().get("/units/N1").await.must_be(200).says("New name").says("Unit moved");
}

#[actix_web::test]
async fn what_a_table_moves_is_planned_anew() {
    use prashikshan::kit::schema::plan_requests;
    let stage = Stage::new("2026-03-02 08:00").await;
    let course = crate::classroom::course(&stage, "C1", 80, "A60!");
    let ours = crate::classroom::batch(&stage, &course, "B11", 9);
    crate::classroom::batch(&stage, &course, "B21", 9);
    let asked = || -> Vec<prashikshan::kit::ids::BatchId> {
        stage.write(|db, _| {
            let asked = plan_requests::table.select(plan_requests::batch_id).load(db)?;
            diesel::delete(plan_requests::table).execute(db)?;
            Ok(asked)
        })
    };
    asked();
    let table = "code,name_en,level,parent,timezone\nB11,River block,block,D1,\n";
    units_in(&stage, table.as_bytes(), &Wishes::default());
    assert!(asked().is_empty(), "a table that says nothing new asks nothing");
    // Another clock for its nights; then another district, with other admins.
    units_in(&stage, table.replace("D1,", "D1,Europe/London").as_bytes(), &Wishes::default());
    assert_eq!(asked(), [ours]);
    let moved = table.replace("D1,", "D2,Europe/London");
    units_in(&stage, moved.as_bytes(), &Wishes::default());
    assert_eq!(asked(), [ours]);
}

#[actix_web::test]
async fn every_mistake_of_every_row_is_told() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let table = "code,name_en,level,parent,constituency,population,contact_phone,valid_from\n\
        A1,Good,block,D1,,,,\n\
        A1,Again,block,D1,,,,\n\
        A2,,blok,D9,,many,9.87E+09,32-13-2026\n\
        A3,Child,booth,A2,,,,\n\
        A4,High,state,D1,,,,\n\
        A5,Seat,booth,B11,D1,,,\n\
        B11,River block,booth,D1,,,,\n\
        A6,Root?,block,,,,,\n\
        bad code,X,block,D1,,,,,,extra\n";
    let report = units_in(&stage, table.as_bytes(), &Wishes::default());
    assert_eq!(
        errors(&report),
        [
            "3 code repeated",
            "4 contact_phone phone-excel",
            "4 level level-unknown",
            "4 name_hi required",
            "4 population number",
            "4 valid_from date",
            "5 parent parent-refused",
            "6 parent parent-level",
            "7 constituency not-electoral",
            "8 level level-differs",
            "9 parent parent-required",
            "10  row-too-long",
            "10 code code",
        ]
    );
    assert_eq!(counts(&report), "1/0/0/8");
    let table = Table::read(table.as_bytes()).expect("a table");
    let file =
        report.refused_csv(&table, stage.site.texts(), prashikshan::kit::columns::Language::En);
    assert_eq!(file.lines().count(), 1 + 8);
    assert!(file.contains("Nearest") || file.contains("levels are"), "{file}");
}

#[actix_web::test]
async fn a_parent_may_be_named_when_the_name_is_one() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let two = "code,name_en,level,parent\nX1,Twin,block,D1\nX2,Twin,block,D2\n";
    let report = units_in(&stage, two.as_bytes(), &Wishes::default());
    assert_eq!(counts(&report), "2/0/0/0");
    let table = "code,name_en,level,parent_name,parent\n\
        P1,One,booth,river BLOCK,\n\
        P2,Two,booth,Twin,\n\
        P3,Three,booth,Rivr block,\n\
        P4,Four,booth,Some other name,B12\n";
    let report =
        units_in(&stage, table.as_bytes(), &wishes(&[], &[("parent_level", "block")], &[]));
    assert_eq!(errors(&report), ["3 parent_name parent-ambiguous", "4 parent_name parent-unknown"]);
    assert!(report.errors.iter().any(|e| e.args.contains(&("codes", "X1, X2".to_owned()))));
    assert!(report.errors.iter().any(|e| e.args.contains(&("near", "River block".to_owned()))));
    assert_eq!(notes(&report), ["name-differs"]);
    assert!(stage.path("P1").starts_with(&stage.path("B11")));
}

#[actix_web::test]
async fn a_dry_run_keeps_nothing() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let table = Table::read(b"code,name_en,level,parent\nX1,One,block,D1\n").expect("a table");
    let report = stage.write(|db, stamp| {
        db::rehearse(db, |db| units::import::import(db, None, &table, &Wishes::default(), stamp))
    });
    assert_eq!(counts(&report), "1/0/0/0");
    stage.admin().get("/units/X1").await.must_be(404);
}

#[actix_web::test]
async fn people_come_once_by_reference_or_by_likeness() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let table = "नाम,पिता का नाम,इकाई कोड,मोबाइल,ईमेल,पिछला दल,शामिल होने का दिनांक,भाषा,लिंग\n\
        आशा देवी,मोहन लाल,B11,\"98765 43210, 91234 56780\",ASHA@Example.org,अन्य दल,29-11-2025,हिन्दी,महिला\n\
        आशा देवी,राम लाल,B11,,,,45990,,\n\
        Bela Rao,,B12,+91-98765-43210,,,2025/11/29,,\n";
    let report = people_in(&stage, table);
    assert_eq!(errors(&report), ["4 शामिल होने का दिनांक date"]);
    assert_eq!(counts(&report), "2/0/0/1");
    assert_eq!(counts(&people_in(&stage, table)), "0/0/2/1", "nothing twice");
    let admin = stage.admin();
    admin
        .get("/people?q=asha")
        .await
        .must_be(200)
        .says("मोहन लाल")
        .says("राम लाल")
        .says("29 Nov 2025");

    let more = "reference,name,unit,phone\nR1,Chandra,B11,9000000001\nR2,Chandra,B11,9000000001\n";
    let report = people_in(&stage, more);
    assert_eq!(counts(&report), "2/0/0/0", "a shared phone is no error");
    let moved = "reference,name,unit,phone\nR1,Chandra Prakash,B21,9000000002\nR2,Chandra,B11,\nR2,Chandra,B11,\n";
    let report = people_in(&stage, moved);
    assert_eq!(counts(&report), "0/1/1/1");
    assert_eq!(errors(&report), ["4 reference repeated"]);
    let page = admin.get("/people?q=prakash").await.must_be(200);
    assert!(page.text().contains("Forest block"));
    assert_eq!(
        admin.api_get("/api/v1/people?q=prakash").await.json()["items"][0]["phones"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
}

#[actix_web::test]
async fn people_with_mistakes_are_told_and_left_out() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let table = "name,unit,unit_name,phone,email,gender,language\n\
        Asha,B11l,,9.87E+09,asha@,x,fr\n\
        ,B11,,,,,\n\
        jke dqekj;,B11,,,,,\n\
        Bela,,Rivr block,,,,\n\
        Chandra,,River Block,98765 43210,,F,EN\n\
        Dev,D1,Wrong name,,,,\n";
    let report = people_in(&stage, table);
    assert_eq!(
        errors(&report),
        [
            "2 email email",
            "2 gender gender",
            "2 language language",
            "2 phone phone-excel",
            "2 unit unit-unknown-near",
            "3 name required",
            "4 name not-unicode",
            "5 unit_name unit-unknown-near",
        ]
    );
    assert_eq!(counts(&report), "2/0/0/4");
    assert!(report.errors.iter().any(|e| e.args.contains(&("near", "B11".to_owned()))));
    assert!(notes(&report).contains(&"name-differs"));
}

#[actix_web::test]
async fn an_admin_pastes_a_table_and_looks_before_adding() {
    let stage = Stage::new("2026-03-02 08:00").await;
    let admin = stage.district_admin();
    admin.get("/imports").await.must_be(200).says("Look first");
    stage.trainer().get("/imports").await.must_be(403);
    let table = "name\tunit\tphone\nAsha Devi\tB11\t98765 43210\nBela Rao\tB21\t\n";
    let form = [("kind", "people"), ("table", table)];
    let look = admin.post("/imports", &form).await.must_be(200);
    for words in ["1 New", "1 Not added", "outside your units", "Asha Devi"] {
        assert!(look.text().contains(words), "{words}: {}", look.text());
    }
    admin.get("/people?q=asha").await.must_be(200).says("Nobody has this name");

    let file = admin.post("/imports/refused.csv", &form).await.must_be(200);
    assert!(file.body.contains("Bela Rao") && !file.body.contains("Asha Devi"), "{}", file.body);
    admin.post("/imports/result", &form).await.must_be(200).says("The table was added");
    admin.get("/people?q=asha").await.must_be(200).says("98765 43210");
    admin.post("/imports/result", &form).await.must_be(200).says("1 The same already");

    let empty = admin.post("/imports", &[("kind", "people"), ("table", " ")]).await.must_be(422);
    assert!(empty.text().contains("Fill in this field"));
    admin.post("/imports", &[("kind", "cats"), ("table", table)]).await.must_be(422);
    let units = [
        ("kind", "units"),
        ("table", "code\tname_en\tlevel\tparent\nN1\tNew\tblock\tD1\nN2\tNew\tblock\tD2\n"),
    ];
    admin.post("/imports/result", &units).await.must_be(200).says("1 New");
    admin.get("/units/N1").await.must_be(200);
    admin.get("/units/N2").await.must_be(404);
    stage.trainer().post("/imports", &form).await.must_be(403);
}

/// The real files of the Local Government Directory and others, when they are at hand.
struct Real {
    folder: PathBuf,
    stage: Stage,
}

impl Real {
    fn take(&self, file: &str, wishes: &Wishes) -> Report {
        let bytes = std::fs::read(self.folder.join(file)).expect(file);
        let report = units_in(&self.stage, &bytes, wishes);
        let again = units_in(&self.stage, &bytes, wishes);
        assert_eq!(again.created + again.updated, 0, "{file}: a second import changes nothing");
        assert_eq!(again.unchanged, report.created, "{file}");
        report
    }
}

#[actix_web::test]
async fn real_files_come_in_whole() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data/geo");
    if !folder.exists() {
        println!("skipped: no real files beside the repository");
        return;
    }
    let real = Real { folder, stage: Stage::empty("2026-03-02 08:00").await };
    let mp = ("State Code", "23");

    let state = real.take(
        "lgd2022_states.csv",
        &wishes(&[("name_en", "State Name")], &[("code", "MP"), ("level", "state")], &[mp]),
    );
    assert_eq!(counts(&state), "1/0/0/0");
    assert_eq!(state.not_selected, 35);
    assert!(notes(&state).contains(&"header-twice") && notes(&state).contains(&"levels-made"));

    let district = [("code", "D{District Code}"), ("level", "district"), ("parent", "MP")];
    let districts = real
        .take("lgd2022_districts.csv", &wishes(&[("name_en", "District Name")], &district, &[mp]));
    assert_eq!(counts(&districts), "52/0/0/0");

    let below = |code: &'static str, level: &'static str| {
        [
            ("code", code),
            ("level", level),
            ("parent", "D{District Code}"),
            ("parent_name", "{District Name}"),
        ]
    };
    let sub = real.take(
        "lgd2022_mp_subdistricts.csv",
        &wishes(
            &[("name_en", "Sub-district Name"), ("census_code", "Census 2011 code")],
            &below("T{Sub-district Code}", "subdistrict"),
            &[],
        ),
    );
    assert_eq!(counts(&sub), "424/0/0/0", "{:?}", errors(&sub));
    assert!(notes(&sub).contains(&"name-differs"), "Hoshangabad is Narmadapuram now");

    let blocks = real.take(
        "lgd2022_mp_blocks.csv",
        &wishes(&[("name_en", "Block Name")], &below("K{Block Code}", "block"), &[]),
    );
    assert_eq!(counts(&blocks), "313/0/0/0", "{:?}", errors(&blocks));
    assert!(notes(&blocks).contains(&"header-twice"));

    let towns = real.take(
        "lgd2022_mp_urban_local_bodies.csv",
        &wishes(
            &[("name_en", "Local Body Name"), ("name_hi", "Local Body Name (In Local)")],
            &[("code", "U{Local Body Code}"), ("level", "urban_body"), ("parent", "MP")],
            &[],
        ),
    );
    assert_eq!(counts(&towns), "413/0/0/0", "{:?}", errors(&towns));

    let seats = real.take(
        "eci2008_mp_constituencies.csv",
        &wishes(
            &[("name_en", "AC_NAME")],
            &[("code", "AC{AC_CODE}"), ("level", "constituency"), ("parent", "MP")],
            &[],
        ),
    );
    assert_eq!(counts(&seats), "230/0/0/0", "{:?}", errors(&seats));

    let wards = real.take(
        "bhopal_wards.csv",
        &wishes(
            &[("name_hi", "Name")],
            &[
                ("code", "BPL-{Ward_Number}"),
                ("level", "ward"),
                ("parent_name", "Bhopal"),
                ("parent_level", "urban_body"),
            ],
            &[],
        ),
    );
    assert_eq!(counts(&wards), "85/0/0/1", "ward 76 stands twice");
    assert!(errors(&wards)[0].ends_with("repeated"), "{:?}", errors(&wards));
    let empty: Vec<_> = wards.notes.iter().filter(|n| n.code == "empty-cells").collect();
    assert_eq!(empty.len(), 1, "ward 44 has no population");
    assert!(empty[0].args.contains(&("count", "1".to_owned())));

    let booths = real.take(
        "mp_booths_2014_sample_bhopal_agar.csv",
        &wishes(
            &[("name_en", "booth_name_14"), ("parent_name", "district_name_14")],
            &[
                ("code", "{ac_id_09}-{booth_id_14}"),
                ("level", "booth"),
                ("parent_level", "district"),
                ("constituency", "AC{ac_id_09}"),
            ],
            &[],
        ),
    );
    assert_eq!(counts(&booths), "2171/0/0/0", "{:?}", errors(&booths).first());
}
