//! Reading the body of a form that carries a file (multipart/form-data, RFC 7578), already in hand whole.

/// More fields than any of our forms has.
const MOST_FIELDS: usize = 2_000;

/// The boundary in a content type.
pub fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    kind.trim().eq_ignore_ascii_case("multipart/form-data").then_some(())?;
    let mut parameters = parameters.split(';').filter_map(|p| p.trim().split_once('='));
    let (_, text) = parameters.find(|(name, _)| name.eq_ignore_ascii_case("boundary"))?;
    let text = text.trim_matches('"');
    (1..=70).contains(&text.len()).then_some(text)
}

/// The fields in their order, each with its name and bytes; nothing when it is no such body.
pub fn read<'a>(boundary: &str, body: &'a [u8]) -> Option<Vec<(&'a str, &'a [u8])>> {
    let between = format!("\r\n--{boundary}").into_bytes();
    let mut rest = body.strip_prefix(&between[2..])?;
    let mut fields = vec![];
    while !rest.starts_with(b"--") {
        let part = rest.strip_prefix(b"\r\n")?;
        let (head, after) = cut(part, b"\r\n\r\n")?;
        let (value, next) = cut(after, &between)?;
        fields.push((name_of(std::str::from_utf8(head).ok()?)?, value));
        if fields.len() > MOST_FIELDS {
            return None;
        }
        rest = next;
    }
    Some(fields)
}

fn cut<'a>(bytes: &'a [u8], at: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let place = bytes.windows(at.len()).position(|w| w == at)?;
    Some((&bytes[..place], &bytes[place + at.len()..]))
}

/// Browsers write the name before the file's name and percent-encode quotes in both.
fn name_of(head: &str) -> Option<&str> {
    let line = head.split("\r\n").find(|line| {
        line.split_once(':').is_some_and(|(n, _)| n.eq_ignore_ascii_case("content-disposition"))
    })?;
    let (_, rest) = line.split_once("; name=\"")?;
    rest.split_once('"').map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Vec<u8> {
        text.replace('\n', "\r\n").into_bytes()
    }

    #[test]
    fn fields_and_a_file_are_read() {
        let body = body(
            "--x1\nContent-Disposition: form-data; name=\"_token\"\n\nabc\n--x1\ncontent-disposition: \
             form-data; name=\"upload\"; filename=\"a; name=\\\"b.json\"\nContent-Type: application/json\n\n\
             {\"a\": 1}\n--x\n\n--x1\nContent-Disposition: form-data; name=\"file\"\n\n\n--x1--\n",
        );
        let fields = read("x1", &body).unwrap();
        let upload: &[u8] = b"{\"a\": 1}\r\n--x\r\n";
        assert_eq!(fields, [("_token", &b"abc"[..]), ("upload", upload), ("file", b"")]);
    }

    #[test]
    fn what_is_no_such_body_is_nothing() {
        let good = body("--x\nContent-Disposition: form-data; name=\"a\"\n\nb\n--x--\n");
        assert_eq!(read("x", &good).unwrap(), [("a", &b"b"[..])]);
        for cut in 0..good.len() - 4 {
            assert!(read("x", &good[..cut]).is_none(), "cut at {cut}");
        }
        for wrong in ["", "--x", "--x\n\n", "--x\nA: b\n\nc\n--x--", "a=b&c=d"] {
            assert!(read("x", &body(wrong)).is_none(), "{wrong}");
        }
        assert!(read("y", &good).is_none());
    }

    #[test]
    fn a_boundary_stands_in_the_content_type() {
        let check = |text: &str, found: Option<&str>| assert_eq!(boundary(text), found, "{text}");
        check(
            "multipart/form-data; boundary=----WebKitFormBoundaryA1",
            Some("----WebKitFormBoundaryA1"),
        );
        check("Multipart/Form-Data; charset=utf-8; Boundary=\"a b\"", Some("a b"));
        check("multipart/form-data", None);
        check("multipart/form-data; boundary=", None);
        check("multipart/mixed; boundary=a", None);
    }
}
