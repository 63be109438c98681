# run: migrate
# A scope holds for the classes below; accessors of a removed column go with the column information.
class InheritedScope < ActiveRecord::Migration[8.1]
  class Item < ActiveRecord::Base; end
  class Special < Item; end
  def up
    create_table(:items) { |t| t.string :name; t.string :type; t.integer :a }
    Item.create!(name: "x"); s = Special.create!(name: "x", a: 1); Special.create!(name: "y")
    Item.where(name: "x").scoping { say [Special.count, Special.new.name, Special.where(a: 1).to_sql, Item.all.to_sql, Special.all.to_sql, Special.unscoped.count].inspect; Special.update_all(a: 5) }
    Item.unscoped.scoping { say Special.count.to_s }
    Item.where(name: "x").create!(a: 9)
    add_column :items, :b, :string
    remove_column :items, :a
    say [s.a, s.respond_to?(:a), s.respond_to?(:b)].inspect
    Item.reset_column_information
    say [s.a, s.name, s.respond_to?(:a), s.attributes.keys].inspect
    say [Item.new.respond_to?(:a), Special.new.respond_to?(:a), Special.new.respond_to?(:b), (Special.new.a rescue $!.class), Item.column_names].inspect
    say [s.respond_to?(:a), s.a, (s.update!(name: "zz"); s.reload.attributes)].inspect
    Special.reset_column_information
    say [Special.first.b, Item.find_by(b: nil).name].inspect
  end
end
