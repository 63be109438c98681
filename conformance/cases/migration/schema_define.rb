# run: migrate
class SchemaDefine < ActiveRecord::Migration[8.1]
  def up
    ActiveRecord::Schema.define { create_table(:a) { |t| t.string :x } }
  end
end
