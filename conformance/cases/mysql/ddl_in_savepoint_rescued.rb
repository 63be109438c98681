# adapters: mysql2
# run: migrate
class DdlInSavepointRescued < ActiveRecord::Migration[8.1]
  def up
    create_table(:things) { |t| t.string :name }
    ActiveRecord::Base.transaction do
      add "a"
      begin
        ActiveRecord::Base.transaction(requires_new: true) do
          add "b"
          add_column :things, :one, :integer
          raise "inner"
        end
      rescue StandardError => error
        say "#{error.class} #{error.cause&.message}"
      end
      add "c"
    end
    say connection.open_transactions.inspect
    say select_values("SELECT name FROM things ORDER BY id").inspect
  end

  private

  def add(name) = execute("INSERT INTO things (name) VALUES ('#{name}')")
end
