class UnknownOption < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, colation: "x") { |t| t.string :x }
  end
end
