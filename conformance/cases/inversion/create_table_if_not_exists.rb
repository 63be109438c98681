class CreateTableIfNotExists < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, if_not_exists: true) { |t| t.string :x }
  end
end
