//! ASCII approximations (inflector/transliterate.rb, i18n's default rule): Latin letters lose their marks.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// `string` in ASCII; what has no approximation becomes `replacement`.
pub fn transliterate(string: &str, replacement: &str) -> String {
    let mut out = String::with_capacity(string.len());
    for c in string.nfc() {
        match approximation(c) {
            _ if c.is_ascii() => out.push(c),
            Some(approximation) => out.push_str(&approximation),
            None => out.push_str(replacement),
        }
    }
    out
}

fn approximation(c: char) -> Option<String> {
    let special = match c {
        'Æ' => "AE",
        'Ð' | 'Đ' => "D",
        '×' => "x",
        'Ø' => "O",
        'Þ' => "Th",
        'ß' => "ss",
        'ẞ' => "SS",
        'æ' => "ae",
        'ð' | 'đ' => "d",
        'ø' => "o",
        'þ' => "th",
        'Ħ' => "H",
        'ħ' => "h",
        'ı' => "i",
        'Ĳ' => "IJ",
        'ĳ' => "ij",
        'ĸ' => "k",
        'Ŀ' | 'Ł' => "L",
        'ŀ' | 'ł' => "l",
        'ŉ' => "'n",
        'Ŋ' => "NG",
        'ŋ' => "ng",
        'Œ' => "OE",
        'œ' => "oe",
        'Ŧ' => "T",
        'ŧ' => "t",
        _ => "",
    };
    if !special.is_empty() {
        return Some(special.to_owned());
    }
    if !matches!(c, 'À'..='ž' | 'Ǫ'..='ǭ') {
        return None;
    }
    let mut base = String::new();
    decompose_canonical(c, |part| {
        if !is_combining_mark(part) {
            base.push(part);
        }
    });
    Some(base).filter(|base| base.is_ascii())
}

/// `"Donald E. Knuth"` to `"donald-e-knuth"`.
pub fn parameterize(string: &str, separator: &str, preserve_case: bool) -> String {
    let mut out = String::new();
    let mut replacing = false;
    for c in transliterate(string, "?").chars() {
        let kept = c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if kept {
            out.push(c);
        } else if !replacing {
            out.push_str(separator);
        }
        replacing = !kept;
    }
    if !separator.is_empty() {
        let twice = separator.repeat(2);
        while out.contains(&twice) {
            out = out.replace(&twice, separator);
        }
        let trimmed = out.strip_prefix(separator).unwrap_or(&out);
        let trimmed = trimmed.strip_suffix(separator).unwrap_or(trimmed).to_owned();
        out = trimmed;
    }
    if preserve_case { out } else { out.to_lowercase() }
}
