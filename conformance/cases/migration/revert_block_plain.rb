class RevertBlockPlain < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x; t.string :y }
  end
end

class RevertBlockPlainAgain < ActiveRecord::Migration[8.1]
  def change
    revert { add_column :a, :x, :string }
    add_column :a, :z, :string
  end
end
