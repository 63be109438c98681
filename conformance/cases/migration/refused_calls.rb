# run: migrate
class SetUp < ActiveRecord::Migration[8.1]
  def change
    create_table(:t1) { |t| t.string :x }
  end
end

class RefusedCalls < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def up
    refused { create_table(:q) { |t| t.string :a; t.string :a } }
    refused { create_table(:q, foo: 1) { |t| t.string :a } }
    refused { create_table(:q) { |t| t.string } }
    refused { create_table(:q) { |t| t.blob } }
    refused { create_table(:q) { |t| t.strng :x } }
    refused { create_table }
    refused { add_column :t1, :y }
    refused { add_column :t1, :y, :string, { limit: 3 } }
    refused { add_column :t1, :y, :string, nulll: 3 }
    refused { change_table(:t1) { |t| t.string :v, if_not_exists: true } }
    refused { change_table(:t1) { |t| t.remove :v, if_exists: true } }
    refused { add_index :t1, :x, nam: 3 }
    refused { remove_index :t1, :nope }
    refused { remove_index :t1 }
    refused { remove_foreign_key :t1, :nopes }
    refused { change_column_null :t1, :x, 3 }
    refused { create_join_table :a, :b, column_options: { nul: false } }
    refused { transaction(requires_new: true) { } }
    refused { connection.transaction(foo: 1, bar: 2) { } }
    refused { connection.add_columns(:t1, :a) }
    refused { connection.check_constraint_exists?(:t1) }
    refused { nope_nope }
    refused { nope_nope 1 }
    refused { connection.nope }
    refused { raise ActiveRecord::IrreversibleMigration }
    refused { raise ActiveRecord::IrreversibleMigration, "can't" }
  end

  private
    def refused
      yield
      say "accepted"
    rescue NameError, ArgumentError, ActiveRecord::ActiveRecordError => e
      say "#{e.class}: #{e.message.inspect}"
    end
end
