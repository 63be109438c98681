# older_rails: true
# adapters: mysql2
# run: migrate
class EngineAndRowFormat < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, options: "ENGINE=InnoDB DEFAULT CHARSET=latin1") { |t| t.string :x }
    execute "ALTER TABLE a CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
    add_column :a, :y, :string
    say connection.charset.inspect
    say connection.collation.class.inspect
  end
end
