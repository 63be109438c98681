class V51CreateTable < ActiveRecord::Migration[5.1]
  def change
    create_table(:a) { |t| t.string :x; t.references :b; t.timestamps }
    create_table(:c, options: "") { |t| t.string :x }
    create_table(:d, id: :uuid) rescue say("no")
    create_join_table :e, :f
  end
end
