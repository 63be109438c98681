# older_rails: true
# adapters: mysql2
class OptionsCharset < ActiveRecord::Migration[8.1]
  def change
    create_table(:a, charset: "utf8mb4", collation: "utf8mb4_bin") { |t| t.string :x }
    create_table(:b, charset: "latin1") { |t| t.string :x }
    create_table(:c, charset: "ascii", options: "ENGINE=MyISAM") { |t| t.string :x }
  end
end
