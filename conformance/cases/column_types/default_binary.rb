class DefaultBinary < ActiveRecord::Migration[8.1]
  def change
    create_table(:a) { |t| t.binary :x, limit: 20, default: "\x01\xFF".b }
  end
end
