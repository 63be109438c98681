//! The text formats that the `pg` gem codes for Rails: escaped bytea and arrays.

/// Bytes as the server's `bytea` reads them, in hex format.
pub fn escape_bytea(bytes: &[u8]) -> String {
    bytes.iter().fold(String::from("\\x"), |mut text, byte| {
        text.push_str(&format!("{byte:02x}"));
        text
    })
}

/// What the server shows of a `bytea`, in hex or in its older escape format.
pub fn unescape_bytea(text: &str) -> Vec<u8> {
    if let Some(hex) = text.strip_prefix("\\x") {
        let digits: Vec<u8> = hex.chars().filter_map(|digit| digit.to_digit(16)).map(|digit| digit as u8).collect();
        return digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    }
    let bytes = text.as_bytes();
    let mut unescaped = Vec::with_capacity(bytes.len());
    let mut index = 0;
    while let Some(&byte) = bytes.get(index) {
        let octal = bytes.get(index + 1..index + 4).filter(|digits| {
            byte == b'\\' && digits[0] <= b'3' && digits.iter().all(|digit| (b'0'..=b'7').contains(digit))
        });
        if let Some(digits) = octal {
            unescaped.push(digits.iter().fold(0, |value, digit| value << 3 | (digit - b'0')));
            index += 4;
        } else if byte == b'\\' {
            unescaped.extend(bytes.get(index + 1));
            index += 2;
        } else {
            unescaped.push(byte);
            index += 1;
        }
    }
    unescaped
}

/// An array in the server's text format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArrayItem {
    Null,
    Text(String),
    Array(Vec<ArrayItem>),
}

/// `PG::TextEncoder::Array`
pub fn encode_array(items: &[ArrayItem], delimiter: char) -> String {
    let encoded: Vec<String> = items
        .iter()
        .map(|item| match item {
            ArrayItem::Null => "NULL".to_owned(),
            ArrayItem::Array(items) => encode_array(items, delimiter),
            ArrayItem::Text(text) => encode_array_text(text, delimiter),
        })
        .collect();
    format!("{{{}}}", encoded.join(&delimiter.to_string()))
}

fn encode_array_text(text: &str, delimiter: char) -> String {
    let special = |character: char| {
        matches!(character, '"' | '\\' | '{' | '}')
            || character == delimiter
            || character.is_ascii_whitespace()
            || character == '\u{b}'
    };
    if !text.is_empty() && !text.eq_ignore_ascii_case("null") && !text.contains(special) {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// `PG::TextDecoder::Array`; none for text that is not an array. Explicit dimensions (`[0:1]=`) are skipped.
pub fn decode_array(text: &str, delimiter: char) -> Option<Vec<ArrayItem>> {
    let text = if text.starts_with('[') { text.split_once('=')?.1 } else { text };
    let mut characters = text.chars().peekable();
    let items = decode_items(&mut characters, delimiter)?;
    characters.next().is_none().then_some(items)
}

type Characters<'a> = std::iter::Peekable<std::str::Chars<'a>>;

fn decode_items(characters: &mut Characters<'_>, delimiter: char) -> Option<Vec<ArrayItem>> {
    characters.next_if_eq(&'{')?;
    let mut items = Vec::new();
    if characters.next_if_eq(&'}').is_some() {
        return Some(items);
    }
    loop {
        items.push(match characters.peek()? {
            '{' => ArrayItem::Array(decode_items(characters, delimiter)?),
            '"' => ArrayItem::Text(decode_quoted(characters)?),
            _ => decode_bare(characters, delimiter),
        });
        match characters.next()? {
            '}' => return Some(items),
            character if character == delimiter => {}
            _ => return None,
        }
    }
}

fn decode_quoted(characters: &mut Characters<'_>) -> Option<String> {
    characters.next();
    let mut text = String::new();
    loop {
        match characters.next()? {
            '"' => return Some(text),
            '\\' => text.push(characters.next()?),
            character => text.push(character),
        }
    }
}

fn decode_bare(characters: &mut Characters<'_>, delimiter: char) -> ArrayItem {
    let mut text = String::new();
    while let Some(character) = characters.next_if(|&character| character != delimiter && character != '}') {
        if character == '\\' {
            text.extend(characters.next());
        } else {
            text.push(character);
        }
    }
    if text == "NULL" { ArrayItem::Null } else { ArrayItem::Text(text) }
}

/// An array of names, as the catalogue has them.
pub fn decode_string_array(text: &str) -> Vec<String> {
    let items = decode_array(text, ',').unwrap_or_default();
    items.into_iter().filter_map(|item| if let ArrayItem::Text(text) = item { Some(text) } else { None }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytea_both_ways() {
        assert_eq!(escape_bytea(b"\x00abc"), "\\x00616263");
        assert_eq!(unescape_bytea("\\x00616263"), b"\x00abc");
        assert_eq!(unescape_bytea("\\000a\\\\b"), b"\x00a\\b");
    }

    #[test]
    fn arrays_both_ways() {
        let text = |text: &str| ArrayItem::Text(text.into());
        let items = vec![text("a b"), text("c"), text("d,\"e"), ArrayItem::Null, text(""), text("NULL"), text("é\\")];
        let encoded = r#"{"a b",c,"d,\"e",NULL,"","NULL","é\\"}"#;
        assert_eq!(encode_array(&items, ','), encoded);
        assert_eq!(decode_array(encoded, ','), Some(items));
        let nested = vec![ArrayItem::Array(vec![text("1"), text("2")]), ArrayItem::Array(vec![text("3"), text("4")])];
        assert_eq!(encode_array(&nested, ','), "{{1,2},{3,4}}");
        assert_eq!(decode_array("[0:1][0:1]={{1,2},{3,4}}", ','), Some(nested));
        assert_eq!(decode_array("{}", ','), Some(vec![]));
        assert_eq!(decode_array("nonsense", ','), None);
    }
}
