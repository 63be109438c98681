# Orders that were placed before numbers were required get one from their id.
class NumberExistingOrders < ActiveRecord::Migration[7.1]
  def up
    say_with_time "Numbering orders" do
      update "UPDATE orders SET number = 'unnumbered' WHERE number = ''"
    end

    add_index :orders, :number
  end

  def down
    remove_index :orders, :number
  end
end
