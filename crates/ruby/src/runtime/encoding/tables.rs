//! Bytes to characters and back, by encoding. Where Ruby's transcoder differs from WHATWG's tables, [`Corrections`] say so;
//! they were found by holding every sequence of each encoding against Ruby 3.3's `String#encode`.

use std::cell::RefCell;
use std::rc::Rc;

use encoding_rs as whatwg;

use super::{Encoding, NoBytes, Unit};

/// How an encoding is read and written.
#[derive(Clone, Copy)]
pub(super) enum Codec {
    Utf8,
    Binary,
    Ascii,
    Latin1,
    Utf16 {
        big: bool,
    },
    Utf32 {
        big: bool,
    },
    /// One byte a character.
    Single(&'static Corrections),
    /// By lead byte.
    Multi(&'static Corrections, Shape),
}

/// Which sequences a multi-byte encoding has.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    ShiftJis,
    EucJp,
    /// Code set 3 (JIS X 0212) is absent.
    Cp51932,
    Euc,
    Cp949,
    Gbk,
    Gb18030,
    Big5,
}

/// Where Ruby's table of an encoding differs from that of the crate.
pub(super) struct Corrections {
    name: &'static str,
    table: &'static whatwg::Encoding,
    /// Sequences that stand for nothing, first and last.
    gaps: &'static [(u32, u32)],
    /// Sequences that stand for something else.
    other: &'static [(u32, u32)],
    /// Characters that are written as a sequence that is read as another one.
    also: &'static [(u32, u32)],
    /// Characters that are not written though the table writes them.
    unwritten: &'static [u32],
    /// Sequences of which Ruby knows more.
    unknown: &'static [(u32, u32)],
}

const PLAIN: Corrections =
    Corrections { name: "", table: whatwg::UTF_8, gaps: &[], other: &[], also: &[], unwritten: &[], unknown: &[] };

/// The yen and the overline, which WHATWG writes as ASCII, and the minus that has two forms.
const JAPANESE: &[u32] = &[0xa5, 0x203e, 0x2212];

/// C1, which ISO 8859 has where Windows has letters.
const C1: &[(u32, u32)] = &[
    (0x80, 0x80),
    (0x81, 0x81),
    (0x82, 0x82),
    (0x83, 0x83),
    (0x84, 0x84),
    (0x85, 0x85),
    (0x86, 0x86),
    (0x87, 0x87),
    (0x88, 0x88),
    (0x89, 0x89),
    (0x8a, 0x8a),
    (0x8b, 0x8b),
    (0x8c, 0x8c),
    (0x8d, 0x8d),
    (0x8e, 0x8e),
    (0x8f, 0x8f),
    (0x90, 0x90),
    (0x91, 0x91),
    (0x92, 0x92),
    (0x93, 0x93),
    (0x94, 0x94),
    (0x95, 0x95),
    (0x96, 0x96),
    (0x97, 0x97),
    (0x98, 0x98),
    (0x99, 0x99),
    (0x9a, 0x9a),
    (0x9b, 0x9b),
    (0x9c, 0x9c),
    (0x9d, 0x9d),
    (0x9e, 0x9e),
    (0x9f, 0x9f),
];

#[rustfmt::skip]
static SINGLE: &[Corrections] = &[
    Corrections { name: "ISO-8859-2", table: whatwg::ISO_8859_2, ..PLAIN },
    Corrections { name: "ISO-8859-3", table: whatwg::ISO_8859_3, ..PLAIN },
    Corrections { name: "ISO-8859-4", table: whatwg::ISO_8859_4, ..PLAIN },
    Corrections { name: "ISO-8859-5", table: whatwg::ISO_8859_5, ..PLAIN },
    Corrections { name: "ISO-8859-6", table: whatwg::ISO_8859_6, ..PLAIN },
    Corrections { name: "ISO-8859-7", table: whatwg::ISO_8859_7, ..PLAIN },
    Corrections { name: "ISO-8859-8", table: whatwg::ISO_8859_8, ..PLAIN },
    Corrections { name: "ISO-8859-9", table: whatwg::WINDOWS_1254, other: C1, ..PLAIN },
    Corrections { name: "ISO-8859-10", table: whatwg::ISO_8859_10, ..PLAIN },
    Corrections { name: "ISO-8859-11", table: whatwg::WINDOWS_874, other: C1, ..PLAIN },
    Corrections { name: "ISO-8859-13", table: whatwg::ISO_8859_13, ..PLAIN },
    Corrections { name: "ISO-8859-14", table: whatwg::ISO_8859_14, ..PLAIN },
    Corrections { name: "ISO-8859-15", table: whatwg::ISO_8859_15, ..PLAIN },
    Corrections { name: "ISO-8859-16", table: whatwg::ISO_8859_16, ..PLAIN },
    Corrections { name: "Windows-1250", table: whatwg::WINDOWS_1250, gaps: &[(0x81, 0x81), (0x83, 0x83), (0x88, 0x88), (0x90, 0x90), (0x98, 0x98)], ..PLAIN },
    Corrections { name: "Windows-1251", table: whatwg::WINDOWS_1251, gaps: &[(0x98, 0x98)], ..PLAIN },
    Corrections { name: "Windows-1252", table: whatwg::WINDOWS_1252, gaps: &[(0x81, 0x81), (0x8d, 0x8d), (0x8f, 0x90), (0x9d, 0x9d)], ..PLAIN },
    Corrections { name: "Windows-1253", table: whatwg::WINDOWS_1253, gaps: &[(0x81, 0x81), (0x88, 0x88), (0x8a, 0x8a), (0x8c, 0x90), (0x98, 0x98), (0x9a, 0x9a), (0x9c, 0x9f)], ..PLAIN },
    Corrections { name: "Windows-1254", table: whatwg::WINDOWS_1254, gaps: &[(0x81, 0x81), (0x8d, 0x90), (0x9d, 0x9e)], ..PLAIN },
    Corrections { name: "Windows-1255", table: whatwg::WINDOWS_1255, gaps: &[(0x81, 0x81), (0x8a, 0x8a), (0x8c, 0x90), (0x9a, 0x9a), (0x9c, 0x9f)], ..PLAIN },
    Corrections { name: "Windows-1256", table: whatwg::WINDOWS_1256, ..PLAIN },
    Corrections { name: "Windows-1257", table: whatwg::WINDOWS_1257, gaps: &[(0x81, 0x81), (0x83, 0x83), (0x88, 0x88), (0x8a, 0x8a), (0x8c, 0x8c), (0x90, 0x90), (0x98, 0x98), (0x9a, 0x9a), (0x9c, 0x9c), (0x9f, 0x9f)], ..PLAIN },
    Corrections { name: "Windows-874", table: whatwg::WINDOWS_874, gaps: &[(0x81, 0x84), (0x86, 0x90), (0x98, 0x9f)], ..PLAIN },
    Corrections { name: "TIS-620", table: whatwg::WINDOWS_874, gaps: &[(0x80, 0xa0)], ..PLAIN },
    Corrections { name: "KOI8-R", table: whatwg::KOI8_R, ..PLAIN },
    Corrections { name: "KOI8-U", table: whatwg::KOI8_U, other: &[(0xae, 0x255d), (0xbe, 0x256c)], ..PLAIN },
    Corrections { name: "IBM866", table: whatwg::IBM866, ..PLAIN },
    Corrections { name: "macRoman", table: whatwg::MACINTOSH, gaps: &[(0xf0, 0xf0)], other: &[(0xbd, 0x2126), (0xdb, 0xa4)], ..PLAIN },
    Corrections { name: "macCyrillic", table: whatwg::X_MAC_CYRILLIC, other: &[(0xa2, 0xa2), (0xb6, 0x2202), (0xff, 0xa4)], ..PLAIN },
];

#[rustfmt::skip]
static MULTI: &[(Corrections, Shape)] = &[
    (Corrections { name: "Windows-31J", table: whatwg::SHIFT_JIS, unwritten: JAPANESE, ..PLAIN }, Shape::ShiftJis),
    (Corrections {
        name: "Shift_JIS", table: whatwg::SHIFT_JIS, unwritten: JAPANESE, also: &[(0x815c, 0x2015)],
        gaps: &[(0x8740, 0x879c), (0xed40, 0xfc4b)],
        other: &[(0x815c, 0x2014), (0x8160, 0x301c), (0x8161, 0x2016), (0x817c, 0x2212), (0x8191, 0xa2), (0x8192, 0xa3), (0x81ca, 0xac)],
        ..PLAIN
    }, Shape::ShiftJis),
    (Corrections {
        name: "EUC-JP", table: whatwg::EUC_JP, unwritten: JAPANESE, also: &[(0xa1bd, 0x2015)],
        gaps: &[(0xada1, 0xadfc), (0xf9a1, 0xfcfe)],
        other: &[(0xa1bd, 0x2014), (0xa1c1, 0x301c), (0xa1c2, 0x2016), (0xa1dd, 0x2212), (0xa1f1, 0xa2), (0xa1f2, 0xa3), (0xa2cc, 0xac), (0x008f_a2b7, 0x7e)],
        ..PLAIN
    }, Shape::EucJp),
    (Corrections { name: "CP51932", table: whatwg::EUC_JP, unwritten: JAPANESE, ..PLAIN }, Shape::Cp51932),
    (Corrections { name: "EUC-KR", table: whatwg::EUC_KR, ..PLAIN }, Shape::Euc),
    (Corrections { name: "CP949", table: whatwg::EUC_KR, ..PLAIN }, Shape::Cp949),
    (Corrections {
        name: "GBK", table: whatwg::GBK,
        gaps: &[
            (0xa140, 0xa1a0), (0xa240, 0xa2a0), (0xa2ab, 0xa2b0), (0xa2e3, 0xa2e4), (0xa2ef, 0xa2f0), (0xa2fd, 0xa3a0), (0xa440, 0xa4a0), (0xa4f4, 0xa5a0),
            (0xa5f7, 0xa6a0), (0xa6b9, 0xa6c0), (0xa6d9, 0xa6df), (0xa6ec, 0xa6ed), (0xa6f3, 0xa6f3), (0xa6f6, 0xa7a0), (0xa7c2, 0xa7d0), (0xa7f2, 0xa7fe),
            (0xa896, 0xa8a0), (0xa8bc, 0xa8bc), (0xa8bf, 0xa8bf), (0xa8c1, 0xa8c4), (0xa8ea, 0xa8fe), (0xa958, 0xa958), (0xa95b, 0xa95b), (0xa95d, 0xa95f),
            (0xa989, 0xa995), (0xa997, 0xa9a3), (0xa9f0, 0xa9fe), (0xaaa1, 0xaafe), (0xaba1, 0xabfe), (0xaca1, 0xacfe), (0xada1, 0xadfe), (0xaea1, 0xaefe),
            (0xafa1, 0xaffe), (0xd7fa, 0xd7fe), (0xf8a1, 0xf8fe), (0xf9a1, 0xf9fe), (0xfaa1, 0xfafe), (0xfba1, 0xfbfe), (0xfca1, 0xfcfe), (0xfda1, 0xfdfe),
            (0xfe50, 0xfefe),
        ],
        ..PLAIN
    }, Shape::Gbk),
    (Corrections {
        name: "GB2312", table: whatwg::GBK, also: &[(0xa1aa, 0x2015), (0xa1a4, 0x30fb)],
        gaps: &[
            (0xa2a1, 0xa2b0), (0xa2e3, 0xa2e4), (0xa2ef, 0xa2f0), (0xa2fd, 0xa2fe), (0xa4f4, 0xa4fe), (0xa5f7, 0xa5fe), (0xa6b9, 0xa6c0), (0xa6d9, 0xa6fe),
            (0xa7c2, 0xa7d0), (0xa7f2, 0xa7fe), (0xa8bb, 0xa8c4), (0xa8ea, 0xa9a3), (0xa9f0, 0xaffe), (0xd7fa, 0xd7fe), (0xf8a1, 0xfefe),
        ],
        ..PLAIN
    }, Shape::Euc),
    (Corrections {
        name: "GB18030", table: whatwg::GB18030,
        also: &[(0x8135_f437, 0x1e3f), (0x8235_9037, 0x9fb4), (0x8235_9038, 0x9fb5), (0x8235_9039, 0x9fb6), (0x8235_9130, 0x9fb7), (0x8235_9131, 0x9fb8), (0x8235_9132, 0x9fb9), (0x8235_9133, 0x9fba), (0x8235_9134, 0x9fbb), (0x8431_8236, 0xfe10), (0x8431_8237, 0xfe11), (0x8431_8238, 0xfe12), (0x8431_8239, 0xfe13), (0x8431_8330, 0xfe14), (0x8431_8331, 0xfe15), (0x8431_8332, 0xfe16), (0x8431_8333, 0xfe17), (0x8431_8334, 0xfe18), (0x8431_8335, 0xfe19)],
        other: &[
            (0xa3a0, 0xe5e5), (0xa6d9, 0xe78d), (0xa6da, 0xe78e), (0xa6db, 0xe78f), (0xa6dc, 0xe790), (0xa6dd, 0xe791), (0xa6de, 0xe792), (0xa6df, 0xe793),
            (0xa6ec, 0xe794), (0xa6ed, 0xe795), (0xa6f3, 0xe796), (0xa8bc, 0xe7c7), (0xfe59, 0xe81e), (0xfe61, 0xe826), (0xfe66, 0xe82b), (0xfe67, 0xe82c),
            (0xfe6d, 0xe832), (0xfe7e, 0xe843), (0xfe90, 0xe854), (0xfea0, 0xe864),
        ],
        ..PLAIN
    }, Shape::Gb18030),
    (Corrections {
        name: "Big5", table: whatwg::BIG5,
        gaps: &[(0xa3c0, 0xa3e0), (0xfa40, 0xfefe)], unknown: &[(0xc6a1, 0xc8fe)],
        ..PLAIN
    }, Shape::Big5),
];

/// Characters and their sequences, sorted.
type Written = Rc<Vec<(char, u32)>>;

thread_local! {
    /// For each encoding that was asked for, how it is read.
    static CODECS: RefCell<Vec<(Encoding, Option<Codec>)>> = const { RefCell::new(Vec::new()) };
    /// The characters of JIS X 0212, which the table reads and does not write.
    static JIS_X_0212: RefCell<Option<Written>> = const { RefCell::new(None) };
}

impl Codec {
    /// The encoding's table; None where it has none.
    pub(super) fn of(encoding: Encoding) -> Option<Self> {
        match encoding {
            Encoding::UTF_8 => return Some(Self::Utf8),
            Encoding::BINARY => return Some(Self::Binary),
            Encoding::US_ASCII => return Some(Self::Ascii),
            _ => {}
        }
        let known =
            CODECS.with_borrow(|codecs| codecs.iter().find(|(known, _)| *known == encoding).map(|found| found.1));
        known.unwrap_or_else(|| {
            let codec = Self::by_name(encoding.name());
            CODECS.with_borrow_mut(|codecs| codecs.push((encoding, codec)));
            codec
        })
    }

