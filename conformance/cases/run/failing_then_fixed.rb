# run: migrate, migrate
class FailingThenFixed < ActiveRecord::Migration[8.1]
  def change
    create_table :a
  end
end

class FailingThenFixedAgain < ActiveRecord::Migration[8.1]
  def change
    execute "SELECT * FROM nowhere"
  end
end

class FailingThenFixedThird < ActiveRecord::Migration[8.1]
  def change
    create_table :c
  end
end
