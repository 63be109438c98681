# run: migrate
class NestedSayWithTime < ActiveRecord::Migration[8.1]
  def change
    say_with_time "outer" do
      create_table :a
      say_with_time("inner") { 7 }
      create_table :b
      2
    end
  end
end
