class NoMethod < ActiveRecord::Migration[8.1]
  def change
    create_table(:a)
    creat_table(:b)
  end
end
