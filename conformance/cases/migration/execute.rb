class Execute < ActiveRecord::Migration[8.1]
  def up
    execute "CREATE TABLE a (x integer)"
    execute "INSERT INTO a (x) VALUES (1), (2)"
    execute <<~SQL
      UPDATE a
         SET x = x + 1
       WHERE x > 1
    SQL
    execute("DELETE FROM a").class
  end

  def down
    execute "DROP TABLE a"
  end
end
