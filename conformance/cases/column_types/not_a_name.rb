# run: migrate
class NotANameOfAType < ActiveRecord::Migration[8.1]
  def up
    create_table(:things)
    attempt { create_table(:a, id: true) }
    attempt { create_table(:b) { |t| t.column :x, 5 } }
    attempt { create_table(:c) { |t| t.column :x, nil } }
    attempt { create_table(:d) { |t| t.references :z, type: true } }
    attempt { create_table(:e) { |t| t.column :x, [:string] } }
    attempt { add_column :things, :x, true }
    attempt { add_column :things, :x, nil }
    attempt { add_column :things, :x, 1.5 }
    attempt { add_column :things, :x, { type: :string } }
    attempt { add_reference :things, :u, type: 5 }
  end

  def attempt
    transaction(requires_new: true) { yield }
  rescue StandardError => error
    say "#{error.class}: #{error.message}"
  end
end
