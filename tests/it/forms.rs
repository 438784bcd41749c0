//! A page's form filled in as its reader would: what the page does not offer cannot be sent.

use scraper::{ElementRef, Html, Selector};

use crate::stage::{Answer, Client};

fn all<'a>(within: ElementRef<'a>, what: &str) -> Vec<ElementRef<'a>> {
    within.select(&Selector::parse(what).expect("a selector")).collect()
}

fn attribute<'a>(element: &ElementRef<'a>, name: &str) -> &'a str {
    element.value().attr(name).unwrap_or_default()
}

/// Opens a page, fills its form with that action, sends it: the answer to the form. A name that
/// occurs several times (rows, boxes) is filled from the top, or ticked where it has the value.
pub async fn fill(client: &Client, page: &str, action: &str, given: &[(&str, &str)]) -> Answer {
    let answer = client.get(page).await.must_be(200);
    let pairs = filled(&answer, action, given);
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    client.post(action, &pairs).await
}

/// As `fill`, for a form that must succeed: the page it leads to.
pub async fn send(client: &Client, page: &str, action: &str, given: &[(&str, &str)]) -> String {
    let answer = fill(client, page, action, given).await.must_be(303);
    let to = answer.location().to_owned();
    client.get(&to).await.must_be(200);
    to
}

/// As `send`, for a form that first shows what it would cause: looked at, then told.
pub async fn send_seen(client: &Client, page: &str, given: &[(&str, &str)]) -> String {
    let mut answer = client.get(page).await.must_be(200);
    let mut given = given;
    for (step, status) in [("look", 200), ("tell", 303)] {
        assert!(answer.body.contains(&format!("value=\"{step}\"")), "no button to {step}");
        let mut pairs = filled(&answer, page, given);
        pairs.push(("step".to_owned(), step.to_owned()));
        let pairs: Vec<(&str, &str)> =
            pairs.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        answer = client.post(page, &pairs).await.must_be(status);
        given = &[];
    }
    let to = answer.location().to_owned();
    client.get(&to).await.must_be(200);
    to
}

/// What a browser would send of the form with that action, without its token.
fn filled(page: &Answer, action: &str, given: &[(&str, &str)]) -> Vec<(String, String)> {
    let html = Html::parse_document(&page.body);
    let forms = all(html.root_element(), "form[method=post]");
    // Several forms may lead to one address (a list of people to add): the one that has the values.
    let candidates: Vec<Vec<(String, String)>> = forms
        .iter()
        .filter(|form| attribute(form, "action") == action)
        .filter_map(|form| fill_in(*form, given).ok())
        .collect();
    let Some(found) = candidates.into_iter().next() else {
        let reasons: Vec<_> = forms
            .iter()
            .map(|form| (attribute(form, "action").to_owned(), fill_in(*form, given).err()))
            .collect();
        panic!("no form to {action} takes {given:?}: {reasons:?} in {}", page.text());
    };
    found
}

fn fill_in(form: ElementRef<'_>, given: &[(&str, &str)]) -> Result<Vec<(String, String)>, String> {
    let mut left: Vec<(&str, &str)> = given.to_vec();
    let mut take = |name: &str, fits: &dyn Fn(&str) -> bool| -> Option<String> {
        let place = left.iter().position(|(n, v)| *n == name && fits(v))?;
        Some(left.remove(place).1.to_owned())
    };
    let mut pairs = vec![];
    for field in all(form, "input, select, textarea") {
        let name = attribute(&field, "name").to_owned();
        if name.is_empty() || name == "_token" || field.value().attr("disabled").is_some() {
            continue;
        }
        let value = attribute(&field, "value").to_owned();
        let standing = field.value().attr("checked").is_some();
        let said = match (field.value().name(), attribute(&field, "type")) {
            ("select", _) => {
                let options = all(field, "option");
                let offered = |v: &str| options.iter().any(|o| attribute(o, "value") == v);
                let chosen = options.iter().find(|o| o.value().attr("selected").is_some());
                let kept = chosen.or(options.first()).map(|o| attribute(o, "value").to_owned());
                take(&name, &offered).or(kept)
            }
            ("textarea", _) => take(&name, &|_| true).or(Some(field.text().collect())),
            (_, "checkbox" | "radio") => {
                take(&name, &|v| v == value).or(standing.then(|| value.clone()))
            }
            (_, "hidden") => take(&name, &|v| v == value).or(Some(value)),
            _ => take(&name, &|_| true).or(Some(value)),
        };
        if let Some(said) = said {
            // A ticked radio replaces the one that stood.
            if attribute(&field, "type") == "radio" {
                let is_given = given.iter().any(|(n, v)| *n == name && *v == said);
                if !is_given && given.iter().any(|(n, _)| *n == name) {
                    continue;
                }
            }
            pairs.push((name, said));
        }
    }
    if left.is_empty() { Ok(pairs) } else { Err(format!("{left:?} has no field")) }
}

/// The addresses of links of a page whose name for screen readers, or text, is this.
pub fn link(page: &Answer, named: &str) -> Option<String> {
    let html = Html::parse_document(&page.body);
    all(html.root_element(), "a[href]")
        .iter()
        .find(|a| {
            attribute(a, "aria-label") == named || a.text().collect::<String>().trim() == named
        })
        .map(|a| attribute(a, "href").to_owned())
}

/// The values that the fields of a name prefix offer, in the order of the page: `mark-42`.
pub fn names(page: &Answer, prefix: &str) -> Vec<String> {
    let html = Html::parse_document(&page.body);
    let mut out: Vec<String> = vec![];
    for field in all(html.root_element(), "[name]") {
        let name = attribute(&field, "name");
        if name.starts_with(prefix) && out.last().is_none_or(|last| last != name) {
            out.push(name.to_owned());
        }
    }
    out
}

/// A number under its label, as the pages show sums: `Complete` → 20.
pub fn number(page: &Answer, label: &str) -> i64 {
    let html = Html::parse_document(&page.body);
    let stats = all(html.root_element(), ".stat");
    let found = stats.iter().find_map(|stat| {
        let text = stat.text().collect::<Vec<_>>().join(" ");
        let rest = text.trim().strip_suffix(label)?.trim().to_owned();
        rest.replace(',', "").parse().ok()
    });
    found.unwrap_or_else(|| panic!("no number of {label:?} in {}", page.text()))
}

/// The value of the box whose label begins with these words.
pub fn box_beside(page: &Answer, name: &str, words: &str) -> String {
    let html = Html::parse_document(&page.body);
    let labels = all(html.root_element(), "label");
    let found = labels.iter().find_map(|label| {
        let text = label.text().collect::<String>();
        let field = all(*label, "input").into_iter().find(|i| attribute(i, "name") == name)?;
        text.trim().starts_with(words).then(|| attribute(&field, "value").to_owned())
    });
    found.unwrap_or_else(|| panic!("no box {name} of {words:?} in {}", page.text()))
}
