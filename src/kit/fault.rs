//! The one error type: what went wrong, told so that its reader can act.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use serde_json::Value;

/// One field of one form that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// The field's name in the form and in JSON.
    pub name: String,
    /// A word; its sentence is `error-{code}` in `locales`.
    pub code: &'static str,
    pub args: Vec<(&'static str, String)>,
}

/// Everything that is wrong with one form, told at once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fields(pub Vec<FieldError>);

impl Fields {
    pub fn add(&mut self, name: &str, code: &'static str) {
        self.add_with(name, code, vec![]);
    }

    pub fn add_with(&mut self, name: &str, code: &'static str, args: Vec<(&'static str, String)>) {
        self.0.push(FieldError { name: name.to_owned(), code, args });
    }

    /// Ok when nothing was added.
    pub fn done(self) -> Result<(), Fault> {
        if self.0.is_empty() { Ok(()) } else { Err(Fault::Invalid(self)) }
    }
}

/// What stands in the way of a well-formed request; its sentence is `conflict-{code}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Obstacle {
    pub code: &'static str,
    pub args: Vec<(&'static str, String)>,
    /// Further members of the problem document (RFC 9457, 3.2), an object.
    pub more: Value,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// Not there, or not within the asker's units: the same answer, so nothing is revealed.
    NotFound,
    /// Nobody is signed in.
    SignIn,
    /// Seen, but not allowed.
    Forbidden,
    /// The form came without its token, or from another site.
    Stale,
    /// The request cannot be read at all.
    Malformed(String),
    TooLarge,
    UnsupportedMedia,
    Invalid(Fields),
    Conflict(Obstacle),
    /// Seconds to wait.
    TooMany(u64),
    /// Every connection is taken, or the database is locked.
    Busy,
    /// Ours; logged once, at the edge, never shown.
    Broken(Arc<str>),
}

impl Fault {
    pub fn field(name: &str, code: &'static str) -> Self {
        let mut fields = Fields::default();
        fields.add(name, code);
        Self::Invalid(fields)
    }

    pub fn conflict(code: &'static str) -> Self {
        Self::Conflict(Obstacle { code, args: vec![], more: Value::Null })
    }

    pub fn broken(cause: impl std::fmt::Display) -> Self {
        Self::Broken(cause.to_string().into())
    }

    /// The word for the fault: names its page, its problem type, its message.
    pub fn word(&self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::SignIn => "sign-in",
            Self::Forbidden => "forbidden",
            Self::Stale => "stale",
            Self::Malformed(_) => "malformed",
            Self::TooLarge => "too-large",
            Self::UnsupportedMedia => "unsupported-media",
            Self::Invalid(_) => "invalid",
            Self::Conflict(obstacle) => obstacle.code,
            Self::TooMany(_) => "too-many",
            Self::Busy => "busy",
            Self::Broken(_) => "broken",
        }
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Broken(cause) => write!(f, "broken: {cause}"),
            Self::Malformed(what) => write!(f, "malformed: {what}"),
            Self::Invalid(fields) => {
                let all: Vec<_> =
                    fields.0.iter().map(|e| format!("{}: {}", e.name, e.code)).collect();
                write!(f, "invalid: {}", all.join(", "))
            }
            other => f.write_str(other.word()),
        }
    }
}

impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Forbidden | Self::Stale => StatusCode::FORBIDDEN,
            Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMedia => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Conflict(_) => StatusCode::CONFLICT,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Status and Retry-After only; `kit/web.rs` writes the page or the problem document.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        match self {
            Self::TooMany(seconds) => {
                response.insert_header((header::RETRY_AFTER, seconds.to_string()));
            }
            Self::Busy => {
                response.insert_header((header::RETRY_AFTER, "2"));
            }
            _ => {}
        }
        response.finish()
    }
}

impl From<diesel::result::Error> for Fault {
    fn from(e: diesel::result::Error) -> Self {
        use diesel::result::DatabaseErrorKind as Kind;
        use diesel::result::Error;
        match e {
            Error::NotFound => Self::NotFound,
            // Asked first inside the write transaction, so this is the rare race on PostgreSQL.
            Error::DatabaseError(Kind::UniqueViolation, _) => Self::conflict("exists"),
            Error::DatabaseError(Kind::ForeignKeyViolation, _) => Self::conflict("in-use"),
            Error::DatabaseError(Kind::SerializationFailure, _) => Self::Busy,
            // Two writers that each hold what the other wants (40P01): one of them tries again.
            Error::DatabaseError(_, info) if info.message() == "deadlock detected" => Self::Busy,
            Error::DatabaseError(_, ref info)
                if info.message().contains("locked") || info.message().contains("lock timeout") =>
            {
                Self::Busy
            }
            other => Self::broken(other),
        }
    }
}
