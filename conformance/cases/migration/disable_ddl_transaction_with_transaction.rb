class WithoutTransaction < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def up
    create_table(:a) { |t| t.string :x }
    transaction { execute "INSERT INTO a (x) VALUES ('1')" }
    transaction do
      execute "INSERT INTO a (x) VALUES ('2')"
      raise ActiveRecord::Rollback
    end
  end
end
