# older_rails: true
# adapters: postgresql
class Hstore < ActiveRecord::Migration[8.1]
  def change
    enable_extension "hstore"
    create_table(:a) { |t| t.hstore :h, default: "", null: false; t.hstore :i, default: { a: "1" } }
  end
end
