# older_rails: true
class Comment < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, comment: "A table's comment") do |t|
      t.string :x, comment: "It's a column"
      t.integer :y, comment: ""
    end
  end
end
