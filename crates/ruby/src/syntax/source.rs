//! A source file as read: its bytes, where its lines begin, and the excerpt every error shows.

use std::borrow::Cow;

const EXCERPT_WIDTH: usize = 160;

/// Where a node stands: byte offsets into its file, and the line a backtrace names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub start: u32,
    pub end: u32,
    /// The line Ruby names in a backtrace, from 1. For a call this is the line of the method's name.
    pub line: u32,
}

/// A file's text, and its name in messages.
#[derive(Debug)]
pub struct SourceFile {
    pub path: String,
    bytes: Vec<u8>,
    line_starts: Vec<u32>,
}

impl SourceFile {
    /// The path is not opened.
    pub fn new(path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        let mut line_starts = vec![0];
        line_starts.extend(bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at as u32 + 1));
        Self { path: path.into(), bytes, line_starts }
    }

    /// The text as it was read.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What stands there.
    pub fn text(&self, span: Span) -> String {
        let end = (span.end as usize).min(self.bytes.len());
        let start = (span.start as usize).min(end);
        String::from_utf8_lossy(&self.bytes[start..end]).into_owned()
    }

    /// Line from 1 and column from 1 (in characters) of a byte offset.
    pub fn position(&self, offset: u32) -> (u32, u32) {
        let offset = offset.min(self.bytes.len() as u32);
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts[line - 1] as usize;
        let column = String::from_utf8_lossy(&self.bytes[start..offset as usize]).chars().count();
        (line as u32, column as u32 + 1)
    }

    /// The text of a line from 1, without its line end.
    pub fn line(&self, line: u32) -> String {
        let Some(start) = self.line_starts.get((line as usize).wrapping_sub(1)) else { return String::new() };
        let end = self.line_starts.get(line as usize).map_or(self.bytes.len(), |next| *next as usize - 1);
        String::from_utf8_lossy(&self.bytes[*start as usize..end.max(*start as usize)])
            .trim_end_matches('\r')
            .to_owned()
    }

    /// The line a span begins on, with carets under the part of the span that stands on it. Of a long line only what
    /// is near.
    pub fn excerpt(&self, span: Span) -> String {
        let (line, column) = self.position(span.start);
        let text: Vec<char> = self.line(line).chars().collect();
        let at = (column as usize - 1).min(text.len());
        let width = self.text(span).lines().next().map_or(0, |text| text.chars().count());
        let first = if text.len() <= EXCERPT_WIDTH { 0 } else { at.saturating_sub(EXCERPT_WIDTH / 2) };
        let shown = &text[first..text.len().min(first + EXCERPT_WIDTH)];
        let before = at - first;
        let width = width.clamp(1, (shown.len() - before).max(1));
        let indent: String = shown[..before].iter().map(|char| if *char == '\t' { '\t' } else { ' ' }).collect();
        let shown: String = shown.iter().collect();
        let number = line.to_string();
        let gutter = " ".repeat(number.len());
        let carets = "^".repeat(width);
        format!("{number} | {shown}\n{gutter} | {indent}{carets}")
    }
}

/// Text as a message shows it: what somebody else has written may be as long as a file.
pub fn cut(text: &str, most: usize) -> Cow<'_, str> {
    match text.char_indices().nth(most) {
        None => Cow::Borrowed(text),
        Some((end, _)) => {
            let rest = text[end..].chars().count();
            Cow::Owned(format!("{}… ({rest} more characters)", &text[..end]))
        }
    }
}

/// Something to tell about a place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub message: String,
    pub span: Span,
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
}

impl Diagnostic {
    pub fn new(file: &SourceFile, span: Span, message: impl Into<String>) -> Self {
        let (line, column) = file.position(span.start);
        Self { message: message.into(), span, line, column }
    }

    /// `file:line:column: message`, then the excerpt.
    pub fn render(&self, file: &SourceFile) -> String {
        format!("{}:{}:{}: {}\n{}", file.path, self.line, self.column, self.message, file.excerpt(self.span))
    }
}
