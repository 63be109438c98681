# run: up 2, up 1, up 1, down 2, down 2, down 1
class UpAndDown < ActiveRecord::Migration[8.1]
  def change
    create_table :a
  end
end

class UpAndDownAgain < ActiveRecord::Migration[8.1]
  def change
    create_table :b
  end
end
