//! A server's RSA key before it is used: `mysql_common` takes it as it comes, and panics or computes for ever on one that no
//! server in good faith would send. What passes here is a key of a usual size in the one encoding that servers send.

/// OAEP with SHA-1 takes so many bytes of a block.
const PADDING: usize = 42;
/// The least and the most bytes of a modulus: 1024 to 8192 bits.
const MODULUS: std::ops::RangeInclusive<usize> = 128..=1024;
/// Bytes of the exponent. 65537 needs three.
const EXPONENT: usize = 4;

/// Whether `pem` is a key that a secret of so many bytes can be encrypted with.
pub(super) fn is_usable(pem: &[u8], secret: usize) -> bool {
    modulus_length(pem).is_some_and(|length| MODULUS.contains(&length) && secret + PADDING < length)
}

/// The bytes of the modulus, if all of the key is in order.
fn modulus_length(pem: &[u8]) -> Option<usize> {
    let text = std::str::from_utf8(pem).ok()?.trim_matches(['\0', '\n', '\r', ' ']);
    let (label, rest) = text.strip_prefix("-----BEGIN ")?.split_once("-----")?;
    let body = rest.strip_suffix("-----")?.strip_suffix(label)?.strip_suffix("-----END ")?;
    let der = base64(body)?;
    let key = match label {
        "RSA PUBLIC KEY" => der.as_slice(),
        "PUBLIC KEY" => bit_string(&der)?,
        _ => return None,
    };
    let (fields, []) = element(key, 0x30)? else { return None };
    let (modulus, rest) = element(fields, 0x02)?;
    let (exponent, []) = element(rest, 0x02)? else { return None };
    let (modulus, exponent) = (positive(modulus)?, positive(exponent)?);
    let is_odd = |number: &[u8]| number.last().is_some_and(|byte| byte & 1 == 1);
    (is_odd(modulus) && is_odd(exponent) && exponent.len() <= EXPONENT && exponent != [1]).then_some(modulus.len())
}

/// What a SubjectPublicKeyInfo has behind its algorithm.
fn bit_string(der: &[u8]) -> Option<&[u8]> {
    let (info, []) = element(der, 0x30)? else { return None };
    let (_algorithm, rest) = element(info, 0x30)?;
    let (bits, []) = element(rest, 0x03)? else { return None };
    bits.strip_prefix(&[0])
}

/// The content of the element that `der` begins with, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let rest = der.strip_prefix(&[tag])?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81 => (usize::from(*rest.first()?), &rest[1..]),
        0x82 => (usize::from(u16::from_be_bytes(*rest.first_chunk()?)), &rest[2..]),
        _ => return None,
    };
    rest.split_at_checked(length)
}

/// A number without its leading zeros; none for zero.
fn positive(number: &[u8]) -> Option<&[u8]> {
    let start = number.iter().position(|byte| *byte != 0)?;
    Some(&number[start..])
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let kept: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let digits = match kept.as_slice() {
        [digits @ .., b'=', b'='] | [digits @ .., b'='] => digits,
        digits => digits,
    };
    let mut bytes = Vec::with_capacity(digits.len());
    let (mut buffer, mut bits) = (0_u32, 0);
    for byte in digits {
        buffer = (buffer << 6 | u32::from(digit(*byte)?)) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((buffer >> bits) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        let mut out = vec![tag, 0x82];
        out.extend((content.len() as u16).to_be_bytes());
        out.extend(content);
        out
    }

    fn pem(label: &str, der: &[u8]) -> String {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = String::new();
        for chunk in der.chunks(3) {
            let mut group = [0; 3];
            group[..chunk.len()].copy_from_slice(chunk);
            let number = u32::from_be_bytes([0, group[0], group[1], group[2]]);
            for place in 0..4 {
                let digit = DIGITS[(number >> (18 - 6 * place) & 63) as usize];
                text.push(if place <= chunk.len() { digit as char } else { '=' });
            }
        }
        format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
    }

    fn key(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
        der(0x30, &[der(0x02, modulus), der(0x02, exponent)].concat())
    }

    #[test]
    fn only_usual_keys_are_used() {
        let good = [[0, 0xc1].as_slice(), &[0x55; 255]].concat();
        let check = |label: &str, der: &[u8], usable: bool| {
            assert_eq!(is_usable(pem(label, der).as_bytes(), 20), usable, "{label} {der:02x?}");
        };
        let good_key = key(&good, &[1, 0, 1]);
        check("RSA PUBLIC KEY", &good_key, true);
        let algorithm = der(0x30, &[5, 0]);
        let info = |bits: &[u8]| der(0x30, &[algorithm.clone(), der(0x03, bits)].concat());
        check("PUBLIC KEY", &info(&[&[0], good_key.as_slice()].concat()), true);
        check("PUBLIC KEY", &info(&[]), false);
        check("PUBLIC KEY", &good_key, false);
        check("PRIVATE KEY", &good_key, false);
        check("RSA PUBLIC KEY", &key(&[0], &[1, 0, 1]), false);
        check("RSA PUBLIC KEY", &key(&[], &[]), false);
        check("RSA PUBLIC KEY", &key(&[1], &[1, 0, 1]), false);
        check("RSA PUBLIC KEY", &key(&good, &[1]), false);
        check("RSA PUBLIC KEY", &key(&good, &good), false);
        check("RSA PUBLIC KEY", &key(&[good.as_slice(), &[0x54]].concat(), &[1, 0, 1]), false);
        check("RSA PUBLIC KEY", &key(&[0x55; 4096], &[1, 0, 1]), false);
        check("RSA PUBLIC KEY", &good_key[..good_key.len() - 1], false);
        check("RSA PUBLIC KEY", &[good_key.as_slice(), &[0]].concat(), false);
        check("RSA PUBLIC KEY", &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff], false);
        check("RSA PUBLIC KEY", &[], false);
        assert!(!is_usable(b"-----BEGIN RSA PUBLIC KEY-----", 20));
        assert!(!is_usable(b"-----BEGIN A-----!-----END A-----", 20));
        assert!(!is_usable(&[0xff; 100], 20));
        let large_secret = is_usable(pem("RSA PUBLIC KEY", &good_key).as_bytes(), 214);
        assert!(!large_secret);
    }
}
