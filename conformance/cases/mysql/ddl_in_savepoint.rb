# adapters: mysql2
# run: migrate
class DdlInSavepoint < ActiveRecord::Migration[8.1]
  def up
    create_table(:things) { |t| t.string :name }
    ActiveRecord::Base.transaction do
      add "a"
      ActiveRecord::Base.transaction(requires_new: true) do
        add "b"
        add_column :things, :one, :integer
        raise "at last"
      end
    end
  end

  private

  def add(name) = execute("INSERT INTO things (name) VALUES ('#{name}')")
end
