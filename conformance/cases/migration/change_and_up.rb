class ChangeAndUp < ActiveRecord::Migration[8.1]
  def change
    create_table :a
  end

  def up
    create_table :b
  end
end
