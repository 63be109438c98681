//! How many migrations are as in Rails.

use std::fmt;

#[derive(Default, Clone)]
pub(super) struct Counts {
    pub files: usize,
    /// Migrations without a model.
    pub plain: Share,
    /// All of them.
    pub all: Share,
    /// On the way down.
    pub down: Share,
    pub schemas: Ratio,
    /// The schema.rb after the way up, byte by byte.
    pub dumps: Ratio,
    /// The same of one database, Maglev's, dumped by both.
    pub dumps_of_one: Ratio,
    /// What is left after the way down.
    pub rests: Ratio,
    /// Tables whose rows differ at the end.
    pub other_data: usize,
}

#[derive(Default, Clone)]
pub(super) struct Share {
    /// Complete in Rails; what follows is of these.
    pub rails: usize,
    pub maglev: usize,
    /// With the same statements.
    pub same: usize,
    /// And with the same output.
    pub same_output: usize,
    /// Those that fail in Rails.
    pub failures: usize,
    /// With the same error after the same statements.
    pub same_failures: usize,
}

#[derive(Default, Clone)]
pub(super) struct Ratio {
    same: usize,
    of: usize,
}

/// Of the table of [`Counts::row`].
pub(super) const HEADER: &str = "\
| history | database | files | Rails ok | Maglev ok | same statements | same output | without models: Rails ok | same | \
failures | same | same schema | same schema.rb | of one database | down: Rails ok | same | failures | same | same rest | tables with other rows |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
";

impl Counts {
    pub(super) fn add(&mut self, other: &Self) {
        self.files += other.files;
        self.plain.add(&other.plain);
        self.all.add(&other.all);
        self.down.add(&other.down);
        self.schemas.same += other.schemas.same;
        self.schemas.of += other.schemas.of;
        self.dumps.same += other.dumps.same;
        self.dumps.of += other.dumps.of;
        self.dumps_of_one.same += other.dumps_of_one.same;
        self.dumps_of_one.of += other.dumps_of_one.of;
        self.rests.same += other.rests.same;
        self.rests.of += other.rests.of;
        self.other_data += other.other_data;
    }

    /// Counts one migration of the way up.
    pub(super) fn plain_or_all(&mut self, models: bool, mut count: impl FnMut(&mut Share)) {
        count(&mut self.all);
        if !models {
            count(&mut self.plain);
        }
    }

    pub(super) fn row(&self) -> String {
        let Self { files, plain, all, down, schemas, dumps, dumps_of_one, rests, other_data } = self;
        format!(
            "| {files} | {} | {} | {} | {} | {} | {} | {} | {} | {schemas} | {dumps} | {dumps_of_one} | {} | {} | {} | {} | {rests} | {other_data} |",
            all.rails,
            all.maglev,
            all.same,
            all.same_output,
            plain.rails,
            plain.same,
            all.failures,
            all.same_failures,
            down.rails,
            down.same,
            down.failures,
            down.same_failures,
        )
    }
}

impl Share {
    fn add(&mut self, other: &Self) {
        self.rails += other.rails;
        self.maglev += other.maglev;
        self.same += other.same;
        self.same_output += other.same_output;
        self.failures += other.failures;
        self.same_failures += other.same_failures;
    }
}

impl Ratio {
    pub(super) fn add(&mut self, is_same: bool) {
        self.of += 1;
        self.same += usize::from(is_same);
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} of {}", self.same, self.of)
    }
}

impl fmt::Display for Share {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rails, maglev, same, same_output, failures, same_failures } = self;
        write!(
            formatter,
            "Rails {rails}, Maglev {maglev}, same statements {same}, same output {same_output}; failures {failures}, \
             same {same_failures}"
        )
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { files, plain, all, down, schemas, dumps, dumps_of_one, rests, other_data } = self;
        write!(
            formatter,
            "{files} files; {all}; without models: Rails {}, same {}; same schema {schemas}; same schema.rb {dumps}, of one database {dumps_of_one}; down: {down}; same rest \
             {rests}; tables with other rows {other_data}",
            plain.rails, plain.same
        )
    }
}
