class OwnTransaction < ActiveRecord::Migration[8.1]
  def up
    create_table(:a) { |t| t.string :x }
    transaction { execute "INSERT INTO a (x) VALUES ('1')" }
    transaction(requires_new: true) { execute "INSERT INTO a (x) VALUES ('2')" }
  end

  def down
    drop_table :a
  end
end
