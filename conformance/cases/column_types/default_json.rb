# older_rails: true
class DefaultJson < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.json :x, default: { "a" => 1 } }
  end
end
