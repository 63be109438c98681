# adapters: sqlite3, postgresql
# run: migrate
class Note < ActiveRecord::Base
end

class ExplainNotes < ActiveRecord::Migration[8.1]
  def up
    create_table(:notes) { |t| t.string :title }
    puts connection.explain("SELECT notes.id FROM notes WHERE notes.id = 3")
    puts connection.explain(Note.arel_table.project(Note.arel_table[:title]).where(Note.arel_table[:id].eq(7)))
    puts connection.explain("SELECT 1", [], [])
    connection.explain(Note.all)
  rescue TypeError, ActiveRecord::ActiveRecordError => error
    say "#{error.class}: #{error.message}"
  end
end
