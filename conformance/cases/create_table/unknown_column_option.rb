class UnknownColumnOption < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x, lenght: 20 }
  end
end
