class IdSymbolUnknown < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, id: :nonsense) { |t| t.string :x }
  end
end
