//! Every address of the service, one line each, grouped by room.

use actix_web::web::{self, ServiceConfig, get, patch, post};

use crate::access;
use crate::courses;
use crate::journal;
use crate::kit;

/// Mounts everything. A path that stands nowhere here is not found.
pub fn all(app: &mut ServiceConfig) {
    app.route("/static/{name}", get().to(kit::web::asset));
    access(app);
    courses(app);
    app.route("/journal", get().to(journal::pages::list));
    app.default_service(web::to(nowhere));
}

async fn nowhere() -> Result<actix_web::HttpResponse, kit::fault::Fault> {
    Err(kit::fault::Fault::NotFound)
}

fn access(app: &mut ServiceConfig) {
    app.route("/sign-in", get().to(access::pages::sign_in));
    app.route("/sign-in", post().to(access::pages::ask_code));
    app.route("/sign-in/code", post().to(access::pages::enter_code));
    app.route("/sign-out", post().to(access::pages::sign_out));
    app.route("/l/{token}", get().to(access::pages::link));
    app.route("/l/{token}", post().to(access::pages::use_link));
    app.route("/grants", get().to(access::pages::grants));
    app.route("/grants", post().to(access::pages::give));
    app.route("/grants/{id}/end", post().to(access::pages::end));
}

fn courses(app: &mut ServiceConfig) {
    app.route("/courses", get().to(courses::pages::list));
    app.route("/courses", post().to(courses::pages::create));
    app.route("/courses/new", get().to(courses::pages::new));
    app.route("/courses/{id}", get().to(courses::pages::show));
    app.route("/courses/{id}", post().to(courses::pages::change));
    app.route("/courses/{id}/edit", get().to(courses::pages::edit));
    app.route("/courses/{id}/publication", post().to(courses::pages::publish));
    app.route("/courses/{id}/retirement", post().to(courses::pages::retire));
    app.route("/api/v1/courses", get().to(courses::api::list));
    app.route("/api/v1/courses", post().to(courses::api::create));
    app.route("/api/v1/courses/{id}", get().to(courses::api::show));
    app.route("/api/v1/courses/{id}", patch().to(courses::api::change));
    app.route("/api/v1/courses/{id}/publication", post().to(courses::api::publish));
}
