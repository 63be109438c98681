# older_rails: true
class DefaultText < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.text :x, default: "hello" }
  end
end
