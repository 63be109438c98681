# adapters: mysql2
# run: migrate
class TemporaryMysql < ActiveRecord::Migration[8.1]
  def change
    create_table(:scratch, temporary: true) { |t| t.string :x }
    drop_table :scratch, temporary: true
    drop_table :scratch, if_exists: true, temporary: true
  end
end
