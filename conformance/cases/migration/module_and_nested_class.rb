# run: migrate
class ModuleAndNestedClass < ActiveRecord::Migration[8.1]
  module Helpers
    def standard_columns(t)
      t.string :name
      t.timestamps null: true
    end
  end

  class ModuleAndNestedClass < ActiveRecord::Migration[8.1]
    include Helpers

    class Row < Struct.new(:name, :size)
    end

    def change
      create_table(:a) { |t| standard_columns(t) }
      [Row.new("x", 10), Row.new("y", 20)].each { |row| add_column :a, row.name, :string, limit: row.size }
    end
  end
end
