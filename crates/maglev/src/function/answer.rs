//! What the function answers: the JSON of a success, or a Lambda function error.

use std::time::Instant;

use serde::Serialize;

use crate::envelope::{self, Answer, FunctionError, MAGLEV_VERSION, Status};
use crate::events::milliseconds;
use crate::exit::Exit;

/// What an invocation ends with.
pub(crate) enum Outcome {
    Answer(Box<Answer>),
    Error(Box<FunctionError>),
}

/// An error before any migration was looked at.
pub(crate) fn failed(class: &str, error: &anyhow::Error, exit: Exit) -> Outcome {
    let message = format!("{error:#}");
    Outcome::Error(Box::new(FunctionError {
        error_type: class.to_owned(),
        error_output: format!("error: {message}\n"),
        error_message: message,
        maglev: MAGLEV_VERSION.to_owned(),
        exit: Some(exit as u8),
        ..FunctionError::default()
    }))
}

/// Which Maglev this is: no database is asked, nor anything of AWS.
pub(crate) fn about_itself(started: Instant) -> Outcome {
    Outcome::Answer(Box::new(Answer {
        status: Status::Ok,
        maglev: MAGLEV_VERSION.to_owned(),
        migrated: Vec::new(),
        pending: None,
        output: format!("{}\n", envelope::about_itself()),
        error_output: String::new(),
        schemas: Vec::new(),
        exit: 0,
        milliseconds: milliseconds(started.elapsed()),
    }))
}

/// What Lambda takes as an answer, with room for the rest of it.
const LARGEST: usize = 6 * 1024 * 1024 - (64 << 10);

/// An answer as JSON, its output cut where Lambda would not take it: what ran has run, and must not look as if it had failed.
pub(crate) fn fitting_answer(mut answer: Answer) -> serde_json::Result<Vec<u8>> {
    loop {
        let json = safe_json(&answer)?;
        if json.len() <= LARGEST || !shorten(&mut [&mut answer.output, &mut answer.error_output], json.len()) {
            return Ok(json);
        }
    }
}

/// An error as JSON, cut likewise.
pub(crate) fn fitting_error(mut error: FunctionError) -> serde_json::Result<Vec<u8>> {
    loop {
        let json = serde_json::to_vec(&error)?;
        let texts = &mut [&mut error.output, &mut error.error_output, &mut error.error_message];
        if json.len() <= LARGEST || !shorten(texts, json.len()) {
            return Ok(json);
        }
    }
}

/// Takes the middle out of the longest text. Whether there was one.
fn shorten(texts: &mut [&mut String], json: usize) -> bool {
    let Some(text) = texts.iter_mut().max_by_key(|text| text.len()).filter(|text| text.len() > 8192) else {
        return false;
    };
    // Characters may be longer in JSON; what is still too long is cut once more.
    let keep = (text.len().saturating_mul(LARGEST) / json.max(1)).saturating_sub(1024) / 2;
    let (head, tail) = (line_end_before(text, keep), line_start_after(text, text.len() - keep.min(text.len())));
    let tail = tail.max(head);
    let left_out = tail - head;
    **text = format!(
        "{}[... {left_out} bytes are left out here; the function's log has them]\n{}",
        &text[..head],
        &text[tail..]
    );
    true
}

/// The end of the last line before a place; the place itself, or the one before it, where no line ends.
fn line_end_before(text: &str, place: usize) -> usize {
    let place = (0..=place.min(text.len())).rev().find(|&place| text.is_char_boundary(place)).unwrap_or(0);
    text[..place].rfind('\n').map_or(place, |end| end + 1)
}

/// The start of the first line behind a place; the place itself, or the one behind it, where no line starts.
fn line_start_after(text: &str, place: usize) -> usize {
    let place = (place..text.len()).find(|&place| text.is_char_boundary(place)).unwrap_or(text.len());
    text[place..].find('\n').map(|end| place + end + 1).filter(|&start| start < text.len()).unwrap_or(place)
}

/// JSON in which the word that scripts look for never stands: of a success, whatever a migration prints.
pub(crate) fn safe_json(answer: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    Ok(serde_json::to_string(answer)?.replace("errorMessage", "error\\u004dessage").into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_cut_in_its_middle() {
        for line in ["-- add_column(:a, :b)\n", "\u{1}\u{1}\n", "ä", &("x".repeat(100_000) + "\n")] {
            let output = format!("first\n{}\nlast\n", line.repeat(9_000_000 / line.len()));
            let json = fitting_answer(Answer { output, ..answer() }).unwrap();
            assert!(json.len() <= LARGEST);
            let back: Answer = serde_json::from_slice(&json).unwrap();
            assert!(back.output.starts_with("first\n") && back.output.ends_with("\nlast\n"));
            assert!(back.output.contains("left out"));
        }
        let message = "x".repeat(7_000_000);
        let error = FunctionError { error_type: "A".to_owned(), error_message: message, ..FunctionError::default() };
        assert!(fitting_error(error).unwrap().len() <= LARGEST);
    }

    fn answer() -> Answer {
        Answer {
            status: Status::Ok,
            maglev: String::new(),
            migrated: Vec::new(),
            pending: Some(0),
            output: String::new(),
            error_output: String::new(),
            schemas: Vec::new(),
            exit: 0,
            milliseconds: 1.0,
        }
    }

    #[test]
    fn a_success_does_not_look_like_an_error() {
        let answer = Answer { output: "errorMessage".to_owned(), ..answer() };
        let text = String::from_utf8(safe_json(&answer).unwrap()).unwrap();
        assert!(!text.contains("errorMessage"), "{text}");
        assert_eq!(serde_json::from_str::<Answer>(&text).unwrap(), answer);
    }
}
