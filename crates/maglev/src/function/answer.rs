//! What the function answers: the JSON of a success, or a Lambda function error.

use serde::Serialize;

use crate::envelope::{Answer, FunctionError, MAGLEV_VERSION};
use crate::exit::Exit;

pub enum Outcome {
    Answer(Box<Answer>),
    Error(Box<FunctionError>),
}

/// An error before any migration was looked at.
pub fn failed(class: &str, error: &anyhow::Error, exit: Exit) -> Outcome {
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

/// JSON in which the word that scripts look for never stands: of a success, whatever a migration prints.
pub fn safe_json(answer: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    Ok(serde_json::to_string(answer)?.replace("errorMessage", "error\\u004dessage").into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::envelope::Status;

    #[test]
    fn a_success_does_not_look_like_an_error() {
        let answer = Answer {
            status: Status::Ok,
            maglev: String::new(),
            migrated: Vec::new(),
            pending: Some(0),
            output: "errorMessage".to_owned(),
            error_output: String::new(),
            exit: 0,
            milliseconds: 1.0,
        };
        let text = String::from_utf8(safe_json(&answer).unwrap()).unwrap();
        assert!(!text.contains("errorMessage"), "{text}");
        assert_eq!(serde_json::from_str::<Answer>(&text).unwrap(), answer);
    }
}
