//! Settings from the environment; an unknown one stops the start and names the nearest.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::PathBuf;

use chrono_tz::Tz;
use url::Url;

use crate::kit::columns::Language;

/// Every setting, with what it is for. `DATABASE_URL` is the one without our prefix.
const KNOWN: &[(&str, bool)] = &[
    ("DATABASE_URL", true),
    ("PRASHIKSHAN_LISTEN", false),
    ("PRASHIKSHAN_BASE_URL", false),
    ("PRASHIKSHAN_SECRET_KEY", true),
    ("PRASHIKSHAN_SMTP_URL", true),
    ("PRASHIKSHAN_MAIL_DIR", false),
    ("PRASHIKSHAN_MAIL_FROM", false),
    ("PRASHIKSHAN_MAIL_PER_MINUTE", false),
    ("PRASHIKSHAN_MAIL_PER_DOMAIN", false),
    ("PRASHIKSHAN_MAIL_IN_FLIGHT", false),
    ("PRASHIKSHAN_MAIL_REPLY_TO", false),
    ("PRASHIKSHAN_MAIL_NEUTRAL", false),
    ("PRASHIKSHAN_NOTICE_PER_DAY", false),
    ("PRASHIKSHAN_NOTICE_APPROVAL_ABOVE", false),
    ("PRASHIKSHAN_DKIM_KEY", true),
    ("PRASHIKSHAN_BOUNCE_MAILDIR", false),
    ("PRASHIKSHAN_LANGUAGE", false),
    ("PRASHIKSHAN_TIMEZONE", false),
    ("PRASHIKSHAN_LOG", false),
    ("PRASHIKSHAN_LOG_FORMAT", false),
    ("PRASHIKSHAN_TRUSTED_PROXIES", false),
    ("PRASHIKSHAN_TICK_SECONDS", false),
];

#[derive(Debug, Clone)]
pub struct Settings {
    pub database_url: String,
    pub listen: String,
    /// Without a slash at the end.
    pub base_url: String,
    pub secret_key: Option<String>,
    pub smtp: Option<Smtp>,
    pub mail_dir: PathBuf,
    pub mail_from: String,
    /// 0: no limit.
    pub mail_per_minute: u32,
    /// Letters a minute to a receiving domain; `*` is every other one.
    pub mail_per_domain: BTreeMap<String, u32>,
    pub mail_in_flight: usize,
    /// Where answers to letters go, when not to the sender.
    pub mail_reply_to: Option<String>,
    /// Subjects name no course.
    pub mail_neutral: bool,
    /// People whom one person may write to in a day: over the whole tree, right below, further down.
    pub notice_per_day: [i64; 3],
    /// Letters of one person to more people in a day need a second administrator.
    pub notice_approval_above: i64,
    /// The name and the private key that letters are signed with.
    pub dkim_key: Option<String>,
    /// Where the mail server puts what comes back.
    pub bounce_maildir: Option<PathBuf>,
    pub language: Language,
    pub timezone: Tz,
    pub log: String,
    pub log_json: bool,
    pub trusted_proxies: Vec<IpAddr>,
    pub tick_seconds: u64,
    /// Where each value came from, for `config show`.
    pub sources: BTreeMap<&'static str, (String, &'static str)>,
}

/// A mail server. `tls` none is for loopback only, unless said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Smtp {
    pub host: String,
    pub port: u16,
    pub user: Option<(String, String)>,
    pub tls: Tls,
    /// A certificate (PEM) to be trusted beside those that the world trusts.
    pub ca: Option<Vec<u8>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    Required,
    Opportunistic,
    None,
}

impl Settings {
    /// From the environment of the process.
    pub fn from_env() -> Result<Self, String> {
        Self::from_pairs(std::env::vars())
    }

