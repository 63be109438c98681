# adapters: postgresql
class SetUp < ActiveRecord::Migration[8.1]
  def change
    create_table :users do |t|
      t.string :name
      t.string :email
      t.integer :age
      t.timestamps
    end
  end
end

class PostgresqlTypes < ActiveRecord::Migration[8.1]
  def change
    change_table(:users) do |t|
      t.jsonb :settings, default: {}, null: false
      t.uuid :token, default: -> { "gen_random_uuid()" }
      t.exclusion_constraint "int4range(age, age + 1) WITH &&", using: :gist, name: "apart"
      t.unique_constraint :email, name: "once"
    end
  end
end
