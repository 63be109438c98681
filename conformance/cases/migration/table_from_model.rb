# run: migrate
class Widget < ActiveRecord::Base
end

class TableFromModel < ActiveRecord::Migration[8.1]
  def change
    create_table Widget.table_name do |t|
      t.string :x
    end
    add_column Widget, :y, :integer
    say Widget.table_name
    say Widget.column_names.inspect
    add_column Widget.table_name, :z, :integer
    say Widget.column_names.inspect
    Widget.reset_column_information
    say Widget.column_names.inspect
    say Widget.table_exists?.inspect
    say Widget.columns_hash["y"].type.inspect
    say Widget.connection.adapter_name.inspect
  end
end
