class UpOnly < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x }
    up_only { execute "INSERT INTO a (x) VALUES ('up')" }
  end
end
