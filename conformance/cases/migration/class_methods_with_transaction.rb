class ClassMethodsWithTransaction < ActiveRecord::Migration[4.2]
  def self.up
    transaction do
      create_table(:a) { |t| t.string :x }
      execute "INSERT INTO a (x) VALUES ('1')"
    end
    say "done"
  end

  def self.down
    drop_table :a
  end
end
