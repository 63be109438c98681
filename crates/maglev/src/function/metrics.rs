//! One line for each invocation in CloudWatch's embedded metric format, of which CloudWatch makes metrics: no call, no right and no
//! library of AWS' is needed.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::answer::Outcome;
use super::invocation::Invocation;
use super::log::Level;
use crate::env_vars;
use crate::events::milliseconds;

const NAMESPACE: &str = "Maglev";
/// What tells functions apart. Each dimension more would be metrics more, which AWS bills.
const DIMENSION: &str = "FunctionName";

/// Writes the line of an invocation.
pub(super) fn write(invocation: &Invocation, outcome: &Outcome) {
    let (migrated, failures) = match outcome {
        Outcome::Answer(answer) => (answer.migrated.len(), 0),
        Outcome::Error(error) => (error.migrated.len(), 1),
    };
    let metrics: [(&str, &str, Value); 5] = [
        ("Invocations", "Count", 1.into()),
        ("Migrations", "Count", migrated.into()),
        ("Failures", "Count", failures.into()),
        ("Milliseconds", "Milliseconds", milliseconds(invocation.started.elapsed()).into()),
        ("Statements", "Count", invocation.statements().into()),
    ];
    let told: Vec<Value> = metrics.iter().map(|(name, unit, _)| json!({"Name": name, "Unit": unit})).collect();
    let mut line = json!({
        "_aws": {
            "Timestamp": Timestamp::now().as_millisecond(),
            "CloudWatchMetrics": [{"Namespace": NAMESPACE, "Dimensions": [[DIMENSION]], "Metrics": told}],
        },
        DIMENSION: env_vars::get(env_vars::AWS_LAMBDA_FUNCTION_NAME).unwrap_or_default(),
    });
    for (name, _, value) in metrics {
        line[name] = value;
    }
    invocation.log.own(Level::Info, line);
}
