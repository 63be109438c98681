# run: migrate
# Names that are Active Record's own, for columns, enums, scopes and associations.
class TakenNames < ActiveRecord::Migration[8.1]
  class Point < ActiveRecord::Base; end

  COLUMNS = %w[connection errors changed attribute hash save association type_name display transaction puts class new]

  def up
    create_table(:points) { |t| t.string :connection; t.string :system; t.string :display; t.string :format; t.integer :status }
    point = Point.create!(connection: "a", system: "b", display: "c", format: "d")
    say [point.connection, point.system, point.display, point.format].inspect
    (COLUMNS - %w[connection display]).each do |name|
      add_column :points, name, :string
      model = Class.new(ActiveRecord::Base) { self.table_name = "points" }
      try(name) { model.new.inspect.size.to_s }
      remove_column :points, name
      Point.reset_column_information
    end
    %w[active valid new all records open save changed private id].each do |name|
      try("enum #{name}") { named { self.table_name = "points"; enum :status, { name => 1 } }; "ok" }
      try("scope #{name}") { named { scope name, -> { all } }; "ok" }
      try("has_many #{name}") { named { has_many name.to_sym }; "ok" }
    end
    say [Point.dangerous_attribute_method?("save"), Point.dangerous_attribute_method?(:connection), Point.dangerous_class_method?(:all)].inspect
  end

  private
    def named(&body)
      @named = @named.to_i + 1
      self.class.const_set("Named#{@named}", Class.new(ActiveRecord::Base)).class_eval(&body)
    end

    def try(label)
      say "#{label}: #{yield}"
    rescue => error
      say "#{label}: #{error.class}: #{error.message}"
    end
end