    fn by_name(name: &str) -> Option<Self> {
        Some(match name {
            "ISO-8859-1" => Self::Latin1,
            "UTF-16LE" => Self::Utf16 { big: false },
            // Of a string that has its mark.
            "UTF-16BE" | "UTF-16" => Self::Utf16 { big: true },
            "UTF-32LE" => Self::Utf32 { big: false },
            "UTF-32BE" | "UTF-32" => Self::Utf32 { big: true },
            _ => {
                if let Some(single) = SINGLE.iter().find(|single| single.name == name) {
                    return Some(Self::Single(single));
                }
                let (multi, shape) = MULTI.iter().find(|(multi, _)| multi.name == name)?;
                Self::Multi(multi, *shape)
            }
        })
    }

    /// The first character of some bytes, and how many of them it takes.
    pub(super) fn first(self, bytes: &[u8]) -> (Unit, usize) {
        let byte = bytes[0];
        match self {
            Self::Utf8 => first_of_utf8(bytes),
            Self::Binary | Self::Ascii if byte < 0x80 => (Unit::Char(char::from(byte)), 1),
            Self::Binary => (Unit::Undefined, 1),
            Self::Ascii => (Unit::Invalid, 1),
            Self::Latin1 => (Unit::Char(char::from(byte)), 1),
            Self::Utf16 { big } => first_of_utf16(bytes, big),
            Self::Utf32 { big } => match bytes {
                [a, b, c, d, ..] => {
                    let number = [*a, *b, *c, *d];
                    let number = if big { u32::from_be_bytes(number) } else { u32::from_le_bytes(number) };
                    (char::from_u32(number).map_or(Unit::Invalid, Unit::Char), 4)
                }
                _ => (Unit::Incomplete, bytes.len()),
            },
            Self::Single(corrections) => (corrections.char_of(&bytes[..1]), 1),
            Self::Multi(corrections, shape) => match shape.length(bytes) {
                Ok(length) => (corrections.char_of(&bytes[..length]), length),
                Err(unit) => unit,
            },
        }
    }

