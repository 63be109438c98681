class TableDefinitionReaders < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) do |t|
      say t.name.inspect
      t.string :x
      say t.columns.map(&:name).inspect
      say t[:x].type.inspect
      t.remove_column :x
      say t.columns.size.to_s
      t.string :y
    end
  end
end
