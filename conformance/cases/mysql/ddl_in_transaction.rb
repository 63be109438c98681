# adapters: mysql2
# run: migrate
class DdlInTransaction < ActiveRecord::Migration[8.1]
  def up
    create_table(:things) { |t| t.string :name }
    begin
      ActiveRecord::Base.transaction do
        add "a"
        add_column :things, :one, :integer
        raise "inner"
      end
    rescue StandardError => error
      say error.message
    end
    ActiveRecord::Base.transaction do
      ActiveRecord::Base.transaction(requires_new: true) do
        add "c"
        add_column :things, :three, :integer
        raise ActiveRecord::Rollback
      end
    end
    say select_values("SELECT name FROM things ORDER BY id").inspect
  end

  private

  def add(name) = execute("INSERT INTO things (name) VALUES ('#{name}')")
end
