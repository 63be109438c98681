class Temporary < ActiveRecord::Migration[8.1]
  def change
    create_table(:scratch, temporary: true) { |t| t.string :x }
    execute "INSERT INTO scratch (x) VALUES ('a')"
    drop_table :scratch, temporary: true
  end
end
