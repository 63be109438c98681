# run: migrate
class Row < ActiveRecord::Base
end

class Batches < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def up
    create_table(:rows) { |t| t.integer :n; t.integer :m }
    Row.insert_all((1..5).map { |i| { n: i } })
    Row.in_batches(of: 2) { |rows| rows.update_all("m = n") }
    Row.where(m: 1..4).in_batches(of: 3).update_all(m: 0)
    Row.in_batches(of: 2).each_with_index { |rows, i| say "#{i}: #{rows.count}" }
    Row.find_in_batches(batch_size: 3) { |rows| say rows.size.inspect }
    Row.in_batches(of: 4).delete_all
    say Row.count.inspect
  end
end
