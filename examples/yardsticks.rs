//! What this machine can do without the house: the yardsticks that `scripts/bench` measures beside
//! it, in the same run, with the same libraries and the same database settings.

use std::time::{Duration, Instant};

use actix_web::web::{Bytes, Data, Path, get};
use actix_web::{App, HttpResponse, HttpServer};
use clap::{Parser, Subcommand};
use diesel::prelude::*;
use lettre::Address as MailAddress;
use lettre::address::Envelope;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use prashikshan::kit::db::{self, Address, Database};
use prashikshan::kit::fault::Fault;
use prashikshan::kit::ids::PersonId;
use prashikshan::kit::mail::{self, Draft};
use prashikshan::kit::schema::people;
use serde::Serialize;
use tera::{Context, Tera};
use tokio::net::TcpStream;
use tokio::task::spawn_blocking;

#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Two pages: /bare/BYTES from memory; /floor/BYTES from one query and one template.
    Serve {
        #[arg(long)]
        db: String,
        #[arg(long)]
        listen: String,
        /// The sizes that /floor can have.
        #[arg(long, value_delimiter = ',')]
        sizes: Vec<usize>,
    },
    /// Changes one row in each transaction; prints how many transactions a second are durable.
    Commits {
        #[arg(long)]
        db: String,
        #[arg(long, default_value_t = 3)]
        seconds: u64,
    },
    /// Hands the same letter over again and again; prints letters a second.
    Smtp {
        #[arg(long)]
        to: String,
        #[arg(long)]
        count: usize,
        #[arg(long, default_value_t = 8)]
        connections: usize,
        /// How big it is, at least.
        #[arg(long, default_value_t = 4000)]
        bytes: usize,
    },
}

type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> Outcome<()> {
    match Args::parse().command {
        Command::Serve { db, listen, sizes } => {
            actix_web::rt::System::new().block_on(serve(open(&db)?, &listen, &sizes))
        }
        Command::Commits { db, seconds } => commits(&open(&db)?, seconds),
        Command::Smtp { to, count, connections, bytes } => {
            let runtime = tokio::runtime::Runtime::new()?;
            runtime.block_on(letters(&to, count, connections, bytes))
        }
    }
}

fn open(url: &str) -> Outcome<Database> {
    Ok(Database::open(Address::parse(url)?)?)
}

struct Floor {
    database: Database,
    templates: Tera,
}

#[derive(Serialize, Queryable)]
struct Row {
    id: PersonId,
    name: String,
    other: Option<String>,
    folded: String,
}

const ROWS: usize = 50;

async fn serve(database: Database, listen: &str, sizes: &[usize]) -> Outcome<()> {
    let mut templates = Tera::new();
    templates.autoescape_on(vec![".html"]);
    for size in sizes {
        // What a row does not fill with its values, plain text of the template fills.
        let text = "x".repeat((size / ROWS).saturating_sub(120));
        let page = format!(
            "<!doctype html><title>floor</title><table>{{% for row in rows %}}<tr><td>\
             <a href=\"/people/{{{{ row.id }}}}\">{{{{ row.name }}}}</a><td>{{{{ row.other }}}}\
             <td>{{{{ row.folded }}}}<td>{text}</tr>{{% endfor %}}</table>"
        );
        templates.add_raw_template(&format!("{size}.html"), &page)?;
    }
    let floor = Data::new(Floor { database, templates });
    let nothing = Data::new(Bytes::from("x".repeat(1 << 20)));
    HttpServer::new(move || {
        App::new()
            .app_data(floor.clone())
            .app_data(nothing.clone())
            .route("/bare/{bytes}", get().to(bare))
            .route("/floor/{bytes}", get().to(page))
    })
    .tcp_nodelay(true)
    .bind(listen)?
    .run()
    .await?;
    Ok(())
}

async fn bare(bytes: Path<usize>, nothing: Data<Bytes>) -> HttpResponse {
    let end = (*bytes).min(nothing.len());
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(nothing.slice(..end))
}

async fn page(bytes: Path<usize>, floor: Data<Floor>) -> Result<HttpResponse, Fault> {
    let rows = spawn_blocking({
        let floor = floor.clone();
        move || first_people(&floor.database)
    })
    .await
    .map_err(Fault::broken)??;
    let mut context = Context::new();
    context.insert("rows", &rows);
    let text = floor.templates.render(&format!("{bytes}.html"), &context).map_err(Fault::broken)?;
    Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(text))
}

fn first_people(database: &Database) -> Result<Vec<Row>, Fault> {
    let mut db = database.reader()?;
    Ok(people::table
        .order((people::folded, people::id))
        .limit(ROWS as i64)
        .select((people::id, people::name, people::name_other, people::folded))
        .load(&mut *db)?)
}

fn commits(database: &Database, seconds: u64) -> Outcome<()> {
    let mut db = database.writer().map_err(told)?;
    let person: PersonId = people::table.select(people::id).first(&mut *db)?;
    let (began, mut done) = (Instant::now(), 0_u32);
    while began.elapsed() < Duration::from_secs(seconds) {
        db::write(&mut db, |db| {
            diesel::update(people::table.find(person))
                .set(people::admitted_by.eq(done.to_string()))
                .execute(db)?;
            Ok(())
        })
        .map_err(told)?;
        done += 1;
    }
    println!("{:.1}", f64::from(done) / began.elapsed().as_secs_f64());
    Ok(())
}

fn told(fault: Fault) -> String {
    fault.to_string()
}

async fn letters(to: &str, count: usize, connections: usize, bytes: usize) -> Outcome<()> {
    let page = "<p>अगले सोमवार 10 बजे, सामुदायिक भवन।</p>\n";
    let draft = Draft {
        from: "Training <training@example.org>".to_owned(),
        to_name: "Asha".to_owned(),
        to: "asha@example.org".to_owned(),
        subject: "प्रशिक्षण".to_owned(),
        text: "अगले सोमवार 10 बजे, सामुदायिक भवन।\n".repeat(20),
        // Encoded for the way, each Hindi letter takes nine bytes.
        html: page.repeat(bytes / (page.len() * 3) + 1),
        message_id: "yardstick@example.org".to_owned(),
        language: "hi",
        ..Draft::default()
    };
    let letter = mail::compose(draft, None)?;
    let began = Instant::now();
    let couriers = (0..connections).map(|_| {
        let (to, letter) = (to.to_owned(), letter.clone());
        tokio::spawn(async move {
            hand_over(&to, &letter, count / connections).await.map_err(|e| e.to_string())
        })
    });
    for courier in couriers.collect::<Vec<_>>() {
        courier.await??;
    }
    let sent = count / connections * connections;
    println!("{:.1}", sent as f64 / began.elapsed().as_secs_f64());
    Ok(())
}

/// One connection kept open, without the 40 ms that Nagle's algorithm would add to each letter.
async fn hand_over(to: &str, letter: &str, count: usize) -> Outcome<()> {
    let from: MailAddress = "training@example.org".parse()?;
    let envelope = Envelope::new(Some(from), vec!["asha@example.org".parse()?])?;
    let socket = TcpStream::connect(to).await?;
    socket.set_nodelay(true)?;
    let hello = ClientId::default();
    let mut line = AsyncSmtpConnection::connect_with_transport(Box::new(socket), &hello).await?;
    for _ in 0..count {
        line.send(&envelope, letter.as_bytes()).await?;
    }
    line.quit().await?;
    Ok(())
}
