# older_rails: true
class CheckConstraints < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) do |t|
      t.integer :price
      t.check_constraint "price > 0"
      t.check_constraint "price < 100", name: "price_below"
    end
  end
end
