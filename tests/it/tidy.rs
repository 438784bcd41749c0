//! The laws of the house (ARCHITECTURE.md), read from its own text.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use diesel::prelude::*;

use crate::stage::Stage;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder with one of these endings: (path from the root, text).
fn files(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut out = vec![];
    let mut open = vec![root().join(folder)];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").map(|e| e.expect("an entry")) {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if endings.iter().any(|e| path.to_string_lossy().ends_with(e)) {
                let name = path.strip_prefix(root()).expect("inside").display().to_string();
                out.push((name, std::fs::read_to_string(&path).expect("text")));
            }
        }
    }
    out.sort();
    assert!(!out.is_empty(), "nothing in {folder}");
    out
}

/// The rooms in the order of `src/lib.rs`.
fn rooms() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("src/lib.rs")).expect("lib.rs");
    text.lines()
        .filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';').map(str::to_owned))
        .collect()
}

fn room_of(path: &str) -> &str {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs")
}

/// The text without its tests: laws bind what ships.
fn shipped(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

#[test]
fn a_room_uses_only_rooms_above_it() {
    let rooms = rooms();
    let place = |room: &str| rooms.iter().position(|r| r == room);
    let mut wrong = vec![];
    for (path, text) in files("src", &[".rs"]) {
        let Some(here) = place(room_of(&path)) else { continue };
        for (i, _) in text.match_indices("crate::") {
            let rest = &text[i + 7..];
            let used: Vec<String> = match rest.strip_prefix('{') {
                Some(list) => list
                    .split('}')
                    .next()
                    .unwrap_or("")
                    .split(',')
                    .map(|t| t.trim().split("::").next().unwrap_or("").to_owned())
                    .collect(),
                None => {
                    vec![rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()]
                }
            };
            for room in used {
                if place(&room).is_some_and(|there| there > here) {
                    wrong.push(format!("{path} uses {room}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Whether a package may be named in a file.
type Home = fn(&str) -> bool;

#[test]
fn each_package_has_one_home() {
    let homes: [(&str, Home); 5] = [
        ("actix_web", |p| {
            p.ends_with("/pages.rs")
                || p.ends_with("/api.rs")
                || p.starts_with("src/commands/")
                || ["src/routes.rs", "src/kit/web.rs", "src/kit/fault.rs", "src/access/door.rs"]
                    .contains(&p)
        }),
        ("diesel", |p| {
            p.ends_with("/store.rs") || p.contains("/store/") || p.starts_with("src/kit/")
        }),
        ("lettre", |p| p.starts_with("src/kit/mail/")),
        ("mail_parser", |p| p.starts_with("src/kit/mail/")),
        ("tera", |p| p == "src/kit/view.rs"),
    ];
    let mut wrong = vec![];
    for (path, text) in files("src", &[".rs"]) {
        for (package, home) in homes {
            let named = shipped(&text).lines().any(|l| {
                let l = l.trim_start();
                !l.starts_with("//")
                    && (l.contains(&format!("{package}::"))
                        || l.contains(&format!("use {package};")))
            });
            if named && !home(&path) {
                wrong.push(format!("{path} names {package}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_store_writes_only_the_tables_it_owns() {
    let mut wrong = vec![];
    let mut owners: BTreeMap<String, String> = BTreeMap::new();
    for (path, text) in stores() {
        let first = text.lines().next().unwrap_or_default();
        let Some(list) = first.strip_prefix("//! Owns ") else {
            wrong.push(format!("{path} does not say what it owns"));
            continue;
        };
        // The generator fills every table at once, an erasure empties them: the two exceptions
        // (ARCHITECTURE.md).
        if path.starts_with("src/demo/") || path.starts_with("src/erasure/") {
            continue;
        }
        let owned: BTreeSet<&str> = list
            .split([',', '.', ':', ';', ' '])
            .map(str::trim)
            .filter(|t| !t.is_empty())
            .collect();
        for table in &owned {
            if let Some(other) = owners.insert((*table).to_owned(), path.clone())
                && table.contains('_')
            {
                wrong.push(format!("{table} is owned by {other} and {path}"));
            }
        }
        for verb in [
            "diesel::insert_into(",
            "diesel::update(",
            "diesel::delete(",
            "\"insert into ",
            "\"update ",
            "\"delete from ",
        ] {
            for (i, _) in text.match_indices(verb) {
                let rest = text[i + verb.len()..].trim_start();
                let table: String =
                    rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                // A query made just above is named by its table there: only tables can be told apart.
                if tables().contains(&table) && !owned.contains(table.as_str()) {
                    wrong.push(format!("{path} writes {table}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Each room's store: one file, or a folder that says in its `mod.rs` what it owns.
fn stores() -> Vec<(String, String)> {
    let mut stores = files("src", &["/store.rs", "/store/mod.rs"]);
    for (path, text) in files("src", &[".rs"]) {
        let folder = path.rsplit_once('/').map(|(folder, _)| format!("{folder}/mod.rs"));
        if let Some(store) =
            stores.iter_mut().find(|(p, _)| *p != path && Some(p) == folder.as_ref())
        {
            store.1.push_str(&text);
        }
    }
    stores
}

/// Every table of the schema.
fn tables() -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join("src/kit/schema.rs")).expect("schema.rs");
    text.lines()
        .filter(|l| l.ends_with(") {"))
        .filter_map(|l| l.trim().split_once(" (").map(|(name, _)| name.to_owned()))
        .collect()
}

#[test]
fn every_file_says_what_it_is_for() {
    let wrong: Vec<String> = files("src", &[".rs"])
        .into_iter()
        .chain(files("tests", &[".rs"]))
        .filter(|(_, text)| !text.starts_with("//! "))
        .map(|(path, _)| path)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_is_left_to_do_and_nothing_is_allowed() {
    let mut wrong = vec![];
    for (path, text) in files("src", &[".rs"]) {
        for (n, line) in shipped(&text).lines().enumerate() {
            if line.contains("TODO") || line.contains("FIXME") || line.contains("#[allow") {
                wrong.push(format!("{path}:{}: {}", n + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The keys of one language: (key, file), with a complaint for each that stands twice.
fn keys(language: &str) -> (BTreeMap<String, String>, Vec<String>) {
    let mut keys = BTreeMap::new();
    let mut twice = vec![];
    for (path, text) in files(&format!("locales/{language}"), &[".ftl"]) {
        for line in text.lines() {
            let Some((key, _)) = line.split_once(" =") else { continue };
            let plain = key.starts_with(|c: char| c.is_ascii_lowercase())
                && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
            if plain && keys.insert(key.to_owned(), path.clone()).is_some() {
                twice.push(format!("{key} stands twice ({path})"));
            }
        }
    }
    (keys, twice)
}

#[test]
fn every_word_is_translated() {
    let (hi, mut wrong) = keys("hi");
    let (en, twice) = keys("en");
    wrong.extend(twice);
    wrong.extend(
        hi.keys().filter(|k| !en.contains_key(*k)).map(|k| format!("{k} is not in English")),
    );
    wrong
        .extend(en.keys().filter(|k| !hi.contains_key(*k)).map(|k| format!("{k} is not in Hindi")));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_key_is_used_and_every_used_key_is_there() {
    let (keys, _) = keys("en");
    let mut all = String::new();
    let mut wrong = vec![];
    for (path, text) in files("templates", &[".html", ".txt"]) {
        for (i, _) in text.match_indices("key=\"") {
            let rest = &text[i + 5..];
            let key = rest.split('"').next().unwrap_or_default();
            let goes_on = rest[key.len() + 1..].trim_start().starts_with('~');
            if !goes_on && !keys.contains_key(key) {
                wrong.push(format!("{path}: no text {key}"));
            }
        }
        all.push_str(&text);
    }
    for (_, text) in files("src", &[".rs"]) {
        all.push_str(&text);
    }
    // What is put together at run time is known by its beginning: `"status-" ~ x`, `format!("role-{`.
    let mut prefixes = vec![
        "notice-".to_owned(),
        "error-".to_owned(),
        "conflict-".to_owned(),
        "fault-".to_owned(),
    ];
    for (i, _) in all.match_indices("-\" ~") {
        let start = all[..i].rfind('"').map_or(0, |n| n + 1);
        prefixes.push(all[start..=i].to_owned());
    }
    for (i, _) in all.match_indices("-{") {
        let start = all[..i].rfind('"').map_or(0, |n| n + 1);
        prefixes.push(all[start..=i].to_owned());
    }
    for (key, path) in &keys {
        let literal = all.contains(&format!("\"{key}\""));
        let built = prefixes.iter().any(|p| p.len() > 3 && key.starts_with(p.as_str()));
        if !literal && !built {
            wrong.push(format!("{path}: {key} is never said"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn hindi_is_written_as_agreed() {
    let mut wrong = vec![];
    for (path, text) in files("locales/hi", &[".ftl"]) {
        for (n, line) in text.lines().enumerate() {
            let bad = ["बचाना", "निर्यात", "अनुस्मारक", "आयात"].iter().any(|w| line.contains(w));
            if bad || line.chars().any(|c| ('०'..='९').contains(&c)) {
                wrong.push(format!("{path}:{}: {line}", n + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn templates_are_safe_and_exist() {
    let templates = files("templates", &[".html", ".txt"]);
    let names: BTreeSet<String> =
        templates.iter().map(|(p, _)| p.trim_start_matches("templates/").to_owned()).collect();
    let mut wrong = vec![];
    for (path, text) in &templates {
        for bad in ["style=\"", "onclick", "javascript:", "<script>"] {
            if text.contains(bad) && !path.starts_with("templates/mail/") {
                wrong.push(format!("{path} holds {bad}"));
            }
        }
        if text.contains("| safe") && path != "templates/parts/ui.html" {
            wrong.push(format!("{path} switches escaping off"));
        }
        if text.contains("method=\"post\"") && !text.contains("ui.token") {
            wrong.push(format!("{path} has a form without its token"));
        }
    }
    for (path, text) in files("src", &[".rs"]) {
        for ending in [".html\"", ".txt\""] {
            for (i, _) in text.match_indices(ending) {
                let start = text[..i].rfind('"').map_or(0, |n| n + 1);
                let name = &text[start..i + ending.len() - 1];
                if name.contains('/') && !name.contains('{') && !names.contains(name) {
                    wrong.push(format!("{path}: no template {name}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_names_this_machine() {
    let mut wrong = vec![];
    for folder in [
        "src",
        "templates",
        "locales",
        "migrations",
        "migrations_postgres",
        "scripts",
        "tests/it",
        "tests/browser",
    ] {
        if !Path::new(&root().join(folder)).exists() {
            continue;
        }
        let kinds = [
            ".rs",
            ".html",
            ".ftl",
            ".sql",
            ".md",
            ".mjs",
            ".json",
            ".py",
            "scripts/test",
            "scripts/bench",
        ];
        for (path, text) in files(folder, &kinds) {
            if path.contains("node_modules") || path.ends_with("tidy.rs") {
                continue;
            }
            for bad in ["/work/", "/root/", "farm-studio"] {
                if text.contains(bad) {
                    wrong.push(format!("{path} names {bad}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[derive(diesel::QueryableByName)]
struct Column {
    #[diesel(sql_type = diesel::sql_types::Text)]
    table_name: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    column_name: String,
}

/// `kit/schema.rs` names exactly the tables and columns that the migrations make.
#[actix_web::test]
async fn the_schema_is_what_the_migrations_make() {
    use prashikshan::kit::db::Db;
    let stage = Stage::empty("2026-03-02 08:00").await;
    let made: BTreeSet<String> = stage
        .read(|db| {
            let sqlite = "select m.name as table_name, c.name as column_name from sqlite_master m \
                join pragma_table_info(m.name) c where m.type = 'table' and m.name not like 'sqlite_%'";
            let postgres = "select table_name::text, column_name::text from information_schema.columns \
                where table_schema = 'public'";
            let text = match db {
                Db::Sqlite(_) => sqlite,
                Db::Postgres(_) => postgres,
            };
            Ok(diesel::sql_query(text).load::<Column>(db)?)
        })
        .into_iter()
        .filter(|c| c.table_name != "__diesel_schema_migrations")
        .map(|c| format!("{}.{}", c.table_name, c.column_name))
        .collect();
    let text = std::fs::read_to_string(root().join("src/kit/schema.rs")).expect("schema.rs");
    let mut known = BTreeSet::new();
    let mut table = String::new();
    for line in text.lines() {
        if let Some((name, _)) = line.trim().split_once(" (").filter(|_| line.ends_with(") {")) {
            table = name.to_owned();
        } else if let Some((column, _)) =
            line.trim().split_once(" -> ").filter(|_| line.starts_with("        "))
        {
            known.insert(format!("{table}.{column}"));
        }
    }
    let only_known: Vec<_> = known.difference(&made).collect();
    let only_made: Vec<_> = made.difference(&known).collect();
    assert!(
        only_known.is_empty() && only_made.is_empty(),
        "schema.rs only: {only_known:?}; database only: {only_made:?}"
    );
}

/// Each migration goes back and forth again, on whichever database this is.
#[actix_web::test]
async fn every_migration_can_be_taken_back() {
    use diesel_migrations::MigrationHarness;
    use prashikshan::kit::db::Steps;
    let stage = Stage::empty("2026-03-02 08:00").await;
    stage.read(|db| {
        let steps = Steps::of(db);
        db.revert_all_migrations(steps).expect("back");
        db.run_pending_migrations(steps).expect("forth again");
        Ok(())
    });
    stage.nobody().get("/readyz").await.must_be(200);
}

/// A block left open swallows what follows it, print rules first, and a browser says nothing.
#[test]
fn the_stylesheet_closes_what_it_opens() {
    let css = std::fs::read_to_string(root().join("static/app.css")).expect("the stylesheet");
    let count = |mark: char| css.chars().filter(|c| *c == mark).count();
    assert_eq!(count('{'), count('}'));
}
