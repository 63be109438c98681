class ReturnsAndNested < ActiveRecord::Migration[8.1]
  def change
    result = create_table(:a) { |t| t.string :x }
    say result.class.to_s
    create_table(:b) { |t| create_table(:c) { |u| u.string :y }; t.string :x }
  end
end
