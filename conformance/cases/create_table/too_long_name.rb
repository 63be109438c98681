class TooLongName < ActiveRecord::Migration[8.1]
  def change
    create_table("a" * 80) { |t| t.string :x }
  end
end
