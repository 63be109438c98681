# older_rails: true
class OptionsString < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, options: "ENGINE=InnoDB ROW_FORMAT=COMPRESSED") { |t| t.string :x }
  end
end
