class V70TooLongTableName < ActiveRecord::Migration[7.0]
  def change
    create_table("t" * 65) { |t| t.string :x }
  end
end