    pub fn from_pairs(vars: impl IntoIterator<Item = (String, String)>) -> Result<Self, String> {
        let vars: BTreeMap<String, String> = vars
            .into_iter()
            .filter(|(k, _)| k.starts_with("PRASHIKSHAN_") || k.starts_with("DATABASE_URL"))
            .collect();
        refuse_unknown(&vars)?;
        let mut sources = BTreeMap::new();
        let mut get = |name: &'static str, default: &str| -> Result<String, String> {
            let (value, source) = read(&vars, name, default)?;
            sources.insert(name, (value.clone(), source));
            Ok(value)
        };
        let listen = get("PRASHIKSHAN_LISTEN", "127.0.0.1:8080")?;
        let base_url = get("PRASHIKSHAN_BASE_URL", &format!("http://{listen}"))?;
        let base_url = checked_base(&base_url)?;
        let smtp = get("PRASHIKSHAN_SMTP_URL", "")?;
        let secret_key = get("PRASHIKSHAN_SECRET_KEY", "")?;
        if !secret_key.is_empty() && secret_key.len() < 32 {
            return Err("PRASHIKSHAN_SECRET_KEY: at least 32 characters".to_owned());
        }
        let host = Url::parse(&base_url).ok().and_then(|u| u.host_str().map(str::to_owned));
        let from = format!("Prashikshan <training@{}>", mail_domain(host.as_deref()));
        Ok(Self {
            database_url: get("DATABASE_URL", "sqlite://data/prashikshan.db")?,
            secret_key: (!secret_key.is_empty()).then_some(secret_key),
            smtp: if smtp.is_empty() { None } else { Some(Smtp::parse(&smtp)?) },
            mail_dir: PathBuf::from(get("PRASHIKSHAN_MAIL_DIR", "data/mail")?),
            mail_from: get("PRASHIKSHAN_MAIL_FROM", &from)?,
            mail_per_minute: number(
                &get("PRASHIKSHAN_MAIL_PER_MINUTE", "0")?,
                "PRASHIKSHAN_MAIL_PER_MINUTE",
            )?,
            mail_per_domain: per_domain(&get("PRASHIKSHAN_MAIL_PER_DOMAIN", "")?)?,
            mail_in_flight: number(
                &get("PRASHIKSHAN_MAIL_IN_FLIGHT", "8")?,
                "PRASHIKSHAN_MAIL_IN_FLIGHT",
            )?,
            mail_reply_to: some(get("PRASHIKSHAN_MAIL_REPLY_TO", "")?),
            mail_neutral: match get("PRASHIKSHAN_MAIL_NEUTRAL", "yes")?.as_str() {
                "yes" => true,
                "no" => false,
                other => return Err(format!("PRASHIKSHAN_MAIL_NEUTRAL: yes or no, not {other:?}")),
            },
            notice_per_day: per_day(&get("PRASHIKSHAN_NOTICE_PER_DAY", "200000,10000,1000")?)?,
            notice_approval_above: number::<u32>(
                &get("PRASHIKSHAN_NOTICE_APPROVAL_ABOVE", "1000")?,
                "PRASHIKSHAN_NOTICE_APPROVAL_ABOVE",
            )?
            .into(),
            dkim_key: some(get("PRASHIKSHAN_DKIM_KEY", "")?),
            bounce_maildir: some(get("PRASHIKSHAN_BOUNCE_MAILDIR", "")?).map(PathBuf::from),
            language: Language::parse(&get("PRASHIKSHAN_LANGUAGE", "hi")?)
                .ok_or("PRASHIKSHAN_LANGUAGE: hi or en")?,
            timezone: get("PRASHIKSHAN_TIMEZONE", "Asia/Kolkata")?
                .parse()
                .map_err(|_| "PRASHIKSHAN_TIMEZONE: a name like Asia/Kolkata")?,
            log: get("PRASHIKSHAN_LOG", "info")?,
            log_json: match get("PRASHIKSHAN_LOG_FORMAT", "text")?.as_str() {
                "text" => false,
                "json" => true,
                other => {
                    return Err(format!("PRASHIKSHAN_LOG_FORMAT: text or json, not {other:?}"));
                }
            },
            trusted_proxies: proxies(&get("PRASHIKSHAN_TRUSTED_PROXIES", "")?)?,
            tick_seconds: number(
                &get("PRASHIKSHAN_TICK_SECONDS", "30")?,
                "PRASHIKSHAN_TICK_SECONDS",
            )?,
            listen,
            base_url,
            sources,
        })
    }

    pub fn is_https(&self) -> bool {
        self.base_url.starts_with("https://")
    }

    /// Each setting, its value with secrets masked, where it came from.
    pub fn shown(&self) -> Vec<(&'static str, String, &'static str)> {
        KNOWN
            .iter()
            .filter_map(|(name, secret)| {
                let (value, source) = self.sources.get(name)?;
                let value = if *secret { masked(value) } else { value.clone() };
                Some((*name, value, *source))
            })
            .collect()
    }
}

