# Rails loads a file that failed to load once more, to see whether it runs in a transaction.
class CreateThings < ActiveRecord::Migration[8.1]
  create_table :things
end

class FailInBody < ActiveRecord::Migration[8.1]
  add_column :things, :name, :string
  remove_column :things, :missing
end
