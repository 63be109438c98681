# run: migrate
class Animal < ActiveRecord::Base
end

class Dog < Animal
end

class Renamed < ActiveRecord::Base
  self.table_name = "animals"
  self.inheritance_column = nil
  def self.name = "Other::Thing"
  def self.model_name = ActiveModel::Name.new(self, nil, "Short")
end

class OwnName < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def tell(label)
    answer = yield
    say "#{label}: #{answer.is_a?(String) ? answer : answer.inspect}"
  rescue StandardError => error
    say "#{label}: #{error.class}: #{error.message.lines.first.to_s.strip.gsub(/0x\h+/, "0x")[0, 150]}"
  end

  def up
    create_table(:animals) { |t| t.string :type; t.string :s }
    unnamed = Class.new(Animal)
    tell("unnamed") { unnamed.all.to_sql }
    tell("unnamed row") { unnamed.create!(s: "a").attributes }
    tell("unnamed name") { [unnamed.sti_name, unnamed.new.type] }
    named = Class.new(Animal) { def self.name = "Dog" }
    tell("named") { named.all.to_sql }
    tell("named row") { named.create!(s: "b").attributes }
    tell("named insert") { named.insert_all([{ s: "c" }]); Animal.order(:id).pluck(:type, :s) }
    tell("model name") { [Renamed.model_name.to_s, Renamed.model_name.plural, Renamed.model_name.human, Renamed.name] }
    tell("row") { Renamed.create!(s: "d").s }
    tell("lost") { Renamed.find(99) }
    tell("within") { ActiveModel::Name.new(Renamed, ActiveRecord, "ActiveRecord::Post").then { |n| [n.param_key, n.route_key, n.singular] } }
  end
end
