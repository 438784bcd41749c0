//! The service: pages, API, and the ticker that plans and sends letters.

use std::fs::File;
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::middleware::{Compress, from_fn};
use actix_web::web::Data;
use actix_web::{App, HttpServer};
use tokio::sync::watch;
use tokio::task::spawn_blocking;

use crate::commands::open;
use crate::kit::db::Address;
use crate::kit::settings::Settings;
use crate::kit::site::Site;
use crate::kit::web;
use crate::{letters, routes};

/// Serves until SIGTERM or ctrl-c; requests under way get 20 seconds.
pub async fn run(site: Site, settings: &Settings) -> Result<(), String> {
    let _lock = only_one(&site.database.address)?;
    let data = Data::new(site.clone());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(data.clone())
            .wrap(from_fn(web::remember_language))
            .wrap(from_fn(web::envelope))
            .wrap(Compress::default())
            .configure(routes::all)
    })
    // Without it a compressed page waits 40 ms for the reader's acknowledgement.
    .tcp_nodelay(true)
    .client_request_timeout(Duration::from_secs(5))
    .keep_alive(Duration::from_secs(30))
    .shutdown_timeout(20)
    .bind(&settings.listen)
    .map_err(|e| format!("cannot listen on {}: {e}", settings.listen))?
    .run();
    tracing::info!(listen = %settings.listen, base_url = %site.base_url, "serving");
    let (stop, stopped) = watch::channel(false);
    let ticker = start_ticker(site, settings.tick_seconds.max(1), stopped)
        .map_err(|e| format!("no thread for the letters: {e}"))?;
    let served = server.await.map_err(|e| e.to_string());
    // The receiver is only gone when the ticker has ended by itself.
    let _ = stop.send(true);
    match spawn_blocking(move || ticker.join()).await {
        Ok(Ok(Ok(()))) => {}
        Ok(Ok(Err(e))) => tracing::error!(error = %e, "the ticker could not start"),
        Ok(Err(_)) | Err(_) => tracing::error!("the ticker ended badly"),
    }
    served
}

/// Plans and sends on threads of its own, which step back behind whoever waits for a page: what is
/// started by a thread is as urgent as it.
fn start_ticker(
    site: Site,
    seconds: u64,
    stopped: watch::Receiver<bool>,
) -> std::io::Result<JoinHandle<std::io::Result<()>>> {
    let work = move || {
        step_back();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(letters::run(site, Duration::from_secs(seconds), stopped));
        Ok(())
    };
    std::thread::Builder::new().name("letters".to_owned()).spawn(work)
}

/// Linux keeps this for each thread; elsewhere it stays as it is.
fn step_back() {
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{getpriority_process, setpriority_process};
        /// A third of the share of others when there is not enough for all.
        const LESS: i32 = 5;
        let less = getpriority_process(None).and_then(|now| setpriority_process(None, now + LESS));
        if let Err(fault) = less {
            tracing::debug!(%fault, "letters are as urgent as pages");
        }
    }
}

/// A second service on the same SQLite file is refused: two writers would only wait for each other.
fn only_one(address: &Address) -> Result<Option<File>, String> {
    let Address::Sqlite(path) = address else { return Ok(None) };
    if path == ":memory:" {
        return Ok(None);
    }
    let lock = open::data_folder(address).join("serve.lock");
    let say = |e: std::io::Error| format!("{}: {e}", lock.display());
    let file = File::options().create(true).append(true).open(&lock).map_err(say)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(_) => Err(format!("another prashikshan serves {path} already")),
    }
}
