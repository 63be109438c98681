# run: migrate, rollback 1, migrate, rollback 2
class Rollback < ActiveRecord::Migration[8.1]
  def change
    create_table :a
  end
end

class RollbackAgain < ActiveRecord::Migration[8.1]
  def change
    create_table :b
  end
end

class RollbackThird < ActiveRecord::Migration[8.1]
  def change
    create_table :c
  end
end
