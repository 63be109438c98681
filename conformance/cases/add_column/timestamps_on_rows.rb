class TimestampsOnRows < ActiveRecord::Migration[8.1]
  def change
    create_table :a
    execute "INSERT INTO a (id) VALUES (1)"
    add_timestamps :a
  end
end
