# run: migrate
class Note < ActiveRecord::Base
end

class Other < ActiveRecord::Base
  self.table_name = "notes"
end

class DefaultScopeObjects < ActiveRecord::Migration[8.1]
  def up
    create_table(:notes) { |t| t.string :title }
    Note.class_eval { default_scope Struct.new(:call).new(where(title: "a")) }
    Other.create!(title: "b")
    Note.create!
    say Note.count.inspect
    say Note.unscoped.order(:id).pluck(:title).inspect
    begin
      Other.class_eval { default_scope where(title: "a") }
    rescue ArgumentError => error
      say error.message
    end
  end
end
