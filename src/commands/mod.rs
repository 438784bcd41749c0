//! The command line: one file per noun.

pub mod args;
pub mod open;
pub mod serve;
pub mod demo;
pub mod upkeep;
pub mod admin;
pub mod intake;
pub mod units;
pub mod people;
pub mod enrolments;
pub mod remind;
pub mod mail;
pub mod journal;
pub mod completion;

use std::process::ExitCode;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use crate::commands::args::{Args, Command};
use crate::kit::settings::Settings;

/// Runs what the command line says: 0 when done, 1 when not, 3 when some rows were refused.
pub fn run() -> ExitCode {
    let args = Args::parse();
    match dispatch(args.command) {
        Ok(code) => ExitCode::from(code),
        Err(why) => {
            eprintln!("prashikshan: {why}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Command) -> Result<u8, String> {
    if let Command::Version { json } = command {
        return upkeep::version(json);
    }
    let settings = Settings::from_env()?;
    log_to_stderr(&settings);
    match command {
        Command::Version { .. } => Ok(0),
        Command::Config { command: args::Config::Show { json } } => upkeep::config(&settings, json),
        Command::Demo(demo) => demo::run(settings, demo),
        Command::Serve => {
            let site = open::site(&settings)?;
            start(serve::run(site, &settings))
        }
        Command::Migrate { check } => upkeep::migrate(&settings, check),
        Command::Doctor { json } => upkeep::doctor(&settings, json),
        Command::Check { json } => upkeep::check(&open::site(&settings)?, json),
        Command::Admin { command } => admin::admin(&open::site(&settings)?, command),
        Command::Link { command } => admin::link(&open::site(&settings)?, command),
        Command::Token { command } => admin::token(&open::site(&settings)?, command),
        Command::Units { command: args::Import::Import(import) } => {
            units::import(&open::site(&settings)?, &import)
        }
        Command::People { command } => people::run(&open::site(&settings)?, command),
        Command::Enrolments { command: args::Import::Import(import) } => {
            enrolments::import(&open::site(&settings)?, &import)
        }
        Command::Remind { command: args::Remind::Run { json } } => {
            start(remind::run(open::site(&settings)?, json)).map(|_| 0)
        }
        Command::Mail { command } => mail::run(&open::site(&settings)?, command),
        Command::Completion { command: args::Completion::Export(export) } => {
            completion::export(&open::site(&settings)?, &export)
        }
        Command::Journal { command: args::Journal::Verify { json } } => {
            journal::verify(&open::site(&settings)?, json)
        }
    }
}

/// Runs something asynchronous to its end.
pub fn start(work: impl Future<Output = Result<(), String>>) -> Result<u8, String> {
    actix_web::rt::System::new().block_on(work).map(|()| 0)
}

fn log_to_stderr(settings: &Settings) {
    let filter = EnvFilter::try_new(&settings.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let set = if settings.log_json { builder.json().try_init() } else { builder.try_init() };
    if set.is_err() {
        eprintln!("prashikshan: the log was set up before");
    }
}