    /// A character's bytes, appended.
    pub(super) fn encode(self, c: char, out: &mut Vec<u8>) -> Result<(), NoBytes> {
        let code = c as u32;
        match self {
            Self::Utf8 => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            Self::Binary | Self::Ascii if code < 0x80 => out.push(code as u8),
            Self::Latin1 if code < 0x100 => out.push(code as u8),
            Self::Binary | Self::Ascii | Self::Latin1 => return Err(NoBytes::Undefined),
            Self::Utf16 { big } => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out.extend(if big { unit.to_be_bytes() } else { unit.to_le_bytes() });
                }
            }
            Self::Utf32 { big } => out.extend(if big { code.to_be_bytes() } else { code.to_le_bytes() }),
            Self::Single(corrections) => corrections.write(c, None, out)?,
            Self::Multi(corrections, shape) => corrections.write(c, Some(shape), out)?,
        }
        Ok(())
    }
}

fn first_of_utf8(bytes: &[u8]) -> (Unit, usize) {
    let Some(chunk) = bytes[..bytes.len().min(8)].utf8_chunks().next() else { return (Unit::Incomplete, 0) };
    if let Some(c) = chunk.valid().chars().next() {
        return (Unit::Char(c), c.len_utf8());
    }
    let bad = chunk.invalid();
    let ends = bad.len() == bytes.len() && std::str::from_utf8(bad).is_err_and(|error| error.error_len().is_none());
    (if ends { Unit::Incomplete } else { Unit::Invalid }, bad.len())
}

