# run: migrate
class Note < ActiveRecord::Base
end

module Admin
  class Entry < ActiveRecord::Base
    self.table_name = "notes"
  end
end

class Tag < ActiveRecord::Base
end

class CacheNotes < ActiveRecord::Migration[8.1]
  def up
    create_table(:tags) { |t| t.string :name }
    create_table(:notes) { |t| t.string :title; t.timestamps; t.datetime :updated_on }
    at = Time.utc(2024, 2, 3, 4, 5, 6, 789_012)
    note = Note.create!(title: "a", created_at: at, updated_at: at, updated_on: at - 60)
    Note.find(note.id).tap { |one| say [one.cache_key, one.cache_version, one.cache_key_with_version].inspect }
    note.update_columns(updated_on: at + 60)
    say note.reload.cache_key
    say Note.new.cache_key
    say Admin::Entry.first.cache_key
    say Tag.create!(name: "x").cache_key
    say [Note.cache_versioning, Note.cache_timestamp_format, Note.collection_cache_versioning].inspect
    Note.cache_timestamp_format = :number
    say note.cache_key
    Note.cache_timestamp_format = :usec
    Note.cache_versioning = true
    say [note.cache_key, note.cache_version, note.cache_key_with_version].inspect
    say Note.find(note.id).cache_version.inspect
    say Note.new.cache_version.inspect
    Note.select(:id).first.cache_version
  rescue ActiveModel::MissingAttributeError => error
    say "#{error.class}: #{error.message}"
  end
end
