class SayInChange < ActiveRecord::Migration[8.1]
  def change
    say "hello"
    create_table :a
    say_with_time("making") { create_table :b }
  end
end
