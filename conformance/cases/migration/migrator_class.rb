class AskTheMigrator < ActiveRecord::Migration[8.1]
  def up
    say ActiveRecord::Migrator.current_version.inspect
    say ActiveRecord::Migrator.migrations_paths.inspect
    attempt { ActiveRecord::Migrator.get_all_versions }
    attempt { require_dependency "no/such/file" }
    attempt { require_dependency 5 }
    say connection.instance_variable_get("@config")[:missing].inspect
    say I18n.default_locale.inspect
    add_column_of I18n.default_locale
  end

  def add_column_of(locale)
    create_table(:pages) { |t| t.string :locale, default: locale }
  end

  def attempt
    yield
  rescue StandardError, LoadError => error
    say "#{error.class}: #{error.message}"
  end
end

class AskAgain < ActiveRecord::Migration[8.1]
  def up
    say ActiveRecord::Migrator.current_version.inspect
  end
end
