# run: migrate
class Whole < ActiveRecord::Base
  self.table_name = "notes"
end

class Part < ActiveRecord::Base
  self.table_name = "notes"
  self.only_columns = [:title, "id"]
end

class Less < ActiveRecord::Base
  self.table_name = "notes"
  self.ignored_columns = ["body"]
end

class AllOfLess < Less
  self.ignored_columns = []
end

class OnlyColumns < ActiveRecord::Migration[8.1]
  def up
    create_table(:notes) { |t| t.string :title; t.text :body; t.datetime :at }
    say [Whole, Part, Less, AllOfLess].map(&:column_names).inspect
    say [Whole, Part, Less, AllOfLess].map { |model| [model.only_columns, model.ignored_columns] }.inspect
    part = Part.create!(title: "a")
    say Part.find(part.id).attributes.inspect
    say [part.respond_to?(:body), Part.new.has_attribute?(:body)].inspect
    Less.create!(title: "b")
    AllOfLess.create!(title: "c", body: "d")
    say AllOfLess.order(:id).last.attributes.inspect
    say Whole.order(:id).pluck(:title, :body).inspect
    begin
      Less.only_columns = ["title"]
    rescue ArgumentError => error
      say error.message
    end
    begin
      Part.ignored_columns = ["title"]
    rescue ArgumentError => error
      say error.message
    end
  end
end