fn first_of_utf16(bytes: &[u8], big: bool) -> (Unit, usize) {
    let unit = |at: usize| {
        let pair = [*bytes.get(at)?, *bytes.get(at + 1)?];
        Some(if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
    };
    let Some(first) = unit(0) else { return (Unit::Incomplete, bytes.len()) };
    match (first, unit(2)) {
        (0xd800..=0xdbff, Some(second @ 0xdc00..=0xdfff)) => {
            let c = char::decode_utf16([first, second]).next().and_then(Result::ok);
            (c.map_or(Unit::Invalid, Unit::Char), 4)
        }
        (0xd800..=0xdbff, None) => (Unit::Incomplete, bytes.len()),
        (0xd800..=0xdfff, _) => (Unit::Invalid, 2),
        _ => (char::from_u32(first.into()).map_or(Unit::Invalid, Unit::Char), 2),
    }
}

impl Shape {
    /// How long the sequence is that bytes begin with.
    fn length(self, bytes: &[u8]) -> Result<usize, (Unit, usize)> {
        let lead = bytes[0];
        if lead < 0x80 {
            return Ok(1);
        }
        let is_trail = |byte: u8| match self {
            Self::ShiftJis => matches!(byte, 0x40..=0x7e | 0x80..=0xfc),
            Self::EucJp | Self::Cp51932 | Self::Euc => matches!(byte, 0xa1..=0xfe),
            Self::Cp949 => matches!(byte, 0x41..=0x5a | 0x61..=0x7a | 0x81..=0xfe),
            Self::Gbk | Self::Gb18030 => matches!(byte, 0x40..=0x7e | 0x80..=0xfe),
            Self::Big5 => matches!(byte, 0x40..=0x7e | 0xa1..=0xfe),
        };
        let length = match (self, lead) {
            (Self::ShiftJis, 0xa1..=0xdf) | (Self::Cp949 | Self::Gbk, 0x80) => 1,
            (Self::ShiftJis, 0x81..=0x9f | 0xe0..=0xfc) => 2,
            (Self::EucJp, 0x8f) => 3,
            (Self::EucJp | Self::Cp51932, 0x8e) => 2,
            (Self::EucJp | Self::Cp51932 | Self::Euc | Self::Big5, 0xa1..=0xfe) => 2,
            (Self::Cp949 | Self::Gbk | Self::Gb18030, 0x81..=0xfe) => 2,
            _ => return Err((Unit::Invalid, 1)),
        };
        if self == Self::Gb18030 && matches!(bytes.get(1), Some(0x30..=0x39)) {
            return match bytes {
                [_, _, 0x81..=0xfe, 0x30..=0x39, ..] => Ok(4),
                [_, _] | [_, _, 0x81..=0xfe] => Err((Unit::Incomplete, bytes.len())),
                _ => Err((Unit::Invalid, 1)),
            };
        }
        for at in 1..length {
            match bytes.get(at) {
                None => return Err((Unit::Incomplete, bytes.len())),
                Some(byte) if !is_trail(*byte) => return Err((Unit::Invalid, at)),
                Some(_) => {}
            }
        }
        Ok(length)
    }
}

fn number(bytes: &[u8]) -> u32 {
    bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

fn is_within(ranges: &[(u32, u32)], sequence: u32) -> bool {
    ranges.iter().any(|(first, last)| (*first..=*last).contains(&sequence))
}

impl Corrections {
    fn char_of(&self, bytes: &[u8]) -> Unit {
        if bytes[0] < 0x80 {
            return Unit::Char(char::from(bytes[0]));
        }
        let sequence = number(bytes);
        if let Some((_, code)) = self.other.iter().find(|(own, _)| *own == sequence) {
            return char::from_u32(*code).map_or(Unit::Undefined, Unit::Char);
        }
        if is_within(self.gaps, sequence) || is_within(self.unknown, sequence) {
            return Unit::Undefined;
        }
        match self.table.decode_without_bom_handling_and_without_replacement(bytes) {
            Some(text) => {
                let mut chars = text.chars();
                match (chars.next(), chars.next()) {
                    (Some(c), None) => Unit::Char(c),
                    _ => Unit::Undefined,
                }
            }
            None => Unit::Undefined,
        }
    }

    fn write(&self, c: char, shape: Option<Shape>, out: &mut Vec<u8>) -> Result<(), NoBytes> {
        let code = c as u32;
        if code < 0x80 {
            out.push(code as u8);
            return Ok(());
        }
        if let Some((sequence, _)) = self.other.iter().chain(self.also).find(|(_, own)| *own == code) {
            push(*sequence, out);
            return Ok(());
        }
        if self.unwritten.contains(&code) {
            return Err(NoBytes::Undefined);
        }
        if let (Some(Shape::ShiftJis), 0xe000..=0xe757, "Windows-31J") = (shape, code, self.name) {
            let (row, column) = ((code - 0xe000) / 188, (code - 0xe000) % 188);
            push((0xf0 + row) << 8 | (0x40 + column + u32::from(column >= 63)), out);
            return Ok(());
        }
        // Hebrew letters with points are written as two, which is not done here.
        if self.name == "Windows-1255" && (0xfb1d..=0xfb4e).contains(&code) {
            return Err(NoBytes::Unknown);
        }
        let mut buffer = [0; 4];
        let (bytes, _, unmappable) = self.table.encode(c.encode_utf8(&mut buffer));
        if unmappable {
            return self.write_rare(c, shape, out);
        }
        // What is read as something else, or as nothing, is not written either.
        match shape.map_or(Ok(1), |shape| shape.length(&bytes)) {
            Ok(length) if length == bytes.len() => {}
            _ => return Err(NoBytes::Undefined),
        }
        if is_within(self.unknown, number(&bytes)) {
            return Err(NoBytes::Unknown);
        }
        if self.char_of(&bytes) != Unit::Char(c) {
            return self.write_rare(c, shape, out);
        }
        out.extend_from_slice(&bytes);
        Ok(())
    }

    /// What the table reads and does not write.
    fn write_rare(&self, c: char, shape: Option<Shape>, out: &mut Vec<u8>) -> Result<(), NoBytes> {
        if shape != Some(Shape::EucJp) {
            return Err(NoBytes::Undefined);
        }
        let written =
            JIS_X_0212.with_borrow_mut(|table| Rc::clone(table.get_or_insert_with(|| Rc::new(self.jis_x_0212()))));
        match written.binary_search_by_key(&c, |(c, _)| *c) {
            Ok(found) => {
                push(written[found].1, out);
                Ok(())
            }
            Err(_) => Err(NoBytes::Undefined),
        }
    }

    fn jis_x_0212(&self) -> Vec<(char, u32)> {
        let mut table = Vec::new();
        for row in 0xa1..=0xfe_u8 {
            for column in 0xa1..=0xfe_u8 {
                let bytes = [0x8f, row, column];
                if let Unit::Char(c) = self.char_of(&bytes) {
                    table.push((c, number(&bytes)));
                }
            }
        }
        table.sort_unstable();
        table
    }
}

/// A sequence without its leading zeros.
fn push(sequence: u32, out: &mut Vec<u8>) {
    let bytes = sequence.to_be_bytes();
    let zeros = (sequence.leading_zeros() / 8) as usize;
    out.extend_from_slice(&bytes[zeros..]);
}
