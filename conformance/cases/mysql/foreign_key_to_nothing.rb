# adapters: mysql2
# run: migrate
class PointAtNothing < ActiveRecord::Migration[8.1]
  def up
    begin
      create_table(:books) { |t| t.references :shelf, foreign_key: true }
    rescue => error
      chain = []
      while error
        chain << [error.class.name, error.message[/errno: 150|doesn't exist|Failed to open/]]
        error = error.cause
      end
      say chain.inspect
    end
    create_table :shelves, id: :integer
    begin
      create_table(:books) { |t| t.bigint :shelf_id; t.foreign_key :shelves, column: :shelf_id, primary_key: :number }
    rescue => error
      chain = []
      while error
        chain << [error.class.name, error.message[/errno: 150|No such column.*|Failed to open|incompatible|Missing column/]]
        error = error.cause
      end
      say chain.inspect
    end
  end
end
