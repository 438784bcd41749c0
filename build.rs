//! Migrations, texts, templates are embedded: a new file among them must rebuild.

fn main() {
    for folder in ["migrations", "migrations_postgres", "locales", "templates", "static"] {
        println!("cargo:rerun-if-changed={folder}");
    }
}
