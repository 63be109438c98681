class UnicodeNames < ActiveRecord::Migration[8.1]
  def change
    create_table(:größen) { |t| t.string :höhe, default: "groß 日本 😀" }
  end
end
