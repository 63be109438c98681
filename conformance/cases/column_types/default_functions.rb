# older_rails: true
class DefaultFunctions < ActiveRecord::Migration[8.1]
  def change
    create_table :a do |t|
      t.datetime :x, default: -> { "CURRENT_TIMESTAMP" }, precision: nil
      t.date :y, default: -> { "(CURRENT_DATE)" }
      t.integer :z, default: -> { "(1 + 2)" }
    end
  end
end
