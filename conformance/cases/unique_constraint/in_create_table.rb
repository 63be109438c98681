# adapters: postgresql
class InCreateTable < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.integer :x
      t.unique_constraint [:x], name: "one", deferrable: :deferred
      t.exclusion_constraint "int4range(x, x + 1) WITH &&", using: :gist, name: "apart"
    end
  end
end
