class V52Timestamps < ActiveRecord::Migration[5.2]
  def change
    create_table(:a) { |t| t.timestamps; t.datetime :d }
    create_table :b
    add_timestamps :b, null: true
    create_table(:c) { |t| t.timestamps precision: 6 }
  end
end
