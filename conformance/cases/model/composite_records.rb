# run: migrate
class Line < ActiveRecord::Base
end

class Seat < ActiveRecord::Base
  self.primary_key = [:hall, :number]
end

class Ticket < ActiveRecord::Base
end

class CompositeRecords < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def up
    create_tables
    say [Line.primary_key, Line.composite_primary_key?, Line.query_constraints_list].inspect
    say [Seat.primary_key, Seat.composite_primary_key?].inspect
    say [Ticket.primary_key, Schema.primary_key, Schema.composite_primary_key?].inspect
    new_and_saved
    keys
    changes
    numbers
    equality
    ends
  end

  class Schema < ActiveRecord::Base
    self.table_name = "halls"
  end

  private

  def create_tables
    create_table(:halls) { |t| t.string :name }
    create_table :lines, primary_key: [:order_id, :number] do |t|
      t.integer :order_id, null: false
      t.integer :number, null: false
      t.string :name
      t.integer :quantity, default: 0
      t.datetime :updated_at
    end
    create_table(:seats, id: false) { |t| t.integer :hall; t.integer :number; t.string :name }
    create_table(:tickets, primary_key: [:hall, :id]) { |t| t.integer :hall; t.integer :id; t.string :name }
  end

  def new_and_saved
    line = Line.new
    say [line.id, line.primary_key_values_present?, line.id?, line.to_key, line.to_param, line.persisted?].inspect
    line.id = [1, 2]
    say [line.id, line.order_id, line.number, line.id_was, line.id_in_database, line.changed].inspect
    line.save!
    say [line.id, line.id_was, line.id?, line.to_key, line.to_param, line.primary_key_values_present?].inspect
    Line.create!(order_id: 1, number: 1, name: "first")
    Line.create!(id: [2, 1], name: "second")
    Seat.create!(hall: 1, number: 7, name: "aisle")
    ticket = Ticket.create!(hall: 3, id: [3, 9], name: "t")
    say [ticket.id, ticket.id_value, ticket.hall].inspect
    begin
      line.id = 5
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    line.id = [8]
    say line.id.inspect
    line.restore_attributes
    say line.id.inspect
  end

  def keys
    line = Line.find([1, 1])
    say line.id_before_type_cast.inspect
    say line.attributes.except("updated_at").inspect
    say [line[:order_id], line.read_attribute(:number), line.has_attribute?(:id)].inspect
    copy = line.dup
    say [copy.id, copy.name, copy.new_record?].inspect
    ticket = Ticket.first
    say [ticket.id, ticket.id_value, ticket.read_attribute(:id), ticket[:id]].inspect
    say Ticket.new(id: [1, 2]).attributes.inspect
  end

  def changes
    line = Line.find([1, 2])
    line.update!(name: "two", updated_at: Time.utc(2024, 1, 1))
    line.update_columns(quantity: 4)
    line.update_column(:name, "zwei")
    line.reload
    say [line.name, line.quantity].inspect
    line.update!(number: 3)
    say [line.id, line.id_was, line.saved_changes.except("updated_at")].inspect
    line.number = 4
    line.update_columns(quantity: 5)
    line.reload rescue say($!.class.name)
    line.restore_attributes
    line.reload(lock: true)
    line.lock!
    line.with_lock { line.update!(name: "locked") }
    line.touch(time: Time.utc(2024, 2, 2))
    say line.updated_at.inspect
    Seat.first.update!(name: "window")
    seat = Seat.first
    seat.update!(hall: 2, number: 8)
    say seat.id.inspect
  end

  def numbers
    line = Line.find([1, 3])
    line.increment!(:quantity, 2)
    line.decrement!(:quantity)
    line.toggle(:quantity) rescue say($!.class.name)
    Line.update_counters([1, 3], quantity: 3)
    Line.update_counters([[1, 3], [2, 1]], quantity: 1)
    Line.increment_counter(:quantity, [1, 1])
    say Line.order(:order_id, :number).pluck(:order_id, :number, :quantity).inspect
  end

  def equality
    one, same, other = Line.find([1, 1]), Line.find([1, 1]), Line.find([2, 1])
    say [one == same, one.eql?(same), one == other, one.hash == same.hash, [one, same, other].uniq.size].inspect
    say [Line.new == Line.new, Line.new(order_id: 1) == Line.new(order_id: 1), one == Line.new(id: [1, 1])].inspect
    say [[one, other] & [same], one <=> other].inspect.gsub(/updated_at: [^>,]+/, "")
    Line.transaction do
      line = Line.create!(id: [9, 9])
      Log << line
      raise ActiveRecord::Rollback
    end
    say [Log.first.id, Log.first.new_record?].inspect
  end

  Log = []

  def ends
    Line.find([1, 1]).destroy
    Line.find([1, 3]).delete
    line = Line.first
    say line.destroyed?.inspect
    line.destroy!
    say [line.destroyed?, line.frozen?, Line.count].inspect
    Seat.find([2, 8]).destroy
    Line.create!(id: [1, 1])
    begin
      Line.create!(id: [1, 1])
    rescue ActiveRecord::RecordNotUnique => e
      say e.class.name
    end
    say Line.sequence_name.inspect
  end
end
