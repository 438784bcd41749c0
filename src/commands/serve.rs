//! The service: pages, API, and the ticker that plans and sends letters.

use std::fs::File;
use std::time::Duration;

use actix_web::middleware::{Compress, from_fn};
use actix_web::web::Data;
use actix_web::{App, HttpServer};

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
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let ticker = tokio::spawn(letters::run(
        site,
        Duration::from_secs(settings.tick_seconds.max(1)),
        stopped,
    ));
    let served = server.await.map_err(|e| e.to_string());
    // The receiver is only gone when the ticker has ended by itself.
    let _ = stop.send(true);
    if let Err(e) = ticker.await {
        tracing::error!(error = %e, "the ticker ended badly");
    }
    served
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
