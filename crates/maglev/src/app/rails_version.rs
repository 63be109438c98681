//! Which Rails the app has.

use activerecord::version_in_lock;

use super::visible::AppFiles;

/// As Gemfile.lock names it, whether it is one whose schema.rb is known or not.
pub(crate) fn locked(app: &dyn AppFiles) -> Option<String> {
    version_in_lock(&app.setting("Gemfile.lock")?, "activerecord").map(str::to_owned)
}
