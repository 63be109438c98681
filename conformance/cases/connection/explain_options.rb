# adapters: postgresql
# run: migrate
class ExplainNotes < ActiveRecord::Migration[8.1]
  def up
    create_table(:notes) { |t| t.string :title }
    puts connection.explain("SELECT title FROM notes WHERE id = $1", [3], [:costs])
    puts connection.explain("SELECT title FROM notes", [], [:verbose, "costs"])
    connection.explain("SELECT title FROM notes", [], [:nonsense])
  end
end