impl Smtp {
    /// `smtp://user:pass@host:587?tls=required|opportunistic|none&ca=FILE`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let say = |what: &str| format!("PRASHIKSHAN_SMTP_URL: {what}");
        let url = Url::parse(text).map_err(|e| say(&e.to_string()))?;
        if url.scheme() != "smtp" {
            return Err(say("starts with smtp://"));
        }
        let host = url.host_str().ok_or_else(|| say("names no host"))?.to_owned();
        let loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|a| a.is_loopback());
        let mut tls = if loopback { Tls::Opportunistic } else { Tls::Required };
        let mut ca = None;
        for (name, value) in url.query_pairs() {
            match (name.as_ref(), value.as_ref()) {
                ("tls", "required") => tls = Tls::Required,
                ("tls", "opportunistic") => tls = Tls::Opportunistic,
                ("tls", "none") => tls = Tls::None,
                ("ca", path) => {
                    let pem = std::fs::read(path).map_err(|e| say(&format!("ca {path}: {e}")))?;
                    ca = Some(pem);
                }
                _ => return Err(say(&format!("{name}={value} is not known"))),
            }
        }
        let user = (!url.username().is_empty())
            .then(|| (decoded(url.username()), decoded(url.password().unwrap_or_default())));
        Ok(Self { host, port: url.port().unwrap_or(587), user, tls, ca })
    }
}

fn decoded(text: &str) -> String {
    url::form_urlencoded::parse(text.replace('+', "%2B").as_bytes())
        .map(|(k, _)| k.into_owned())
        .collect()
}

fn refuse_unknown(vars: &BTreeMap<String, String>) -> Result<(), String> {
    for name in vars.keys() {
        let plain = name.strip_suffix("_FILE").unwrap_or(name);
        let known = KNOWN.iter().any(|(k, secret)| *k == name || (*secret && *k == plain));
        if !known && !is_trial(name) {
            let near = KNOWN.iter().max_by(|a, b| {
                strsim::jaro_winkler(a.0, plain).total_cmp(&strsim::jaro_winkler(b.0, plain))
            });
            let near = near.map_or("", |(k, _)| *k);
            return Err(format!("{name} is not a setting; did you mean {near}?"));
        }
    }
    Ok(())
}

fn read(
    vars: &BTreeMap<String, String>,
    name: &'static str,
    default: &str,
) -> Result<(String, &'static str), String> {
    if let Some(path) = vars.get(&format!("{name}_FILE")) {
        let text = std::fs::read_to_string(path).map_err(|e| format!("{name}_FILE {path}: {e}"))?;
        return Ok((text.trim().to_owned(), "file"));
    }
    match vars.get(name) {
        Some(value) => Ok((value.trim().to_owned(), "environment")),
        None => Ok((default.to_owned(), "default")),
    }
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn number<N: std::str::FromStr>(text: &str, name: &str) -> Result<N, String> {
    text.parse().map_err(|_| format!("{name}: {text:?} is not a number"))
}

/// `gmail.com=100,*=300`, or one number for every domain.
fn per_domain(text: &str) -> Result<BTreeMap<String, u32>, String> {
    let name = "PRASHIKSHAN_MAIL_PER_DOMAIN";
    let parts = text.split([',', ' ']).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (domain, limit) = part.split_once('=').unwrap_or(("*", part));
            Ok((domain.trim().to_lowercase(), number(limit.trim(), name)?))
        })
        .collect()
}

/// `200000,10000,1000`: from the top of the tree down; what is not said is as the one before.
fn per_day(text: &str) -> Result<[i64; 3], String> {
    let name = "PRASHIKSHAN_NOTICE_PER_DAY";
    let parts: Vec<u32> =
        text.split(',').map(|part| number(part.trim(), name)).collect::<Result<_, _>>()?;
    if parts.len() > 3 {
        return Err(format!("{name}: three numbers at most, like 200000,10000,1000"));
    }
    let of = |n: usize| parts.get(n).or(parts.last()).copied().unwrap_or_default().into();
    Ok([of(0), of(1), of(2)])
}

/// What a crash trial of a debug build asks for (`kit/trial.rs`).
#[cfg(debug_assertions)]
pub fn trial() -> String {
    let asked = std::env::vars().find(|(name, _)| name == TRIAL);
    asked.map(|(_, value)| value).unwrap_or_default()
}

/// No setting: only debug builds know it, and it is not shown.
#[cfg(debug_assertions)]
const TRIAL: &str = "PRASHIKSHAN_TRIAL";

