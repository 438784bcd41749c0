//! The API described by its own code: OpenAPI 3.1, and the same as a page.

pub mod pages;

use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

/// Every call of `/api/v1`, collected from the rooms.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Prashikshan",
        description = "Training courses scheduled, attendance taken, reminders sent, completion shown. \
            Errors are problem documents (RFC 9457) with `fields` for bad input; every POST honours \
            `Idempotency-Key`; what is outside the caller's units is 404."
    ),
    paths(
        crate::units::api::levels,
        crate::units::api::add_level,
        crate::units::api::list,
        crate::units::api::create,
        crate::units::api::show,
        crate::units::api::change,
        crate::people::api::list,
        crate::people::api::create,
        crate::people::api::show,
        crate::people::api::change,
        crate::erasure::api::erase,
        crate::erasure::api::ask_code,
        crate::courses::api::list,
        crate::courses::api::create,
        crate::courses::api::show,
        crate::courses::api::change,
        crate::courses::api::publish,
        crate::schedule::venues::api::list,
        crate::schedule::venues::api::create,
        crate::schedule::venues::api::show,
        crate::schedule::batches::api::list,
        crate::schedule::batches::api::create,
        crate::schedule::batches::api::show,
        crate::schedule::batches::api::change,
        crate::schedule::api::list,
        crate::schedule::api::create,
        crate::schedule::api::show,
        crate::schedule::api::change,
        crate::schedule::api::publish,
        crate::schedule::api::cancel,
        crate::postponement::api::move_batch,
        crate::postponement::api::cancel_batch,
        crate::completion::api::report,
        crate::completion::api::verdict,
        crate::enrolment::api::enrol,
        crate::enrolment::api::list,
        crate::enrolment::api::one,
        crate::enrolment::api::withdraw,
        crate::enrolment::api::promote,
        crate::enrolment::api::approve,
        crate::enrolment::api::refuse,
        crate::enrolment::api::take_seat,
        crate::enrolment::api::refuse_seat,
        crate::attendance::api::roster,
        crate::attendance::api::take,
        crate::post::api::letters,
    ),
    modifiers(&Bearer),
    security(("token" = []))
)]
struct Whole;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, whole: &mut utoipa::openapi::OpenApi) {
        let scheme =
            SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
        whole.components.get_or_insert_default().add_security_scheme("token", scheme);
        // Functions of several rooms share a name; an operation's id must be its own.
        for (path, item) in &mut whole.paths.paths {
            let words = path.replace("/api/v1/", "").replace(['{', '}'], "").replace('/', "-");
            for (method, call) in
                [("get", &mut item.get), ("post", &mut item.post), ("patch", &mut item.patch)]
            {
                if let Some(call) = call {
                    call.operation_id = Some(format!("{method}-{words}"));
                }
            }
        }
    }
}

/// The description, made anew from the code.
pub fn description() -> utoipa::openapi::OpenApi {
    Whole::openapi()
}
