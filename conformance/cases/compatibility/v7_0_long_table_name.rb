class V70LongTableName < ActiveRecord::Migration[7.0]
  def change
    create_table("t" * 64) { |t| t.string :x }
  end
end