fn is_trial(_name: &str) -> bool {
    #[cfg(debug_assertions)]
    return _name == TRIAL;
    #[cfg(not(debug_assertions))]
    return false;
}

fn checked_base(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|e| format!("PRASHIKSHAN_BASE_URL: {e}"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() || url.path() != "/" {
        return Err(
            "PRASHIKSHAN_BASE_URL: like https://training.example.org, without a path".to_owned()
        );
    }
    Ok(text.trim_end_matches('/').to_owned())
}

fn mail_domain(host: Option<&str>) -> String {
    match host {
        Some(h) if h.contains('.') && h.parse::<IpAddr>().is_err() => h.to_owned(),
        _ => "prashikshan.example".to_owned(),
    }
}

fn proxies(text: &str) -> Result<Vec<IpAddr>, String> {
    text.split([',', ' '])
        .filter(|t| !t.is_empty())
        .map(|t| t.parse().map_err(|_| format!("PRASHIKSHAN_TRUSTED_PROXIES: {t:?} is no address")))
        .collect()
}

fn masked(value: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    match Url::parse(value) {
        Ok(mut url) if url.password().is_some() => {
            // Cannot fail: the address has a password, so it can have another one.
            let _ = url.set_password(Some("****"));
            url.to_string()
        }
        Ok(_) => value.to_owned(),
        Err(_) => "****".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(pairs: &[(&str, &str)]) -> Result<Settings, String> {
        Settings::from_pairs(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn an_unknown_setting_names_the_nearest() {
        let said = from(&[("PRASHIKSHAN_LISTN", "x")]).unwrap_err();
        assert_eq!(said, "PRASHIKSHAN_LISTN is not a setting; did you mean PRASHIKSHAN_LISTEN?");
    }

    #[test]
    fn a_limit_for_each_domain() {
        let limits =
            |text: &str| from(&[("PRASHIKSHAN_MAIL_PER_DOMAIN", text)]).map(|s| s.mail_per_domain);
        let of = |pairs: &[(&str, u32)]| -> BTreeMap<String, u32> {
            pairs.iter().map(|(d, n)| ((*d).to_owned(), *n)).collect()
        };
        assert_eq!(limits("").unwrap(), of(&[]));
        assert_eq!(limits("60").unwrap(), of(&[("*", 60)]));
        assert_eq!(limits("Gmail.com=100, *=300").unwrap(), of(&[("gmail.com", 100), ("*", 300)]));
        assert!(limits("gmail.com=many").is_err());
    }

    #[test]
    fn readers_a_day_for_each_rung() {
        let of =
            |text: &str| from(&[("PRASHIKSHAN_NOTICE_PER_DAY", text)]).map(|s| s.notice_per_day);
        assert_eq!(from(&[]).unwrap().notice_per_day, [200_000, 10_000, 1_000]);
        assert_eq!(of("5000, 500").unwrap(), [5_000, 500, 500]);
        assert_eq!(of("0").unwrap(), [0; 3]);
        for wrong in ["", "many", "-1", "1,2,3,4"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn secrets_are_masked() {
        let settings = from(&[
            ("DATABASE_URL", "postgres://app:hunter2@db/x"),
            ("PRASHIKSHAN_SECRET_KEY", "0123456789012345678901234567890123"),
            (
                "PRASHIKSHAN_DKIM_KEY",
                "m1._domainkey.example.org\n-----BEGIN PRIVATE KEY-----\nMC4C",
            ),
        ])
        .unwrap();
        let shown = format!("{:?}", settings.shown());
        for secret in ["hunter2", "0123456789", "MC4C"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }

    #[test]
    fn mail_off_this_machine_needs_tls_unless_said() {
        let tls = |url: &str| Smtp::parse(url).unwrap().tls;
        assert_eq!(tls("smtp://mail.example.org"), Tls::Required);
        assert_eq!(tls("smtp://127.0.0.1:2525"), Tls::Opportunistic);
        assert_eq!(tls("smtp://mail.example.org?tls=none"), Tls::None);
        assert!(Smtp::parse("smtp://mail.example.org?tsl=none").is_err());
        assert!(Smtp::parse("smtp://mail.example.org?ca=/nowhere.pem").is_err());
        let user = Smtp::parse("smtp://a%40b:p%2Fw@h:25").unwrap().user;
        assert_eq!(user, Some(("a@b".to_owned(), "p/w".to_owned())));
    }
}
