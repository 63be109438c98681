# older_rails: true
# adapters: postgresql
# run: migrate
class Inherits < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.string :x }
    create_table(:b, id: false, options: "INHERITS (a)") { |t| t.string :y }
  end
end
