class Loops < ActiveRecord::Migration[8.1]
  def change
    %w[a b c].each_with_index do |name, i|
      create_table(name.pluralize) { |t| t.integer "n#{i}", default: i }
      add_index name.pluralize, "n#{i}", unique: i.odd?
    end
  end
end
