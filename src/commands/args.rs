//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand};

/// Training courses scheduled, attendance taken, reminders sent, completion shown.
#[derive(Parser)]
#[command(name = "prashikshan", version, about)]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Try it: a fresh database of invented data, served, with three sign-in links.
    /// Example: prashikshan demo --people 2000
    Demo(Demo),
    /// The service: pages, API, reminders. Migrates first.
    Serve,
    /// Brings the database up to date. Example: prashikshan migrate --check
    Migrate {
        /// Only say what would run; exit 1 when something would.
        #[arg(long)]
        check: bool,
    },
    /// Looks over settings, database, disk, mail. Example: prashikshan doctor
    Doctor {
        #[arg(long)]
        json: bool,
    },
    /// Example: prashikshan config show
    Config {
        #[command(subcommand)]
        command: Config,
    },
    /// The version of this program.
    Version {
        #[arg(long)]
        json: bool,
    },
    /// Example: prashikshan admin create --name "Asha Devi" --email asha@example.org
    Admin {
        #[command(subcommand)]
        command: Admin,
    },
    /// Example: prashikshan link create --email asha@example.org
    Link {
        #[command(subcommand)]
        command: Link,
    },
    /// Example: prashikshan token create --email asha@example.org --name "night export" --days 90
    Token {
        #[command(subcommand)]
        command: Token,
    },
    /// Example: prashikshan units import blocks.csv --set level=block --column code="Block Code"
    Units {
        #[command(subcommand)]
        command: Import,
    },
    /// Example: prashikshan people import newcomers.csv --dry-run
    People {
        #[command(subcommand)]
        command: People,
    },
    /// Example: prashikshan enrolments import names.csv --set batch=8110334912 --dry-run
    Enrolments {
        #[command(subcommand)]
        command: Import,
    },
    /// Example (cron): prashikshan remind run
    Remind {
        #[command(subcommand)]
        command: Remind,
    },
    /// Stops all mail but sign-in codes on every server, lets it go again.
    /// Example: prashikshan mail pause --reason "wrong list"
    Mail {
        #[command(subcommand)]
        command: Mail,
    },
    /// Example: prashikshan completion export --course INTRO --format csv -o report.csv
    Completion {
        #[command(subcommand)]
        command: Completion,
    },
    /// Example: prashikshan journal verify
    Journal {
        #[command(subcommand)]
        command: Journal,
    },
    /// Looks for broken invariants: overbooking, orphans, paths, standings. Exit 1 with a list.
    Check {
        #[arg(long)]
        json: bool,
    },
}

#[derive(ClapArgs)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Demo {
    #[command(subcommand)]
    pub load: Option<DemoLoad>,
    /// How many people are invented.
    #[arg(long, default_value_t = 2000)]
    pub people: u32,
    /// The same seed invents the same people.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Where it listens.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub listen: String,
}

#[derive(Subcommand)]
pub enum Mail {
    /// Effective within seconds; letters are kept. Example: prashikshan mail pause --reason "wrong list"
    Pause {
        #[arg(long)]
        reason: String,
    },
    /// Example: prashikshan mail resume
    Resume,
    /// Whether mail goes, and how the newest letters ended. Example: prashikshan mail status --json
    Status {
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
pub enum DemoLoad {
    /// The generator into the configured, empty database, for trials of any size.
    Load {
        #[arg(long, default_value_t = 2000)]
        people: u32,
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

#[derive(Subcommand)]
pub enum Config {
    /// Every setting with its value and source; secrets masked.
    Show {
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
pub enum Admin {
    /// The first admin; prints a one-time sign-in link.
    Create {
        #[arg(long)]
        name: String,
        #[arg(long)]
        email: String,
        /// The unit's code; may be left out while there is only one topmost unit.
        #[arg(long)]
        unit: Option<String>,
    },
}

#[derive(Subcommand)]
pub enum Link {
    /// A one-time sign-in link, good for an hour.
    Create {
        #[arg(long)]
        email: String,
    },
}

#[derive(Subcommand)]
pub enum Token {
    /// An API token, shown once.
    Create {
        #[arg(long)]
        email: String,
        #[arg(long)]
        name: String,
        #[arg(long, default_value_t = 90)]
        days: i64,
    },
}

#[derive(Subcommand)]
pub enum Import {
    /// Reads a CSV file; tells every row's fate. Exit 3 when some rows were refused.
    Import(ImportArgs),
}

#[derive(Subcommand)]
pub enum People {
    /// Reads a CSV file; tells every row's fate. Exit 3 when some rows were refused.
    Import(ImportArgs),
    /// Takes everything away that says who a person was; marks and counts stay without a name. This
    /// cannot be undone: look with --dry-run first.
    /// Example: prashikshan people erase asha@example.org --reason "asked by letter, 12 March"
    Erase {
        /// The id, or an e-mail address that nobody else has.
        person: String,
        /// Kept in the journal; without the name.
        #[arg(long)]
        reason: String,
        /// Does everything, keeps nothing.
        #[arg(long)]
        dry_run: bool,
        #[arg(long)]
        json: bool,
    },
}

#[derive(ClapArgs, Debug, Clone, Default)]
pub struct ImportArgs {
    pub file: PathBuf,
    /// Does everything, keeps nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Which header holds a field: --column code="Block Code"
    #[arg(long = "column", value_parser = pair, value_name = "FIELD=HEADER")]
    pub columns: Vec<(String, String)>,
    /// The same value in every row; may name headers: --set "code=D{District Code}"
    #[arg(long = "set", value_parser = pair, value_name = "FIELD=VALUE")]
    pub sets: Vec<(String, String)>,
    /// Only rows with this value: --only "State Code=23"
    #[arg(long = "only", value_parser = pair, value_name = "HEADER=VALUE")]
    pub only: Vec<(String, String)>,
    /// Where the refused rows go, with the reason in an added column.
    #[arg(long)]
    pub refused: Option<PathBuf>,
    #[arg(long)]
    pub json: bool,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.to_owned()))
        }
        _ => Err("write it as name=value".to_owned()),
    }
}

#[derive(Subcommand)]
pub enum Remind {
    /// Plans, sends what is due, exits.
    Run {
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
pub enum Completion {
    /// The report as a file.
    Export(ExportArgs),
}

#[derive(ClapArgs)]
pub struct ExportArgs {
    #[arg(long)]
    pub course: String,
    #[arg(long)]
    pub unit: Option<String>,
    /// csv or json.
    #[arg(long, default_value = "csv")]
    pub format: String,
    #[arg(short = 'o', long = "output")]
    pub output: PathBuf,
}

#[derive(Subcommand)]
pub enum Journal {
    /// Walks the hash chain; names the first broken entry.
    Verify {
        #[arg(long)]
        json: bool,
    },
}
