//! Pages and letters drawn from templates; the only place that knows the template library.

use std::collections::BTreeMap;
use std::sync::Arc;

use fluent_bundle::FluentArgs;
use rust_embed::RustEmbed;
use serde::Serialize;
use tera::{Context, Kwargs, State, Tera};

use crate::kit::columns::Language;
use crate::kit::fault::{Fault, Fields};
use crate::kit::i18n::{self, Texts};
use crate::kit::ids::PersonId;

/// What stands where the name of an erased person stood: a word, as all states are, so that files and
/// programs say it as it is; pages and letters say it in their language.
pub const NOBODY: &str = "(erased)";

/// Where the page of a person is; of one who was erased there is none.
pub fn page_of(person: PersonId, name: &str) -> Option<String> {
    (name != NOBODY).then(|| format!("/people/{person}"))
}

#[derive(RustEmbed)]
#[folder = "templates"]
struct Files;

/// The templates, once per language: `t(key="…")` in a template speaks the page's language.
pub struct Views {
    pub texts: Arc<Texts>,
    hi: Tera,
    en: Tera,
}

/// What every page shows around its content.
#[derive(Debug, Clone, Serialize)]
pub struct Frame {
    pub lang: Language,
    /// The same page in the other language.
    pub other_language_url: String,
    pub path: String,
    /// The signed-in person's name, or nothing.
    pub actor: Option<String>,
    /// The token that every form carries.
    pub token: String,
    /// The rooms that this person may enter: (text key, address, whether it is this page).
    pub nav: Vec<(String, String, bool)>,
    /// A message left by the action before: (text key, arguments already set).
    pub notice: Option<String>,
}

/// What several texts are drawn from, put into the library's form once: that is half of drawing a
/// letter. To copy one costs little: what it holds is shared.
#[derive(Clone)]
pub struct Sheet<'a> {
    pub views: &'a Views,
    language: Language,
    context: Context,
}

impl Sheet<'_> {
    pub fn text(&self, name: &str) -> Result<String, Fault> {
        self.views.draw(self.language, name, &self.context)
    }

    /// Says one thing otherwise than the content does.
    pub fn put(&mut self, name: &'static str, value: &impl Serialize) {
        self.context.insert(name, value);
    }

    /// Does not say one thing.
    pub fn take_away(&mut self, name: &str) {
        self.context.remove(name);
    }
}

impl Views {
    pub fn load(texts: Arc<Texts>) -> Result<Self, String> {
        let hi = templates(&texts, Language::Hi)?;
        let en = templates(&texts, Language::En)?;
        Ok(Self { texts, hi, en })
    }

    /// A page inside the frame.
    pub fn page(
        &self,
        name: &str,
        frame: &Frame,
        content: &impl Serialize,
    ) -> Result<String, Fault> {
        let mut context = Context::from_serialize(content).map_err(Fault::broken)?;
        context.insert("frame", frame);
        self.draw(frame.lang, name, &context)
    }

    /// A letter's part, or any other text without a frame.
    pub fn text(
        &self,
        language: Language,
        name: &str,
        content: &impl Serialize,
    ) -> Result<String, Fault> {
        self.sheet(language, content)?.text(name)
    }

    /// For several texts about the same content.
    pub fn sheet(&self, language: Language, content: &impl Serialize) -> Result<Sheet<'_>, Fault> {
        let mut context = Context::from_serialize(content).map_err(Fault::broken)?;
        context.insert("lang", language.word());
        Ok(Sheet { views: self, language, context })
    }

    /// Changes whenever a template or the program does.
    pub fn version(&self) -> String {
        let mut all: Vec<String> = Files::iter()
            .filter_map(|path| {
                Some(format!("{path} {:?}", Files::get(&path)?.metadata.sha256_hash()))
            })
            .collect();
        all.sort();
        format!("{} {}", env!("CARGO_PKG_VERSION"), all.join(" "))
    }

    /// Each field's errors as sentences, ready for the form.
    pub fn messages(&self, language: Language, fields: &Fields) -> BTreeMap<String, String> {
        let mut out: BTreeMap<String, String> = BTreeMap::new();
        for e in &fields.0 {
            let sentence = self.texts.say_with(language, &format!("error-{}", e.code), &e.args);
            out.entry(e.name.clone())
                .and_modify(|said| {
                    said.push(' ');
                    said.push_str(&sentence);
                })
                .or_insert(sentence);
        }
        out
    }

    fn draw(&self, language: Language, name: &str, context: &Context) -> Result<String, Fault> {
        let tera = match language {
            Language::Hi => &self.hi,
            Language::En => &self.en,
        };
        let drawn = tera.render(name, context);
        let drawn = drawn.map_err(|e| Fault::broken(format!("{name}: {}", chain(&e))))?;
        // A row without a name says so in the language of whoever reads it.
        Ok(match drawn.contains(NOBODY) {
            true => drawn.replace(NOBODY, &self.texts.say(language, "people-erased")),
            false => drawn,
        })
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut out = error.to_string();
    let mut source = error.source();
    while let Some(e) = source {
        out.push_str(": ");
        out.push_str(&e.to_string());
        source = e.source();
    }
    out
}

fn templates(texts: &Arc<Texts>, language: Language) -> Result<Tera, String> {
    let mut tera = Tera::new();
    // Names end in .html or .txt: only then is escaping decided rightly.
    tera.autoescape_on(vec![".html"]);
    let texts = texts.clone();
    tera.register_function("t", move |kwargs: Kwargs, _: &State| -> Result<String, tera::Error> {
        let key: String = kwargs.must_get("key")?;
        let mut args = FluentArgs::new();
        for (name, value) in kwargs.iter() {
            let name = name.as_str().unwrap_or_default().to_owned();
            if name == "key" {
                continue;
            }
            match value.as_i64() {
                Some(n) => args.set(name, n),
                None => args.set(name, value.to_string()),
            }
        }
        Ok(texts.format(language, &key, &args))
    });
    tera.register_filter("urlencode", |text: &str, _: Kwargs, _: &State| {
        url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>()
    });
    tera.register_filter("number", |n: i64, _: Kwargs, _: &State| i18n::number(n));
    let mut all = Vec::new();
    for path in Files::iter() {
        let file = Files::get(&path).ok_or("a template vanished")?;
        let text = String::from_utf8(file.data.into_owned()).map_err(|e| format!("{path}: {e}"))?;
        all.push((path.into_owned(), text));
    }
    tera.add_raw_templates(all).map_err(|e| format!("templates: {}", chain(&e)))?;
    Ok(tera)
}
