# adapters: mysql2
# run: migrate
class Row < ActiveRecord::Base
end

class Late < ActiveRecord::Base
end

class CompositeAutoIncrement < ActiveRecord::Migration[8.1]
  def up
    create_table(:rows, primary_key: [:id, :part]) { |t| t.bigint :id, auto_increment: true; t.integer :part, default: 3; t.string :name }
    create_table(:lates, primary_key: [:id, :part]) { |t| t.bigint :id; t.integer :part, default: 3; t.string :name }
    row = Row.create!(name: "a")
    say row.id.inspect
    row.update!(name: "b")
    say Row.create!(part: 4).id.inspect
    say Row.new.tap(&:save!).id.inspect
    Row.insert_all([{ part: 1, name: "c" }, { part: 2, name: "d" }])
    Row.upsert_all([{ id: 1, part: 3, name: "e" }, { id: 9, part: 9, name: "f" }])
    say Row.order(:id, :part).pluck(:id, :part, :name).inspect
    Row.find_each(batch_size: 2) { |one| one.update_columns(name: one.id.join("-")) }
    say Row.order(:id).limit(1).update_all(name: "z").inspect
    Late.create!(id: [7, 8])
    say Late.first.id.inspect
  end
end
